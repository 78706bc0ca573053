/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.h - what each site can be given: a strategy, and the least pad that it needs.
 *
 * Sites that share a name share a decision, since a plan cannot tell them apart.
 */
#ifndef WEDGEPERF_TUNER_OPTIONS_H
#define WEDGEPERF_TUNER_OPTIONS_H

#include "../profiles/names.h"
#include "costs.h"

/* How often a site that the profile does not know is taken to run: a thousandth. */
#define WEIGHT_ONE 1000

struct choice {
	const char *strategy; /* as plans say it; static or the table's */
	const char *refused;  /* NULL: possible; else the reason (static) */
	int total;	      /* least length of the site, bytes */
	int64_t bytes;	      /* of pad: total less the instruction, of all sites together */
	int64_t native; /* hundredths, one execution on bare hardware beyond the instruction */
	int64_t cost;	/* hundredths, one execution under the wedge; NO_COST: not known */
	int64_t all;	/* hundredths, the profiles' executions; exact, where cost is a mean */
};

struct decision {
	const char *name;
	enum site_kind kind;
	size_t sites;	   /* that have this name */
	uint64_t count;	   /* the profiles' */
	bool fixed;	   /* the wedge does the same under every strategy */
	bool native;	   /* ... namely nothing: it means the same in ring 3 */
	int total, length; /* as it is now: the shortest of the sites */
	struct choice *option;
	size_t n;
	size_t chosen;
};

struct decisions {
	struct decision *decision; /* by name */
	size_t n;
	size_t left_out; /* sites in replacements of alternatives, which nobody patches */
};

struct option_rules {
	bool keep_pads;	       /* choose for the kernel as it is: no site gets longer or shorter */
	bool single_step_safe; /* the kernel never single-steps itself: FP_F_NO_TF is allowed */
};

/*
 * All decisions for @k with their options; nothing is chosen yet.  Costs that @c lacks
 * are NO_COST.  Each of the @profiles at @p has its own workload's costs.
 */
void options_make(struct decisions *d, const struct kernel *k, const struct profile *p,
		  size_t profiles, const struct costs *c, const struct option_rules *rules);
void options_free(struct decisions *d);

/* The workload whose costs its executions have; NULL, the general ones: it is of several. */
const char *profile_costed_as(const struct profile *p);

/* What the costs call it where @o is chosen: its strategy, or native. */
const char *option_costed_as(const struct decision *d, const struct choice *o);

/* The decision of that name, or NULL. */
const struct decision *decision_named(const struct decisions *d, const char *name);

/* The option of that strategy (`inline`: the first possible sequence), or NULL. */
const struct choice *option_named(const struct decision *d, const char *strategy);

#endif
