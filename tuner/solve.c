// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * solve.c - see solve.h.
 *
 * 1. Lagrange: with a price for each byte and each unit of native cost the groups fall
 *    apart, and each takes its best option.  Bisection finds the prices; whatever
 *    they are, the sum less what the budgets are worth is a lower bound.
 * 2. The solution on the affordable side of the prices, improved with what is left of
 *    the budgets, is an upper bound.
 * 3. An option whose choice would lift the lower bound above the upper one cannot be in
 *    a better solution.  Few groups are left with more than one (the core); they are
 *    solved exactly, by a list of undominated partial sums.
 */
#include "solve.h"

#include <stdlib.h>
#include <string.h>

#include "wp.h"

typedef __int128 wide;

struct problem {
	struct solve_group *group;
	size_t n;
	int64_t bytes, native; /* budgets */
	int64_t byte_price, native_price;
};

struct sum {
	int64_t cost, bytes, native;
};

static wide priced(const struct problem *p, const struct solve_option *o)
{
	return (wide)o->cost + (wide)p->byte_price * o->bytes + (wide)p->native_price * o->native;
}

/* Is @a to be preferred to @b where both cost the same? */
static bool smaller(const struct solve_option *a, const struct solve_option *b)
{
	return a->bytes != b->bytes ? a->bytes < b->bytes : a->native < b->native;
}

/* Each group's best option at the prices; of equals the one that takes least. */
static struct sum choose(const struct problem *p)
{
	struct sum s = {0, 0, 0};

	for (size_t i = 0; i < p->n; i++) {
		struct solve_group *g = &p->group[i];
		wide best = priced(p, &g->option[0]);

		g->chosen = 0;
		for (size_t j = 1; j < g->n; j++) {
			wide w = priced(p, &g->option[j]);

			if (w < best ||
			    (w == best && smaller(&g->option[j], &g->option[g->chosen]))) {
				best = w;
				g->chosen = j;
			}
		}
		s.cost += g->option[g->chosen].cost;
		s.bytes += g->option[g->chosen].bytes;
		s.native += g->option[g->chosen].native;
	}
	return s;
}

static bool fits(const struct problem *p, const struct sum *s)
{
	return s->bytes <= p->bytes && s->native <= p->native;
}

static wide budgets_worth(const struct problem *p)
{
	/* A price is 0 where there is no budget. */
	return (p->byte_price ? (wide)p->byte_price * p->bytes : 0) +
	       (p->native_price ? (wide)p->native_price * p->native : 0);
}

static wide lower_bound(const struct problem *p, const struct sum *s)
{
	return (wide)s->cost + (wide)p->byte_price * s->bytes + (wide)p->native_price * s->native -
	       budgets_worth(p);
}

/* The prices that gave the best bound so far, and what they gave. */
struct bound {
	wide value;
	int64_t byte_price, native_price;
	bool any;
};

static struct sum probe(struct problem *p, struct bound *b)
{
	struct sum s = choose(p);
	wide value = lower_bound(p, &s);

	if (!b->any || value > b->value)
		*b = (struct bound){value, p->byte_price, p->native_price, true};
	return s;
}

/* The least byte price at which the bytes fit; the sums there. */
static struct sum fit_bytes(struct problem *p, int64_t highest, struct bound *b)
{
	int64_t low = 0, high = highest;
	struct sum s;

	p->byte_price = 0;
	s = probe(p, b);
	if (s.bytes <= p->bytes)
		return s;
	while (low + 1 < high) {
		p->byte_price = low + (high - low) / 2;
		s = probe(p, b);
		if (s.bytes <= p->bytes)
			high = p->byte_price;
		else
			low = p->byte_price;
	}
	p->byte_price = high;
	return probe(p, b);
}

/* Both prices, so that the solution at them fits. */
static struct sum fit_both(struct problem *p, int64_t highest, struct bound *b)
{
	int64_t low = 0, high = highest;
	struct sum s;

	p->native_price = 0;
	s = fit_bytes(p, highest, b);
	if (s.native <= p->native)
		return s;
	while (low + 1 < high) {
		p->native_price = low + (high - low) / 2;
		s = fit_bytes(p, highest, b);
		if (s.native <= p->native)
			high = p->native_price;
		else
			low = p->native_price;
	}
	p->native_price = high;
	return fit_bytes(p, highest, b);
}

/* The smallest option everywhere: by bytes where that is what is short. */
static struct sum choose_least(const struct problem *p)
{
	struct sum s = {0, 0, 0};

	for (size_t i = 0; i < p->n; i++) {
		struct solve_group *g = &p->group[i];

		g->chosen = 0;
		for (size_t j = 1; j < g->n; j++)
			if (smaller(&g->option[j], &g->option[g->chosen]))
				g->chosen = j;
		s.cost += g->option[g->chosen].cost;
		s.bytes += g->option[g->chosen].bytes;
		s.native += g->option[g->chosen].native;
	}
	return s;
}

