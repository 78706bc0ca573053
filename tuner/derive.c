// SPDX-License-Identifier: GPL-2.0-or-later
/* derive.c - costs from runs of sitecost.so. See derive.h. */
#include "derive.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../fastpath/fastpath.h"
#include "resolve.h"

#define LEAST_CLEAN   10 /* executions, for a site to get a cost of its own */
#define DIFFERS(a, b) ((a) > (b) + (b) / 20 || (a) < (b) - (b) / 20)

void site_costs_read(struct site_costs *s, const char *path)
{
	struct wp_buf text = {0};
	unsigned int number = 0;
	bool ended = false;
	char *line, *rest;

	memset(s, 0, sizeof(*s));
	if (wp_read_file(path, &text))
		wp_die_at(WP_USAGE, path, 0, "%s", strerror(errno));
	for (rest = text.data; (line = strsep(&rest, "\n"));) {
		struct site_cost c;

		if (!number++ && strcmp(line, "wedgeperf-sitecosts 1"))
			break;
		ended |= !strcmp(line, "end");
		if (sscanf(line, "site %" SCNx64 " %" SCNu64 " %" SCNu64, &c.addr, &c.clean,
			   &c.insns) != 3 ||
		    !c.clean)
			continue;
		if (s->n && c.addr <= s->site[s->n - 1].addr)
			wp_die_at(WP_USAGE, path, number, "addresses do not ascend");
		/* doubling: grow at each power of two */
		if (!(s->n & (s->n - 1)))
			s->site = wp_realloc(s->site, (s->n ? s->n * 2 : 1) * sizeof(c));
		s->site[s->n++] = c;
	}
	if (!ended)
		wp_die_at(WP_USAGE, path, number, "it is no complete file of sitecost.so");
	wp_buf_free(&text);
}

