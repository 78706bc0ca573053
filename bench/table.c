// SPDX-License-Identifier: GPL-2.0-or-later
/* table.c - systems by workloads: means, paired ratios, agreement of results. */
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool of_system(const struct table *t, const struct result *r, size_t system)
{
	return !strcmp(r->system, t->system[system].id);
}

static bool of_workload(const struct table *t, const struct result *r, size_t workload)
{
	return !strcmp(r->workload, t->workload[workload].name) &&
	       !strcmp(r->kernel, t->workload[workload].kernel);
}

/* After the row of the same workload on another kernel, or last. */
static size_t new_row(struct table *t, const char *workload)
{
	size_t at = t->nworkloads;

	if (t->nworkloads == TABLE_WORKLOADS)
		wp_die(WP_FAILED, "more than %d workloads", TABLE_WORKLOADS);
	for (size_t w = 0; w < t->nworkloads; w++)
		if (!strcmp(t->workload[w].name, workload))
			at = w + 1;
	memmove(&t->workload[at + 1], &t->workload[at],
		(t->nworkloads - at) * sizeof(t->workload[0]));
	t->nworkloads++;
	return at;
}

static void add_workload(struct table *t, const struct result *r)
{
	size_t at;

	for (size_t w = 0; w < t->nworkloads; w++) {
		if (!of_workload(t, r, w))
			continue;
		if (r->size == t->size)
			t->workload[w].ops = r->f.console.ops;
		return;
	}
	at = new_row(t, r->workload);
	t->workload[at].name = r->workload;
	t->workload[at].kernel = r->kernel;
	t->workload[at].unit = r->unit;
	t->workload[at].network = r->network;
	t->workload[at].ops = r->f.console.ops;
	t->workload[at].bytes = workload_is_bytes(r->unit);
}

static void label_workloads(struct table *t)
{
	bool several = false;

	for (size_t w = 0; w < t->nworkloads; w++)
		several |= strcmp(t->workload[w].kernel, t->workload[0].kernel) != 0;
	t->width = 12;
	for (size_t w = 0; w < t->nworkloads; w++) {
		int len = snprintf(t->workload[w].label, WORD_MAX, "%s%s%s", t->workload[w].name,
				   several ? " " : "", several ? t->workload[w].kernel : "");

		t->width = len > t->width ? len : t->width;
	}
}

static void add_built(struct table *t, size_t system, const struct result *r)
{
	for (size_t i = 0; i < t->nbuilt; i++)
		if (t->built[i].system == system && !strcmp(t->built[i].any->kernel, r->kernel))
			return;
	if (t->nbuilt == TABLE_BUILT)
		wp_die(WP_FAILED, "more than %d systems and kernels", TABLE_BUILT);
	t->built[t->nbuilt].system = system;
	t->built[t->nbuilt++].any = r;
}

/* A column, if there is a result of it. */
static void add_system(struct table *t, const char *id, const char *label)
{
	size_t before = t->nbuilt;

	for (size_t i = 0; i < t->results->n && t->nsystems < TABLE_SYSTEMS; i++)
		if (!strcmp(t->results->list[i]->system, id))
			add_built(t, t->nsystems, t->results->list[i]);
	if (t->nbuilt == before)
		return;
	t->system[t->nsystems].id = id;
	t->system[t->nsystems].label = label;
	t->nsystems++;
}

void table_make(struct table *t, const struct results *results, const struct costs *costs,
		enum run_size size)
{
	*t = (struct table){.results = results, .costs = costs, .size = size};
	for (size_t i = 0; i < results->n; i++)
		add_workload(t, results->list[i]);
	label_workloads(t);
	for (size_t i = 0; i < bench_nsystems; i++)
		add_system(t, bench_systems[i].id, bench_systems[i].label);
}

static double value(const struct table *t, const struct result *r, enum metric_id m,
		    struct scenario s)
{
	return metrics[m].value(r, t->costs, s);
}

/* What is averaged: a metric of the whole machine, or of one executor in it. */
struct quantity {
	enum metric_id metric;
	struct scenario scenario;
	const enum executor *executor; /* NULL: all */
};

static double quantity_of(const struct table *t, const struct result *r, const struct quantity *q)
{
	const struct counts *c = &r->f.measured;

	if (!q->executor)
		return value(t, r, q->metric, q->scenario);
	return (q->metric == METRIC_MODELLED ? costs_model_of(t->costs, c, *q->executor).cycles
					     : (double)c->insns[*q->executor].n) /
	       (double)r->f.console.ops;
}

static double mean_of(const struct table *t, size_t workload, size_t system,
		      const struct quantity *q)
{
	double *v = wp_alloc((t->results->n + 1) * sizeof(*v)), mean;
	size_t n = 0;

	for (size_t i = 0; i < t->results->n; i++) {
		const struct result *r = t->results->list[i];

		if (r->size == t->size && of_system(t, r, system) && of_workload(t, r, workload))
			v[n++] = quantity_of(t, r, q);
	}
	mean = stats_mean(v, n);
	free(v);
	return mean;
}

double table_mean(const struct table *t, size_t workload, size_t system, enum metric_id m,
		  struct scenario s)
{
	return mean_of(t, workload, system, &(struct quantity){.metric = m, .scenario = s});
}

double table_part(const struct table *t, size_t workload, size_t system, enum executor e,
		  enum metric_id m)
{
	return mean_of(t, workload, system, &(struct quantity){.metric = m, .executor = &e});
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

		if (of_system(t, b, 0) && !strcmp(b->workload, r->workload) &&
		    !strcmp(b->kernel, r->kernel) && b->size == r->size && b->k == r->k &&
		    b->f.console.ops == r->f.console.ops && !strcmp(b->network, r->network))
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
