// SPDX-License-Identifier: GPL-2.0-or-later
/* compare.c - see compare.h.  A new metric of a run is a new row. */
#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const verdict_names[VERDICTS] = {"same",	"within", "better", "worse",
					     "changed", "new",	  "gone"};

static double instructions(const struct rec_run *r, const struct costs *costs, enum executor e)
{
	(void)costs;
	return (double)r->measured.insns[e].n;
}

static double modelled(const struct rec_run *r, const struct costs *costs, enum executor e)
{
	return costs_model_of(costs, &r->measured, e).cycles;
}

/* The firmware, which counts as user, is none of ours. */
static double boot(const struct rec_run *r, const struct costs *costs, enum executor e)
{
	(void)costs;
	return e == EXEC_USER ? 0 : (double)r->boot[e].n;
}

const struct run_metric run_metrics[RUN_METRICS] = {
	[RUN_INSTRUCTIONS] = {"instructions", "instructions", false, instructions},
	[RUN_MODELLED] = {"modelled", "modelled cycles", false, modelled},
	[RUN_BOOT] = {"boot", "instructions", true, boot},
};

double run_metric_ops(const struct run_metric *m, const struct rec_run *r)
{
	return m->boot ? 1 : (double)r->ops;
}

static double value(const struct run_metric *m, const struct rec_run *r, const struct costs *costs)
{
	double sum = 0;

	for (size_t e = 0; e < EXECUTORS; e++)
		sum += m->by(r, costs, (enum executor)e);
	return sum / run_metric_ops(m, r);
}

static struct difference *add(struct comparison *c, const char *where, const char *metric,
			      const char *unit)
{
	struct difference *d;

	c->list = wp_realloc(c->list, (c->n + 1) * sizeof(*c->list));
	d = &c->list[c->n++];
	*d = (struct difference){.metric = metric, .unit = unit, .ratio = NAN};
	snprintf(d->where, sizeof(d->where), "%s", where);
	return d;
}

static void judge(struct difference *d, const struct tolerances *t)
{
	double limit;

	d->tolerance = tolerance_of(t, d->metric, d->where);
	limit = d->tolerance->percent / 100;
	d->ratio = d->base ? d->now / d->base : d->now ? INFINITY : 1;
	if (d->now == d->base)
		d->verdict = VERDICT_SAME;
	else if (d->ratio > 1 + limit)
		d->verdict = VERDICT_WORSE;
	else if (d->ratio < 1 - limit)
		d->verdict = VERDICT_BETTER;
	else
		d->verdict = VERDICT_WITHIN;
}

/* "wedge@6.12/fork" of "wedge@6.12/fork/quick/0" */
static void where_of(const char *id, char where[RUN_ID_MAX])
{
	char *slash;

	snprintf(where, RUN_ID_MAX, "%s", id);
	slash = strchr(where, '/');
	if (slash && (slash = strchr(slash + 1, '/')))
		*slash = '\0';
}

static bool same_work(const struct rec_run *a, const struct rec_run *b)
{
	return a->ops == b->ops && a->bytes == b->bytes && !strcmp(a->unit, b->unit) &&
	       !strcmp(a->check, b->check);
}

static bool same_system(const char *a, const char *b)
{
	size_t len = strcspn(a, "/");

	return len == strcspn(b, "/") && !strncmp(a, b, len);
}

/* Is it the first run of its system that both have? */
static bool first_of_system(const struct record *base, const struct record *now,
			    const struct rec_run *run)
{
	for (const struct rec_run *r = now->run; r < run; r++)
		if (same_system(r->id, run->id) && record_run(base, r->id))
			return false;
	return true;
}

static void compare_run(struct comparison *c, const struct record *base, const struct record *now,
			const struct rec_run *run, const struct tolerances *t,
			const struct costs *costs)
{
	const struct rec_run *old = record_run(base, run->id);
	char where[RUN_ID_MAX];

	where_of(run->id, where);
	if (!old || !same_work(old, run)) {
		struct difference *d = add(c, where, "instructions", "instructions");

		d->verdict = old ? VERDICT_CHANGED : VERDICT_NEW;
		d->base_run = old;
		d->now_run = run;
		d->base = old ? value(&run_metrics[RUN_INSTRUCTIONS], old, costs) : NAN;
		d->now = value(&run_metrics[RUN_INSTRUCTIONS], run, costs);
		return;
	}
	for (size_t i = 0; i < RUN_METRICS; i++) {
		const struct run_metric *m = &run_metrics[i];
		struct difference *d;

		if (m->boot && !first_of_system(base, now, run))
			continue;
		if (m->boot)
			strcpy(strchr(where, '/') + 1, "boot");
		d = add(c, where, m->id, m->unit);
		d->base = value(m, old, costs);
		d->now = value(m, run, costs);
		d->of = m;
		d->base_run = old;
		d->now_run = run;
		judge(d, t);
	}
}

