/* SPDX-License-Identifier: GPL-2.0-or-later */
/* measure.h - what one operation costs, by every counter. */
#ifndef MICROBENCH_MEASURE_H
#define MICROBENCH_MEASURE_H

#include "counters.h"
#include "op.h"
#include "stats.h"

struct method {
	int cpu;	       /* pinned to; -1: pinning was not possible */
	unsigned int samples;  /* an operation */
	uint64_t sample_ticks; /* at least, of a sample's shorter loop */
};

struct result {
	const struct mb_op *op;
	size_t bytes;			 /* of the operation */
	uint64_t iterations;		 /* of a loop; COPIES or 2 * COPIES operations each */
	struct stats cost[MAX_COUNTERS]; /* an operation; by counter */
	const char *error;		 /* NULL, or why there is no result */
};

/* Pins the process: to @cpu, or with -1 to where it is.  Returns the CPU or -1. */
int measure_pin(int cpu);
void measure(const struct mb_op *op, const struct method *m, const struct counters *cs,
	     struct result *r);

#endif