/* Spend what is left: the greatest gain that fits, again and again. */
static void improve(const struct problem *p, struct sum *s)
{
	for (;;) {
		struct solve_group *best = NULL;
		size_t option = 0;
		int64_t gain = 0;

		for (size_t i = 0; i < p->n; i++) {
			struct solve_group *g = &p->group[i];
			const struct solve_option *now = &g->option[g->chosen];

			for (size_t j = 0; j < g->n; j++) {
				const struct solve_option *o = &g->option[j];

				if (now->cost - o->cost > gain &&
				    o->bytes - now->bytes <= p->bytes - s->bytes &&
				    o->native - now->native <= p->native - s->native) {
					gain = now->cost - o->cost;
					best = g;
					option = j;
				}
			}
		}
		if (!best)
			return;
		s->cost -= gain;
		s->bytes += best->option[option].bytes - best->option[best->chosen].bytes;
		s->native += best->option[option].native - best->option[best->chosen].native;
		best->chosen = option;
	}
}

/* A partial sum over the first groups of the core. */
struct state {
	struct sum sum;
	uint32_t parent; /* in the states of the group before */
	uint32_t option;
};

static int by_size(const void *a, const void *b)
{
	const struct state *x = a, *y = b;

	if (x->sum.bytes != y->sum.bytes)
		return x->sum.bytes < y->sum.bytes ? -1 : 1;
	if (x->sum.native != y->sum.native)
		return x->sum.native < y->sum.native ? -1 : 1;
	if (x->sum.cost != y->sum.cost)
		return x->sum.cost < y->sum.cost ? -1 : 1;
	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	return x->option < y->option ? -1 : x->option > y->option;
}

/*
 * Keeps the states that no other one is at least as good as in all three.  Sorted by bytes,
 * so that only earlier ones can be; of these a staircase of native and cost is kept.
 */
static size_t undominated(struct state *s, size_t n)
{
	struct sum *stair = wp_alloc((n + 1) * sizeof(*stair)); /* native rises, cost falls */
	size_t steps = 0, kept = 0;

	if (n)
		qsort(s, n, sizeof(*s), by_size);
	for (size_t i = 0; i < n; i++) {
		size_t low = 0, high = steps, end;

		while (low < high) { /* the steps with no more native than this */
			size_t mid = low + (high - low) / 2;

			if (stair[mid].native <= s[i].sum.native)
				low = mid + 1;
			else
				high = mid;
		}
		if (low && stair[low - 1].cost <= s[i].sum.cost)
			continue;
		if (low && stair[low - 1].native == s[i].sum.native)
			low--;
		for (end = low; end < steps && stair[end].cost >= s[i].sum.cost; end++)
			;
		memmove(stair + low + 1, stair + end, (steps - end) * sizeof(*stair));
		stair[low] = s[i].sum;
		steps = steps - (end - low) + 1;
		s[kept++] = s[i];
	}
	free(stair);
	return kept;
}

struct core {
	size_t *group; /* numbers of the groups with more than one option left */
	size_t n;
	struct sum fixed; /* of the others */
	wide *rest;	  /* rest[i]: least priced sum of the core's groups from i on */
};

static wide least_priced(const struct problem *p, const struct solve_group *g)
{
	wide best = priced(p, &g->option[0]);

	for (size_t j = 1; j < g->n; j++)
		if (priced(p, &g->option[j]) < best)
			best = priced(p, &g->option[j]);
	return best;
}

/* Can this option be in a solution that is at least as good as @upper? */
static bool possible(const struct problem *p, const struct solve_group *g, size_t j, wide lower,
		     int64_t upper)
{
	return lower + priced(p, &g->option[j]) - least_priced(p, g) <= upper;
}

static void find_core(const struct problem *p, wide lower, int64_t upper, struct core *c)
{
	memset(c, 0, sizeof(*c));
	c->group = wp_alloc((p->n + 1) * sizeof(*c->group));
	for (size_t i = 0; i < p->n; i++) {
		struct solve_group *g = &p->group[i];
		size_t left = 0;

		for (size_t j = 0; j < g->n; j++)
			left += possible(p, g, j, lower, upper);
		if (left > 1) {
			c->group[c->n++] = i;
			continue;
		}
		/* The one left is the upper bound's own. */
		c->fixed.cost += g->option[g->chosen].cost;
		c->fixed.bytes += g->option[g->chosen].bytes;
		c->fixed.native += g->option[g->chosen].native;
	}
	c->rest = wp_alloc((c->n + 1) * sizeof(*c->rest));
	for (size_t i = c->n; i-- > 0;)
		c->rest[i] = c->rest[i + 1] + least_priced(p, &p->group[c->group[i]]);
}

