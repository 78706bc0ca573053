// SPDX-License-Identifier: GPL-2.0-or-later
/* choose.c - options to a knapsack and back. See plan.h. */
#include "plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char no_cost[] = "no cost is known";

static bool is_inline(const struct choice *o)
{
	return !strncmp(o->strategy, "inline", 6);
}

/*
 * Drops options without a cost.  For a site that runs trap and call must have one, and
 * where there are sequences one of them: a choice among less would look better than
 * it is.  For one that never runs what the wedge does by default stays.
 */
static char *check_costs(struct decision *d)
{
	const struct choice *missing = NULL;
	bool sequence = false, any = false;

	for (size_t i = 0; i < d->n; i++) {
		sequence |= is_inline(&d->option[i]) && !d->option[i].refused &&
			    d->option[i].cost != NO_COST;
		any |= !d->option[i].refused && d->option[i].cost != NO_COST;
	}
	for (size_t i = 0; i < d->n && !missing; i++)
		if (!d->option[i].refused && d->option[i].cost == NO_COST &&
		    !(is_inline(&d->option[i]) && sequence))
			missing = &d->option[i];
	if (missing && d->count)
		return wp_format("no cost for `%s' by `%s', which %s needs (it runs %" PRIu64
				 " times): measure it, or add a line `kind %s %s <value>'",
				 kind_info[d->kind].name, option_costed_as(d, missing), d->name,
				 d->count, kind_info[d->kind].name, option_costed_as(d, missing));
	if (!any) {
		const struct choice *o = option_named(d, "call");

		if (!o)
			o = option_named(d, "trap");
		for (size_t i = 0; i < d->n; i++)
			if (&d->option[i] != o && !d->option[i].refused)
				d->option[i].refused = no_cost;
		return NULL;
	}
	for (size_t i = 0; i < d->n; i++)
		if (!d->option[i].refused && d->option[i].cost == NO_COST)
			d->option[i].refused = no_cost;
	return NULL;
}

static bool weigh(const struct decision *d, const struct choice *o, struct solve_option *to)
{
	int64_t weight, cost = o->cost == NO_COST ? 0 : o->cost;

	to->bytes = o->bytes;
	return !__builtin_mul_overflow(d->count, WEIGHT_ONE, &weight) &&
	       !__builtin_add_overflow(weight, 1, &weight) &&
	       !__builtin_mul_overflow(o->all, WEIGHT_ONE, &to->cost) &&
	       !__builtin_add_overflow(to->cost, cost, &to->cost) &&
	       !__builtin_mul_overflow(weight, o->native, &to->native);
}

/* Sums of the greatest of each group must fit, with room to spare. */
static bool sums_fit(const struct solve_group *g, size_t n)
{
	__int128 cost = 0, native = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t most_cost = 0, most_native = 0;

		for (size_t j = 0; j < g[i].n; j++) {
			const struct solve_option *o = &g[i].option[j];

			most_cost = o->cost > most_cost ? o->cost : most_cost;
			most_native = o->native > most_native ? o->native : most_native;
		}
		cost += most_cost;
		native += most_native;
	}
	return cost < INT64_MAX / 4 && native < INT64_MAX / 4;
}

static char *no_plan(const struct solution *s, const struct budgets *b)
{
	if (s->least_bytes > b->bytes)
		return wp_format("no plan fits a text budget of %" PRId64
				 " bytes: what must be patched by a jump takes %" PRId64,
				 b->bytes, s->least_bytes);
	if (s->least_native > b->native)
		return wp_format(
			"no plan fits the native budget: the least that is possible is %" PRId64
			".%02d",
			s->least_native / COST_ONE, (int)(s->least_native % COST_ONE));
	return wp_format("no plan was found that keeps both budgets, though each by itself could "
			 "be kept: give "
			 "more bytes, or more cost on bare hardware");
}

char *plan_choose(struct decisions *d, const struct budgets *b, struct solution *s)
{
	struct solve_group *group = wp_alloc((d->n + 1) * sizeof(*group));
	char *wrong = NULL;
	bool fit = true;

	for (size_t i = 0; i < d->n && !wrong && fit; i++) {
		struct decision *this = &d->decision[i];
		struct solve_option *option = wp_alloc(this->n * sizeof(*option));

		group[i].option = option;
		wrong = check_costs(this);
		for (size_t j = 0; j < this->n && !wrong; j++)
			if (!this->option[j].refused)
				fit &= weigh(this, &this->option[j], &option[group[i].n++]);
		if (!group[i].n && !wrong)
			wrong = wp_format("%s can be patched in no way: %s", this->name,
					  this->option[0].refused);
	}
	if (!wrong && (!fit || !sums_fit(group, d->n)))
		wrong = wp_format("counts times costs exceed 64 bits: scale the profile down");
	if (!wrong) {
		*s = solve(group, d->n, b->bytes,
			   b->native == NO_BUDGET ? NO_BUDGET : b->native * WEIGHT_ONE,
			   b->max_states);
		s->native /= WEIGHT_ONE;
		s->least_native /= WEIGHT_ONE;
		if (!s->feasible)
			wrong = no_plan(s, b);
	}
	for (size_t i = 0; i < d->n; i++) {
		size_t left = group[i].chosen + 1;

		/* The chosen one among those that are not refused. */
		for (size_t j = 0; j < d->decision[i].n && !wrong; j++)
			if (!d->decision[i].option[j].refused && !--left) {
				d->decision[i].chosen = j;
				break;
			}
		free((void *)group[i].option);
	}
	free(group);
	return wrong;
}

int64_t plan_uniform(const struct decisions *d, const char *strategy)
{
	static const char *const order[] = {"inline", "call", "trap"};
	int64_t sum = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct decision *this = &d->decision[i];
		const struct choice *o = NULL;
		size_t from = 0;

		while (from < 2 && strcmp(order[from], strategy))
			from++;
		for (; from < 3 && !o; from++)
			o = option_named(this, order[from]);
		if (!o)
			o = &this->option[this->chosen];
		sum += o->all;
	}
	return sum;
}

int64_t plan_expected(const struct decisions *d)
{
	int64_t sum = 0;

	for (size_t i = 0; i < d->n; i++)
		sum += d->decision[i].option[d->decision[i].chosen].all;
	return sum;
}