static const struct site_cost *find(const struct site_costs *s, uint64_t addr)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->site[mid].addr == addr)
			return &s->site[mid];
		if (s->site[mid].addr < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static int64_t mean(uint64_t clean, uint64_t insns)
{
	return (int64_t)((insns * COST_ONE + clean / 2) / clean);
}

int64_t site_costs_mean(const struct site_costs *s, uint64_t addr)
{
	const struct site_cost *c = find(s, addr);

	return c ? mean(c->clean, c->insns) : NO_COST;
}

void site_costs_free(struct site_costs *s)
{
	free(s->site);
}

/* One kind or one site by one strategy, in all runs or in those of one workload. */
struct row {
	const char *workload; /* NULL: all of them */
	enum site_kind kind;
	const char *name; /* of the site; NULL: the whole kind */
	const char *strategy;
	unsigned int run; /* which of the distinct strategies that runs were made with */
	uint64_t clean, insns;
	int64_t cost; /* hundredths */
	bool print;
};

struct derived {
	const struct kernel *k;
	struct decisions decisions;
	struct row *row;
	size_t n;
	struct wp_buf runs; /* for the heading */
	const char **strategy;
	unsigned int strategies;
};

struct derived *derived_new(const struct kernel *k)
{
	static const struct option_rules as_it_is = {.keep_pads = true, .single_step_safe = true};
	struct derived *d = wp_alloc(sizeof(*d));

	d->k = k;
	options_make(&d->decisions, k, NULL, 0, NULL, &as_it_is);
	return d;
}

static void add(struct derived *d, const struct row *r)
{
	if (!(d->n & (d->n - 1)))
		d->row = wp_realloc(d->row, (d->n ? d->n * 2 : 1) * sizeof(*r));
	d->row[d->n++] = *r;
}

static void add_both(struct derived *d, struct row of_site)
{
	add(d, &of_site);
	of_site.name = NULL;
	add(d, &of_site);
}

static unsigned int number_of(struct derived *d, const char *strategy)
{
	unsigned int i = 0;

	while (i < d->strategies && strcmp(d->strategy[i], strategy))
		i++;
	if (i == d->strategies) {
		d->strategy = wp_realloc(d->strategy, (i + 1) * sizeof(*d->strategy));
		d->strategy[d->strategies++] = strategy;
	}
	return i;
}

void derived_add(struct derived *d, const char *workload, const char *strategy, const char *path)
{
	struct site_costs s;
	struct resolver *r = resolver_new(&d->decisions, strategy);
	unsigned int run = number_of(d, strategy);

	site_costs_read(&s, path);
	for (size_t i = 0; i < s.n; i++)
		if (!sites_at(&d->k->sites, s.site[i].addr))
			wp_die_at(WP_USAGE, path, 0,
				  "%s has no site at %" PRIx64 ": another kernel ran",
				  d->k->image.path, s.site[i].addr);
	for (size_t i = 0; i < d->k->sites.n; i++) {
		const struct site *site = &d->k->sites.site[i];
		const struct site_cost *c = find(&s, site->addr);
		const char *how = c ? resolve(r, site->name) : NULL;
		struct row row;

		if (!how)
			continue;
		row = (struct row){.kind = site->kind,
				   .name = site->name,
				   .strategy = how,
				   .run = run,
				   .clean = c->clean,
				   .insns = c->insns};
		add_both(d, row);
		if (!workload)
			continue;
		row.workload = workload;
		add_both(d, row);
	}
	wp_buf_printf(&d->runs, "# %s%s%s: %zu sites ran\n", workload ? workload : "",
		      workload ? ", " : "", strategy, s.n);
	resolver_free(r);
	site_costs_free(&s);
}

/* NULL before all names. */
static int or_null(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : !b - !a;
}

/* All workloads before each; kinds in their order, each before its sites. */
static int by_row(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = or_null(x->workload, y->workload);

	if (order)
		return order;
	if (x->kind != y->kind)
		return (int)x->kind - (int)y->kind;
	order = or_null(x->name, y->name);
	return order ? order : strcmp(x->strategy, y->strategy);
}

static int by_row_and_run(const void *a, const void *b)
{
	int order = by_row(a, b);

	return order ? order
		     : (int)((const struct row *)a)->run - (int)((const struct row *)b)->run;
}

/*
 * What was seen in runs of several strategies (an operation that is always called, say) counts as
 * in the last of them: what the others left undone is in it.
 */
static size_t join(struct row *row, size_t n)
{
	size_t kept = 0;

	if (!n)
		return 0;
	qsort(row, n, sizeof(*row), by_row_and_run);
	for (size_t i = 1; i < n; i++)
		if (by_row(&row[i], &row[kept])) {
			row[++kept] = row[i];
		} else if (row[i].run != row[kept].run) {
			row[kept] = row[i];
		} else {
			row[kept].clean += row[i].clean;
			row[kept].insns += row[i].insns;
		}
	return kept + 1;
}

static const struct row *row_of(const struct derived *d, const char *workload, enum site_kind kind,
				const char *name, const char *strategy)
{
	struct row key = {.workload = workload, .kind = kind, .name = name, .strategy = strategy};

	return d->n ? bsearch(&key, d->row, d->n, sizeof(key), by_row) : NULL;
}

static void print_cost(struct wp_buf *out, int64_t cost)
{
	wp_buf_printf(out, "%" PRId64 ".%02d", cost / COST_ONE, (int)(cost % COST_ONE));
}

/* Sequences that no run used: what their descriptions state, where nothing is pending. */
static void print_stated(const struct derived *d, enum site_kind kind, struct wp_buf *out)
{
	const struct fp_sequence *seq, *first = NULL;
	size_t n;

	for (seq = fp_table(&n); n; seq++, n--) {
		char *strategy;

		if (seq->kind != kind)
			continue;
		if (!first)
			first = seq;
		else if (seq->reg != first->reg || seq->arg != first->arg)
			continue; /* the same again for another register */
		strategy = wp_format("inline:%s", seq->variant);
		if (!row_of(d, NULL, kind, NULL, strategy))
			wp_buf_printf(out, "kind %s %s %u  # stated, not measured\n",
				      kind_info[kind].name, strategy, seq->insns);
		free(strategy);
	}
}

static bool same_site(const struct row *a, const struct row *b)
{
	return a->kind == b->kind && !or_null(a->name, b->name) &&
	       !or_null(a->workload, b->workload);
}

static const struct row *by_call(const struct derived *d, const struct row *r)
{
	return row_of(d, r->workload, r->kind, r->name, "call");
}

/* The least that any kind's trap costs more than its call: what the exception itself takes. */
static int64_t least_trap(const struct derived *d)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < d->n; i++) {
		const struct row *r = &d->row[i], *call = by_call(d, r);
		int64_t more;

		if (r->name || r->workload || strcmp(r->strategy, "trap") || !call)
			continue;
		more = mean(r->clean, r->insns) - mean(call->clean, call->insns);
		if (more > 0 && more < least)
			least = more;
	}
	return least == INT64_MAX ? 0 : least;
}