/* The states after core group @i, from those @before it.  Returns their number. */
static size_t expand(const struct problem *p, const struct core *c, size_t i, wide lower,
		     int64_t upper, const struct state *before, size_t n, struct state *after)
{
	const struct solve_group *g = &p->group[c->group[i]];
	size_t made = 0;

	for (size_t k = 0; k < n; k++)
		for (size_t j = 0; j < g->n; j++) {
			const struct solve_option *o = &g->option[j];
			struct state s = {{before[k].sum.cost + o->cost,
					   before[k].sum.bytes + o->bytes,
					   before[k].sum.native + o->native},
					  (uint32_t)k,
					  (uint32_t)j};
			wide bound = (wide)s.sum.cost + (wide)p->byte_price * s.sum.bytes +
				     (wide)p->native_price * s.sum.native + c->rest[i + 1] -
				     budgets_worth(p);

			if (possible(p, g, j, lower, upper) && fits(p, &s.sum) && bound <= upper)
				after[made++] = s;
		}
	return undominated(after, made);
}

/*
 * Solves the core.  Returns false if that takes too many states; the groups' choices
 * are then as they were.
 */
static bool solve_core(const struct problem *p, const struct core *c, wide lower, struct sum *best,
		       size_t max_states)
{
	struct state **stage = wp_alloc((c->n + 1) * sizeof(*stage));
	size_t n = 1, total = 0, i;
	bool done = false;

	stage[0] = wp_alloc(sizeof(**stage));
	stage[0]->sum = c->fixed;
	for (i = 0; i < c->n && n; i++) {
		size_t options = p->group[c->group[i]].n;

		total += n * options;
		if (total > max_states)
			goto out;
		stage[i + 1] = wp_alloc((n * options + 1) * sizeof(**stage));
		n = expand(p, c, i, lower, best->cost, stage[i], n, stage[i + 1]);
	}
	done = true;
	size_t found = n;
	for (size_t k = 0; k < n; k++) {
		const struct sum *s = &stage[c->n][k].sum;
		const struct sum *than = found < n ? &stage[c->n][found].sum : best;

		/* By bytes, then native: of equal cost the first is the one. */
		if (s->cost < than->cost ||
		    (found == n && s->cost == than->cost &&
		     (s->bytes < than->bytes ||
		      (s->bytes == than->bytes && s->native <= than->native))))
			found = k;
	}
	if (found < n) {
		*best = stage[c->n][found].sum;
		for (i = c->n; i > 0; i--) {
			p->group[c->group[i - 1]].chosen = stage[i][found].option;
			found = stage[i][found].parent;
		}
	}
out:
	for (i = 0; i <= c->n; i++)
		free(stage[i]);
	free(stage);
	return done;
}

static int64_t greatest_cost(const struct problem *p)
{
	int64_t most = 0;

	for (size_t i = 0; i < p->n; i++)
		for (size_t j = 0; j < p->group[i].n; j++)
			if (p->group[i].option[j].cost > most)
				most = p->group[i].option[j].cost;
	return most;
}

static void least_needed(const struct problem *p, struct solution *s)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct solve_group *g = &p->group[i];
		int64_t bytes = INT64_MAX, native = INT64_MAX;

		for (size_t j = 0; j < g->n; j++) {
			bytes = g->option[j].bytes < bytes ? g->option[j].bytes : bytes;
			native = g->option[j].native < native ? g->option[j].native : native;
		}
		s->least_bytes += bytes;
		s->least_native += native;
	}
}

struct solution solve(struct solve_group *group, size_t n, int64_t budget_bytes,
		      int64_t budget_native, size_t max_states)
{
	struct problem p = {group, n, budget_bytes, budget_native, 0, 0};
	struct solution result = {0};
	struct bound bound = {0};
	struct core core;
	struct sum best;
	bool found;

	least_needed(&p, &result);
	if (result.least_bytes > budget_bytes || result.least_native > budget_native)
		return result;
	/* At a price above the greatest cost no group takes more than its least. */
	best = fit_both(&p, greatest_cost(&p) + 1, &bound);
	if (!fits(&p, &best))
		best = choose_least(&p);
	found = fits(&p, &best);
	if (found)
		improve(&p, &best);
	else
		best.cost = INT64_MAX; /* no upper bound: all is core */
	p.byte_price = bound.byte_price;
	p.native_price = bound.native_price;
	find_core(&p, bound.value, best.cost, &core);
	if (!solve_core(&p, &core, bound.value, &best, max_states) && found)
		result.gap = (int64_t)((wide)best.cost - bound.value);
	result.feasible = best.cost != INT64_MAX;
	free(core.group);
	free(core.rest);
	result.cost = best.cost;
	result.bytes = best.bytes;
	result.native = best.native;
	return result;
}
