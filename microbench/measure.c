// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * measure.c - one sample is a pair of runs, of the loop with COPIES and of that with
 * 2 * COPIES bodies, right after each other; its value is their difference divided by
 * the operations that the second did more.  What a run costs beside them (reading
 * counters, the call, the loop's own instructions, cold misses of its first
 * iteration) is in both and cancels.
 */
#include "measure.h"

#include <sched.h>
#include <stdlib.h>

#include "loop.h"
#include "wp.h"

#define MAX_ITERATIONS (1u << 24)

int measure_pin(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		cpu = sched_getcpu();
	if (cpu < 0 || cpu >= CPU_SETSIZE)
		return -1;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -1 : cpu;
}

static void run(const struct counters *cs, void (*loop)(uint64_t), uint64_t iterations,
		uint64_t *spent)
{
	uint64_t before[MAX_COUNTERS];

	counters_begin(cs, before);
	loop(iterations);
	counters_end(cs, spent);
	for (int i = 0; i < cs->count; i++)
		spent[i] -= before[i];
}

/* As many iterations as fill a sample; finding out warms up code, data and predictors. */
static uint64_t calibrate(const struct counters *cs, const struct loop *l, uint64_t ticks)
{
	uint64_t spent[MAX_COUNTERS], n = 8;

	for (;; n *= 2) {
		run(cs, l->twice, n, spent);
		run(cs, l->single, n, spent);
		if (spent[0] >= ticks || n >= MAX_ITERATIONS)
			return n;
	}
}

void measure(const struct mb_op *op, const struct method *m, const struct counters *cs,
	     struct result *r)
{
	double *sample[MAX_COUNTERS];
	struct loop l;

	*r = (struct result){.op = op, .error = loop_build(op, &l)};
	if (r->error)
		return;
	r->bytes = l.bytes;
	r->iterations = calibrate(cs, &l, m->sample_ticks);
	for (int i = 0; i < cs->count; i++)
		sample[i] = wp_alloc(m->samples * sizeof(double));
	for (unsigned int s = 0; s < m->samples; s++) {
		uint64_t single[MAX_COUNTERS], twice[MAX_COUNTERS];

		run(cs, l.single, r->iterations, single);
		run(cs, l.twice, r->iterations, twice);
		for (int i = 0; i < cs->count; i++)
			sample[i][s] = ((double)twice[i] - (double)single[i]) /
				       ((double)r->iterations * COPIES);
	}
	for (int i = 0; i < cs->count; i++) {
		r->cost[i] = stats_of(sample[i], m->samples);
		free(sample[i]);
	}
}