/*
 * A trap does what a call does, after an exception.  Where it was seen to cost less, work was
 * left to other sites that a call had done at once: no reason to trap.
 */
static int64_t row_cost(const struct derived *d, const struct row *r, int64_t least)
{
	const struct row *call = strcmp(r->strategy, "trap") ? NULL : by_call(d, r);
	int64_t cost = mean(r->clean, r->insns), no_less;

	if (!call)
		return cost;
	no_less = mean(call->clean, call->insns) + least;
	return cost > no_less ? cost : no_less;
}

/* What would be found if @r were not printed; NULL: nothing. */
static const struct row *instead(const struct derived *d, const struct row *r)
{
	const struct row *found = NULL;

	if (r->name && r->workload) {
		found = row_of(d, r->workload, r->kind, NULL, r->strategy);
		if (!found->print)
			found = row_of(d, NULL, r->kind, r->name, r->strategy);
		if (!found->print)
			found = NULL;
	}
	if (!found && (r->name || r->workload))
		found = row_of(d, NULL, r->kind, NULL, r->strategy);
	return found;
}

/* A workload's few executions are what it does each time; for others a few are no sample. */
static bool enough(const struct row *r)
{
	return !r->name || r->workload || r->clean >= LEAST_CLEAN;
}

/*
 * A site or kind is printed if one of its costs is far from what would be found for it without;
 * then all of them are, as strategies are compared.
 */
static void choose_rows(struct derived *d)
{
	for (size_t i = 0, next; i < d->n; i = next) {
		bool print = false;

		for (next = i; next < d->n && same_site(&d->row[i], &d->row[next]); next++) {
			const struct row *r = &d->row[next], *other = instead(d, r);

			print |= !other || (enough(r) && DIFFERS(r->cost, other->cost));
		}
		for (size_t j = i; j < next; j++)
			d->row[j].print = print && enough(&d->row[j]);
	}
}

void derived_print(struct derived *d, const struct pads *pads, struct wp_buf *out)
{
	const char *workload = NULL;
	int64_t least;

	d->n = join(d->row, d->n);
	least = least_trap(d);
	for (size_t i = 0; i < d->n; i++)
		d->row[i].cost = row_cost(d, &d->row[i], least);
	choose_rows(d);
	wp_buf_printf(out, COSTS_MAGIC "\n# build %s\n%sunit instructions\n", d->k->build,
		      d->runs.data ? d->runs.data : "");
	wp_buf_str(out, "native prefix ");
	print_cost(out, pads->prefix);
	wp_buf_str(out, "\nnative nop ");
	print_cost(out, pads->nop);
	wp_buf_printf(out, "  # in %s\n", pads->of);
	for (size_t i = 0; i < d->n; i++) {
		const struct row *r = &d->row[i];

		if (!r->workload && (!i || r->kind != r[-1].kind))
			print_stated(d, r->kind, out);
		if (!r->print)
			continue;
		if (or_null(workload, r->workload))
			wp_buf_printf(out, "workload %s\n", r->workload);
		workload = r->workload;
		wp_buf_printf(out, "%s %s %s ", r->name ? "site" : "kind",
			      r->name ? r->name : kind_info[r->kind].name, r->strategy);
		print_cost(out, r->cost);
		wp_buf_printf(out, "  # of %" PRIu64, r->clean);
		if (r->cost != mean(r->clean, r->insns)) {
			wp_buf_str(out, ", seen ");
			print_cost(out, mean(r->clean, r->insns));
		}
		wp_buf_str(out, "\n");
	}
}

void derived_free(struct derived *d)
{
	options_free(&d->decisions);
	free(d->row);
	free(d->strategy);
	wp_buf_free(&d->runs);
	free(d);
}
