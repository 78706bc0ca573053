// SPDX-License-Identifier: GPL-2.0-or-later
/* table.c - systems by workloads: means, paired ratios, agreement of results. */
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool of_system(const struct table *t, const struct result *r, size_t system)
{
	return !strcmp(r->system, t->system[system].id);
}

static bool of_workload(const struct table *t, const struct result *r, size_t workload)
{
	return !strcmp(r->workload, t->workload[workload].name);
}

static void add_workload(struct table *t, const struct result *r)
{
	for (size_t w = 0; w < t->nworkloads; w++) {
		if (!of_workload(t, r, w))
			continue;
		if (r->size == t->size)
			t->workload[w].ops = r->f.console.ops;
		return;
	}
	if (t->nworkloads == TABLE_WORKLOADS)
		wp_die(WP_FAILED, "more than %d workloads", TABLE_WORKLOADS);
	t->workload[t->nworkloads].name = r->workload;
	t->workload[t->nworkloads].unit = r->unit;
	t->workload[t->nworkloads].network = r->network;
	t->workload[t->nworkloads].ops = r->f.console.ops;
	t->workload[t->nworkloads].bytes = workload_is_bytes(r->unit);
	t->nworkloads++;
}

static void add_system(struct table *t, const char *id, const char *label)
{
	const struct result *any = NULL;

	for (size_t i = 0; i < t->results->n && !any; i++)
		if (!strcmp(t->results->list[i]->system, id))
			any = t->results->list[i];
	if (!any || t->nsystems == TABLE_SYSTEMS)
		return;
	t->system[t->nsystems].id = id;
	t->system[t->nsystems].label = label;
	t->system[t->nsystems].any = any;
	t->nsystems++;
}

void table_make(struct table *t, const struct results *results, const struct costs *costs,
		enum run_size size)
{
	*t = (struct table){.results = results, .costs = costs, .size = size};
	for (size_t i = 0; i < results->n; i++)
		add_workload(t, results->list[i]);
	for (size_t i = 0; i < bench_nsystems; i++)
		add_system(t, bench_systems[i].id, bench_systems[i].label);
}

static double value(const struct table *t, const struct result *r, enum metric_id m,
		    struct scenario s)
{
	return metrics[m].value(r, t->costs, s);
}

double table_mean(const struct table *t, size_t workload, size_t system, enum metric_id m,
		  struct scenario s)
{
	double *v = wp_alloc((t->results->n + 1) * sizeof(*v)), mean;
	size_t n = 0;

	for (size_t i = 0; i < t->results->n; i++) {
		const struct result *r = t->results->list[i];

		if (r->size == t->size && of_system(t, r, system) && of_workload(t, r, workload))
			v[n++] = value(t, r, m, s);
	}
	mean = stats_mean(v, n);
	free(v);
	return mean;
}

double table_part(const struct table *t, size_t workload, size_t system, enum executor e,
		  enum metric_id m)
{
	double *v = wp_alloc((t->results->n + 1) * sizeof(*v)), mean;
	size_t n = 0;

	for (size_t i = 0; i < t->results->n; i++) {
		const struct result *r = t->results->list[i];
		const struct counts *c = &r->f.measured;

		if (r->size != t->size || !of_system(t, r, system) || !of_workload(t, r, workload))
			continue;
		v[n++] = (m == METRIC_MODELLED ? costs_model_of(t->costs, c, e).cycles
					       : (double)c->insns[e].n) /
			 (double)r->f.console.ops;
	}
	mean = stats_mean(v, n);
	free(v);
	return mean;
}

size_t table_boots(const struct table *t, size_t workload, size_t system)
{
	size_t n = 0;

	for (size_t i = 0; i < t->results->n; i++)
		n += of_system(t, t->results->list[i], system) &&
		     of_workload(t, t->results->list[i], workload);
	return n;
}

/* The boot of the base system that @r is compared with. */
static const struct result *partner(const struct table *t, const struct result *r)
{
	for (size_t i = 0; i < t->results->n; i++) {
		const struct result *b = t->results->list[i];

		if (of_system(t, b, 0) && !strcmp(b->workload, r->workload) && b->size == r->size &&
		    b->k == r->k && b->f.console.ops == r->f.console.ops &&
		    !strcmp(b->network, r->network))
			return b;
	}
	return NULL;
}

struct ratio table_ratio(const struct table *t, size_t workload, size_t system, enum metric_id m)
{
	double *v = wp_alloc(4 * (t->results->n + 1) * sizeof(*v));
	double *base = v + t->results->n, *nv = base + t->results->n, *nbase = nv + t->results->n;
	size_t n = 0, nominal = 0;
	struct ratio ratio;

	for (size_t i = 0; i < t->results->n; i++) {
		const struct result *r = t->results->list[i], *b;

		if (!of_system(t, r, system) || !of_workload(t, r, workload) ||
		    !(b = partner(t, r)))
			continue;
		v[n] = value(t, r, m, SCENARIO_BASE);
		base[n] = value(t, b, m, SCENARIO_BASE);
		if (r->size == t->size) {
			nv[nominal] = v[n];
			nbase[nominal++] = base[n];
		}
		n++;
	}
	ratio.mean = stats_mean(nv, nominal) / stats_mean(nbase, nominal);
	ratio.spread = stats_ratios(v, base, n);
	free(v);
	return ratio;
}

size_t table_check(const struct table *t, struct wp_buf *out)
{
	size_t bad = 0;

	for (size_t i = 0; i < t->results->n; i++) {
		const struct result *r = t->results->list[i], *first = NULL;

		for (size_t k = 0; k < i && !first; k++) {
			const struct result *f = t->results->list[k];

			if (!strcmp(f->workload, r->workload) &&
			    f->f.console.ops == r->f.console.ops)
				first = f;
		}
		if (!first || !strcmp(first->f.console.check, r->f.console.check))
			continue;
		bad++;
		wp_buf_printf(out,
			      "WRONG: %s computed check %s, but %s computed %s.\n"
			      "       The two systems do not do the same thing; do not compare "
			      "them.\n",
			      r->id, r->f.console.check, first->id, first->f.console.check);
	}
	return bad;
}