static void compare_static(struct comparison *c, const struct record *base,
			   const struct rec_static *s, const struct tolerances *t)
{
	const struct rec_static *old = record_static(base, s->name);
	const char *metric = strchr(s->name, '/');
	struct difference *d;

	d = add(c, s->name, metric ? metric + 1 : s->name, "bytes");
	d->base = old ? (double)old->value : NAN;
	d->now = (double)s->value;
	if (old)
		judge(d, t);
	else
		d->verdict = VERDICT_NEW;
}

/* What must be looked at comes first, and of that what moved most. */
static int rank(enum verdict v)
{
	static const int order[VERDICTS] = {
		[VERDICT_CHANGED] = 0, [VERDICT_GONE] = 1,   [VERDICT_WORSE] = 2,
		[VERDICT_BETTER] = 3,  [VERDICT_WITHIN] = 4, [VERDICT_NEW] = 5,
		[VERDICT_SAME] = 6,
	};

	return order[v];
}

static int worst_first(const void *a, const void *b)
{
	const struct difference *x = a, *y = b;
	double dx = fabs(x->ratio - 1), dy = fabs(y->ratio - 1);

	if (x->verdict != y->verdict)
		return rank(x->verdict) - rank(y->verdict);
	/* What has no ratio is not a number, and equal to all. */
	if (dx > dy || dx < dy)
		return dx > dy ? -1 : 1;
	return strcmp(x->where, y->where);
}

static void add_gone(struct comparison *c, const char *where, const char *metric, const char *unit,
		     double base)
{
	struct difference *d = add(c, where, metric, unit);

	d->verdict = VERDICT_GONE;
	d->base = base;
	d->now = NAN;
}

static void compare_gone(struct comparison *c, const struct record *base, const struct record *now,
			 const struct selection *s, const struct costs *costs)
{
	char where[RUN_ID_MAX];

	for (size_t i = 0; i < base->runs; i++) {
		const struct rec_run *run = &base->run[i];

		if (record_run(now, run->id) || !selection_has(s, run->id))
			continue;
		where_of(run->id, where);
		add_gone(c, where, "instructions", "instructions",
			 value(&run_metrics[RUN_INSTRUCTIONS], run, costs));
	}
	for (size_t i = 0; i < base->stats; i++) {
		const struct rec_static *old = &base->stat[i];
		const char *metric = strchr(old->name, '/');

		if (!record_static(now, old->name) && selection_has_static(s, base, old->name))
			add_gone(c, old->name, metric ? metric + 1 : old->name, "bytes",
				 (double)old->value);
	}
}

void compare(struct comparison *c, const struct record *base, const struct record *now,
	     const struct selection *s, const struct tolerances *t, const struct costs *costs)
{
	*c = (struct comparison){0};
	for (size_t i = 0; i < now->runs; i++)
		compare_run(c, base, now, &now->run[i], t, costs);
	for (size_t i = 0; i < now->stats; i++)
		compare_static(c, base, &now->stat[i], t);
	compare_gone(c, base, now, s, costs);
	qsort(c->list, c->n, sizeof(*c->list), worst_first);
	for (size_t i = 0; i < c->n; i++)
		c->count[c->list[i].verdict]++;
}

bool verdict_fails(enum verdict v)
{
	return v == VERDICT_WORSE || v == VERDICT_CHANGED || v == VERDICT_GONE;
}

bool comparison_empty(const struct comparison *c)
{
	return c->count[VERDICT_NEW] + c->count[VERDICT_GONE] == c->n;
}

bool comparison_fails(const struct comparison *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (verdict_fails(c->list[i].verdict))
			return true;
	return false;
}

void comparison_free(struct comparison *c)
{
	free(c->list);
	*c = (struct comparison){0};
}
