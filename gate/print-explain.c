// SPDX-License-Identifier: GPL-2.0-or-later
/* print-explain.c - the explanation as text: by kinds of sites over all runs, then run by run. */
#include "print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KINDS_SHOWN   6
#define SITES_SHOWN   3
#define EVENTS_SHOWN  4
#define EXPLAIN_SHOWN 8	    /* runs that are told in full */
#define TINY	      0.005 /* of the whole difference: not worth a line */
#define ROUNDING      1e-9

static void how_text(const struct part *p, char *out, size_t len)
{
	bool same = !memcmp(p->base.how, p->now.how, sizeof(p->now.how));
	size_t at = 0;

	*out = '\0';
	for (size_t s = same ? 1 : 0; s < 2; s++) {
		const bool *how = s ? p->now.how : p->base.how;
		bool first = true;

		if (!same)
			at += (size_t)snprintf(out + at, len - at, "%s", s ? " -> " : "");
		for (size_t h = 0; h < HOWS; h++) {
			if (!how[h])
				continue;
			at += (size_t)snprintf(out + at, len - at, "%s%s", first ? "" : "+",
					       site_how_names[h]);
			first = false;
		}
		if (first && !same)
			at += (size_t)snprintf(out + at, len - at, "-");
	}
}

static double each(const struct part_side *s)
{
	double sum = 0;

	for (size_t e = 0; e < EXECUTORS; e++)
		sum += s->insns[e];
	return s->begun ? sum / s->begun : NAN;
}

static void executors(const double *delta, struct wp_buf *b)
{
	bool first = true;

	for (size_t e = 0; e < EXECUTORS; e++) {
		if (fabs(delta[e]) < ROUNDING)
			continue;
		wp_buf_printf(b, "%s%s %s", first ? "" : ", ", executor_names[e],
			      figure_text(delta[e], true));
		first = false;
	}
}

static void part_line(const struct part *p, const char *indent, int width, struct wp_buf *b)
{
	char how[64];

	how_text(p, how, sizeof(how));
	wp_buf_printf(b, "%s%-*s %12s  ", indent, width, p->name, figure_text(p->sum, true));
	executors(p->delta, b);
	if (strcmp(p->name, EXPLAIN_REST)) {
		wp_buf_printf(b, "; %s; executions %s", how, figure_text(p->base.begun, false));
		if (p->base.begun != p->now.begun)
			wp_buf_printf(b, " -> %s", figure_text(p->now.begun, false));
		wp_buf_printf(b, ", each %s", figure_text(each(&p->base), false));
		if (each(&p->base) != each(&p->now))
			wp_buf_printf(b, " -> %s", figure_text(each(&p->now), false));
	}
	wp_buf_str(b, "\n");
}

static bool worth_a_line(double part, double whole)
{
	return fabs(part) >= ROUNDING && fabs(part) >= TINY * fabs(whole);
}

/* Who executed it, in the unit of each metric. */
static void splits(const struct explanation *x, struct wp_buf *b)
{
	for (size_t i = 0; i < x->splits; i++) {
		const struct split *s = &x->split[i];

		wp_buf_printf(b, "  %-16s %12s  ", s->metric->unit, figure_text(s->sum, true));
		executors(s->by, b);
		wp_buf_str(b, "\n");
	}
}

static void events(const struct explanation *x, struct wp_buf *b)
{
	if (x->events)
		wp_buf_str(b, " events:\n");
	for (size_t i = 0; i < x->events && i < EVENTS_SHOWN; i++) {
		const struct event_part *p = &x->event[i];

		wp_buf_printf(b, "  %-16s %12s  ", p->class, figure_text(p->sum, true));
		executors(p->by, b);
		if (fabs(p->cycles) >= ROUNDING)
			wp_buf_printf(b, "; modelled cycles %s", figure_text(p->cycles, true));
		wp_buf_str(b, "\n");
	}
}

static void sites(const struct explanation *x, struct wp_buf *b)
{
	double whole = x->split[0].sum;

	if (x->kinds)
		wp_buf_str(b, " instructions by kind of site, and site:\n");
	for (size_t i = 0; i < x->kinds && i < KINDS_SHOWN; i++) {
		size_t shown = 0;

		if (!worth_a_line(x->kind[i].sum, whole))
			continue;
		part_line(&x->kind[i], "  ", 16, b);
		for (size_t k = 0; k < x->sites && shown < SITES_SHOWN; k++) {
			if (strcmp(x->site[k].kind, x->kind[i].kind) ||
			    !worth_a_line(x->site[k].sum, whole))
				continue;
			part_line(&x->site[k], "      ", 34, b);
			shown++;
		}
	}
}

/* What is told of a run; who executed it comes first, and is told of every run. */
static void (*const sections[])(const struct explanation *x, struct wp_buf *b) = {splits, events,
										  sites};

static void one_run(const struct explanation *x, size_t nsections, struct wp_buf *b)
{
	wp_buf_printf(b, "\n%s, %s:\n", x->of->where, x->of->of->boot ? "a boot" : "an operation");
	for (size_t i = 0; i < nsections; i++)
		sections[i](x, b);
}

static void ranking(const struct report *r, struct wp_buf *b)
{
	struct part *kind;
	size_t n = explain_kinds(&kind, r->explanation, r->explanations), runs = 0, shown = 0;
	enum verdict of = explain_verdict(r->explanation, r->explanations);

	for (size_t i = 0; i < r->explanations; i++)
		runs += r->explanation[i].of->verdict == of && r->explanation[i].kinds;
	for (size_t i = 0; i < n && shown < KINDS_SHOWN; i++) {
		char how[64];

		if (!worth_a_line(kind[i].weight, kind[0].weight))
			continue;
		if (!shown)
			wp_buf_printf(
				b,
				"\nWhere it comes from (%zu run%s %s under the wedge; tolerances, "
				"and percent of each run's base, summed):\n",
				runs, runs == 1 ? "" : "s", verdict_names[of]);
		how_text(&kind[i], how, sizeof(how));
		wp_buf_printf(b, "  %zu. %-12s %+9.2f %+9.3f %%  %s\n", ++shown, kind[i].name,
			      kind[i].weight, kind[i].sum, how);
	}
	free(kind);
}

void print_explanations(const struct report *r, struct wp_buf *b)
{
	const size_t all = sizeof(sections) / sizeof(sections[0]);

	ranking(r, b);
	for (size_t i = 0; i < r->explanations; i++)
		one_run(&r->explanation[i], i < EXPLAIN_SHOWN ? all : 1, b);
	if (r->explanations > EXPLAIN_SHOWN)
		wp_buf_printf(b, "\n(events and sites of the last %zu: see the JSON)\n",
			      r->explanations - EXPLAIN_SHOWN);
}
