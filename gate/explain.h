/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain.h - where it comes from that two runs differ.
 *
 * From the counts of both, which each run has: who executed more, and which events there are
 * more of.  From the ledgers of both, which runs under the wedge have: each instruction is booked
 * on the site that was under way, or on none, so the parts add up to the whole difference.  Kinds
 * are those of kinds.def; what is booked on no site (the kernel's own code, exceptions,
 * interrupts, system calls) is the kind EXPLAIN_REST.
 */
#ifndef WEDGEPERF_GATE_EXPLAIN_H
#define WEDGEPERF_GATE_EXPLAIN_H

#include <wedgeperf/kinds.h>
#include "compare.h"

#define EXPLAIN_REST "no site"

/* A whole difference by who executed it, in the metric's unit, per operation (or of the boot). */
struct split {
	const struct run_metric *metric;
	double by[EXECUTORS], sum;
};

/* A class of events, of which there are more or fewer; per operation. */
struct event_part {
	const char *class;
	double by[EXECUTORS], sum; /* events */
	double cycles;		   /* what these cost, modelled, beyond their instructions */
};

/* Figures of one side, per operation. */
struct part_side {
	double begun; /* executions */
	double insns[EXECUTORS];
	bool how[HOWS]; /* what stands at sites of it */
};

struct part {
	const char *name; /* of a kind, or of a site */
	char kind[WORD_MAX];
	struct part_side base, now;
	double delta[EXECUTORS],
		sum;   /* instructions per operation; explain_kinds(): sum in percent */
	double weight; /* explain_kinds() alone: the same in tolerances */
};

/* Each list with its largest difference first. */
struct explanation {
	const struct difference *of;
	struct split split[RUN_METRICS]; /* the first one is of instructions */
	size_t splits;
	struct event_part *event; /* those that differ; a boot's are not recorded */
	size_t events;
	struct part *kind, *site; /* none: a boot, or a run without ledgers on both sides */
	size_t kinds, sites;
};

/*
 * One for each run that moved by more than its tolerance (in instructions or modelled cycles)
 * and for each boot that did.  Figures of the build have none.  Returns how many; *@list is to be
 * freed by explain_free().
 */
size_t explain(struct explanation **list, const struct comparison *c, const struct costs *costs);
void explain_free(struct explanation *list, size_t n);

/* Fills in the events: explain() calls it. */
void explain_events(struct explanation *x, const struct costs *costs);

/* Which runs the ranking is of: those that got worse, or that got better if none got worse. */
enum verdict explain_verdict(const struct explanation *list, size_t n);

/*
 * What to look at first: kinds over all runs of that verdict that have ledgers.
 * A kind's share of a run's difference, relative to the run's base, is divided by the run's
 * tolerance and summed: so neither a long operation nor one that moves by itself outshouts the
 * others. The largest rise comes first (of runs that got better: the largest fall).
 */
size_t explain_kinds(struct part **kind, const struct explanation *list, size_t n);

#endif
