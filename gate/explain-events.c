// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * explain-events.c - of which events there are more: what a run without a ledger is explained by,
 * and what modelled cycles rise by where no instruction does.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"

static struct event_part *class_named(struct explanation *x, const char *class)
{
	for (size_t i = 0; i < x->events; i++)
		if (!strcmp(x->event[i].class, class))
			return &x->event[i];
	x->event = wp_realloc(x->event, (x->events + 1) * sizeof(*x->event));
	x->event[x->events] = (struct event_part){.class = class};
	return &x->event[x->events++];
}

static void add_side(struct explanation *x, const struct rec_run *run, double sign)
{
	for (size_t i = 0; i < run->measured.nevents; i++) {
		const struct event_count *from = &run->measured.event[i];
		struct event_part *p = class_named(x, from->class);

		for (size_t e = 0; e < EXECUTORS; e++)
			p->by[e] += sign * (double)from->by[e].n / (double)run->ops;
	}
}

/* What costs most; of what costs nothing, what there is most of. */
static int largest_first(const void *a, const void *b)
{
	const struct event_part *x = a, *y = b;

	if (fabs(x->cycles) != fabs(y->cycles))
		return fabs(x->cycles) > fabs(y->cycles) ? -1 : 1;
	if (fabs(x->sum) != fabs(y->sum))
		return fabs(x->sum) > fabs(y->sum) ? -1 : 1;
	return strcmp(x->class, y->class);
}

void explain_events(struct explanation *x, const struct costs *costs)
{
	size_t kept = 0;

	add_side(x, x->of->base_run, -1);
	add_side(x, x->of->now_run, 1);
	for (size_t i = 0; i < x->events; i++) {
		struct event_part *p = &x->event[i];
		bool moved = false;

		for (size_t e = 0; e < EXECUTORS; e++) {
			moved |= p->by[e] != 0;
			p->sum += p->by[e];
		}
		p->cycles = p->sum * costs->row[costs_row(costs, p->class)].at[COST_BASE];
		if (moved)
			x->event[kept++] = *p;
	}
	x->events = kept;
	if (kept)
		qsort(x->event, kept, sizeof(*x->event), largest_first);
}
