// SPDX-License-Identifier: GPL-2.0-or-later
/* explain.c - see explain.h. */
#include "explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PERCENT 100
/* Percent: of a tolerance of 0 every instruction would be infinitely many. */
#define LEAST_TOLERANCE 0.001

static struct part *part_named(struct part **list, size_t *n, const char *name)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*list)[i].name, name))
			return &(*list)[i];
	*list = wp_realloc(*list, (*n + 1) * sizeof(**list));
	(*list)[*n] = (struct part){.name = name};
	return &(*list)[(*n)++];
}

/* "cli" of "file.c:function/cli#0" */
static void kind_of(const char *site, char kind[WORD_MAX])
{
	const char *slash = strrchr(site, '/');

	slash = slash ? slash + 1 : site;
	snprintf(kind, WORD_MAX, "%.*s", (int)strcspn(slash, "#"), slash);
}

/* The table's own string, which lives as long as the program. */
static const char *kind_name(const char *kind)
{
	for (int k = 1; k < SITE_KINDS; k++)
		if (kind_info[k].name && !strcmp(kind_info[k].name, kind))
			return kind_info[k].name;
	return "unknown";
}

static void add_insns(struct part_side *side, double begun, const uint64_t *insns, double ops)
{
	side->begun += begun / ops;
	for (size_t e = 0; e < EXECUTORS; e++)
		side->insns[e] += (double)insns[e] / ops;
}

static struct part_side *side_of(struct part *p, bool now)
{
	return now ? &p->now : &p->base;
}

static void add_run(struct explanation *x, const struct rec_run *run, bool now)
{
	double ops = (double)run->ops;
	struct part *p;

	for (size_t i = 0; i < run->sites; i++) {
		const struct rec_site *s = &run->site[i];
		char kind[WORD_MAX];

		kind_of(s->name, kind);
		p = part_named(&x->kind, &x->kinds, kind_name(kind));
		strcpy(p->kind, kind);
		add_insns(side_of(p, now), (double)s->begun, s->insns, ops);
		side_of(p, now)->how[s->how] = true;
		p = part_named(&x->site, &x->sites, s->name);
		strcpy(p->kind, kind);
		add_insns(side_of(p, now), (double)s->begun, s->insns, ops);
		side_of(p, now)->how[s->how] = true;
	}
	p = part_named(&x->kind, &x->kinds, EXPLAIN_REST);
	strcpy(p->kind, EXPLAIN_REST);
	add_insns(side_of(p, now), 0, run->rest, ops);
}

static int largest_first(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	double dx = fabs(x->sum), dy = fabs(y->sum);

	if (dx != dy)
		return dx > dy ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void finish(struct part *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t e = 0; e < EXECUTORS; e++) {
			list[i].delta[e] = list[i].now.insns[e] - list[i].base.insns[e];
			list[i].sum += list[i].delta[e];
		}
	}
	qsort(list, n, sizeof(*list), largest_first);
}

static void explain_sites(struct explanation *x)
{
	add_run(x, x->of->base_run, false);
	add_run(x, x->of->now_run, true);
	finish(x->kind, x->kinds);
	finish(x->site, x->sites);
}

static void explain_split(struct explanation *x, const struct run_metric *m,
			  const struct costs *costs)
{
	struct split *s = &x->split[x->splits++];
	double was = run_metric_ops(m, x->of->base_run), is = run_metric_ops(m, x->of->now_run);

	*s = (struct split){.metric = m};
	for (size_t e = 0; e < EXECUTORS; e++) {
		s->by[e] = m->by(x->of->now_run, costs, (enum executor)e) / is -
			   m->by(x->of->base_run, costs, (enum executor)e) / was;
		s->sum += s->by[e];
	}
}

static void explain_one(struct explanation *x, const struct difference *d,
			const struct costs *costs)
{
	*x = (struct explanation){.of = d};
	for (size_t i = 0; i < RUN_METRICS; i++)
		if (run_metrics[i].boot == d->of->boot)
			explain_split(x, &run_metrics[i], costs);
	if (d->of->boot)
		return;
	explain_events(x, costs);
	if (d->base_run->ledger && d->now_run->ledger)
		explain_sites(x);
}

static bool wanted(const struct difference *d)
{
	return d->of && (d->verdict == VERDICT_WORSE || d->verdict == VERDICT_BETTER);
}

size_t explain(struct explanation **list, const struct comparison *c, const struct costs *costs)
{
	size_t n = 0;

	*list = wp_alloc((c->n + 1) * sizeof(**list));
	for (size_t i = 0; i < c->n; i++) {
		const struct difference *d = &c->list[i];
		bool had = !wanted(d);

		/* Two metrics of one run have one explanation; its boot has its own. */
		for (size_t k = 0; k < n && !had; k++)
			had = (*list)[k].of->now_run == d->now_run &&
			      (*list)[k].of->of->boot == d->of->boot;
		if (!had)
			explain_one(&(*list)[n++], d, costs);
	}
	return n;
}

void explain_free(struct explanation *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].event);
		free(list[i].kind);
		free(list[i].site);
	}
	free(list);
}

enum verdict explain_verdict(const struct explanation *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].of->verdict == VERDICT_WORSE)
			return VERDICT_WORSE;
	return VERDICT_BETTER;
}

static int largest_rise(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int largest_fall(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void add_kinds(struct part **kind, size_t *kinds, const struct explanation *x)
{
	const struct rec_run *run = x->of->base_run;
	double whole = (double)counts_insns(&run->measured).n / (double)run->ops;
	double tolerance = fmax(x->of->tolerance->percent, LEAST_TOLERANCE);

	for (size_t k = 0; k < x->kinds; k++) {
		const struct part *from = &x->kind[k];
		struct part *p = part_named(kind, kinds, from->name);

		p->sum += from->sum / whole * PERCENT;
		p->weight += from->sum / whole * PERCENT / tolerance;
		for (size_t h = 0; h < HOWS; h++) {
			p->base.how[h] |= from->base.how[h];
			p->now.how[h] |= from->now.how[h];
		}
	}
}

size_t explain_kinds(struct part **kind, const struct explanation *list, size_t n)
{
	enum verdict of = explain_verdict(list, n);
	size_t kinds = 0;

	*kind = NULL;
	for (size_t i = 0; i < n; i++)
		if (list[i].of->verdict == of)
			add_kinds(kind, &kinds, &list[i]);
	if (kinds)
		qsort(*kind, kinds, sizeof(**kind),
		      of == VERDICT_WORSE ? largest_rise : largest_fall);
	return kinds;
}
