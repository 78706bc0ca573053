/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain.h - where the instructions come from by which two runs differ.
 *
 * From the ledgers of both: each instruction is booked on the site that was under way, or on
 * none, so the parts add up to the whole difference.  Kinds are those of kinds.def; what is
 * booked on no site (the kernel's own code, exceptions, interrupts, system calls) is the
 * kind EXPLAIN_REST.
 */
#ifndef WEDGEPERF_GATE_EXPLAIN_H
#define WEDGEPERF_GATE_EXPLAIN_H

#include <wedgeperf/kinds.h>
#include "compare.h"

#define EXPLAIN_REST "no site"

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

struct explanation {
	const struct difference *of;
	double executor[EXECUTORS], sum; /* the whole difference, per operation */
	struct part *kind, *site;	 /* largest difference first */
	size_t kinds, sites;
};

/*
 * One for each run that moved by more than its tolerance (in instructions or modelled cycles)
 * and has ledgers on both sides.  Returns how many; *@list is to be freed by explain_free().
 */
size_t explain(struct explanation **list, const struct comparison *c);
void explain_free(struct explanation *list, size_t n);

/* Which runs the ranking is of: those that got worse, or that got better if none got worse. */
enum verdict explain_verdict(const struct explanation *list, size_t n);

/*
 * What to look at first: kinds over all runs of that verdict.
 * A kind's share of a run's difference, relative to the run's base, is divided by the run's
 * tolerance and summed: so neither a long operation nor one that moves by itself outshouts the
 * others. The largest rise comes first (of runs that got better: the largest fall).
 */
size_t explain_kinds(struct part **kind, const struct explanation *list, size_t n);

#endif
