/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.h - choose, and say so: from options to the text of a plan. */
#ifndef WEDGEPERF_TUNER_PLAN_H
#define WEDGEPERF_TUNER_PLAN_H

#include "options.h"
#include "solve.h"

struct budgets {
	int64_t bytes;	   /* of pad in the kernel's text; NO_BUDGET */
	int64_t native;	   /* hundredths, summed over the profile's executions; NO_BUDGET */
	size_t max_states; /* see solve.h */
};

/*
 * Chooses for every decision.  Returns NULL, or what is wrong, to be freed: a cost that
 * is missing for something that the profile executes, a budget that no plan fits.
 */
char *plan_choose(struct decisions *d, const struct budgets *b, struct solution *s);

/* Hundredths: all executions by one strategy, where it is not possible by the next lower. */
int64_t plan_uniform(const struct decisions *d, const char *strategy);

/* Hundredths: as chosen. */
int64_t plan_expected(const struct decisions *d);

struct plan_provenance {
	const struct kernel *kernel;
	const struct profile *profile;
	bool keep_pads;
};

/* The text, which lib/plan.h reads.  Kinds as in kinds.def, sites by name. */
void plan_print(const struct decisions *d, const struct costs *c, const struct budgets *b,
		const struct solution *s, const struct plan_provenance *from, struct wp_buf *out);

#endif
