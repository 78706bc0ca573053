/* SPDX-License-Identifier: GPL-2.0-or-later */
/* derive.h - costs from measured runs, and measured runs beside predictions. */
#ifndef WEDGEPERF_TUNER_DERIVE_H
#define WEDGEPERF_TUNER_DERIVE_H

#include "options.h"
#include "pads.h"

struct site_cost {
	uint64_t addr, clean, insns;
};

struct site_costs { /* sitecost.so's file: by address */
	struct site_cost *site;
	size_t n;
};

/* Ends the program with a message if @path is no such file. */
void site_costs_read(struct site_costs *s, const char *path);
/* Mean in hundredths, or NO_COST. */
int64_t site_costs_mean(const struct site_costs *s, uint64_t addr);
void site_costs_free(struct site_costs *s);

/*
 * Means by kind and strategy over several runs, and of sites that differ from their kind; then
 * what differs from these by workload.
 */
struct derived;
struct derived *derived_new(const struct kernel *k);
/*
 * Adds a run of @workload (NULL: not said) under a strategy for all sites (trap, call, inline), or
 * under the plan in the file of that name.  What is seen under several counts as under the last.
 */
void derived_add(struct derived *d, const char *workload, const char *strategy, const char *path);
/* The text of a costs file, in instructions; what pads cost on bare hardware is @pads. */
void derived_print(struct derived *d, const struct pads *pads, struct wp_buf *out);
void derived_free(struct derived *d);

/* Instructions of all executors between START and END in a file of count.so. */
uint64_t counted_insns(const char *path);

struct comparison {
	const char *plan, *predicted_by; /* plan file (or trap, call, inline); costs */
	const char *profile;		 /* executions that were predicted */
	const char *sites, *counts;	 /* sitecost.so's and count.so's file of the measured run */
	const char *base;		 /* count.so's file of another run, or NULL, and ... */
	const char *base_plan;		 /* ... what that was of: as plan */
};

/* Predicted and measured, by kind of site, and for the whole run if there is a base. */
void compare(const struct kernel *k, const struct comparison *c, struct wp_buf *out);

#endif
