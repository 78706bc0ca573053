/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * units.h - one C type for each thing that the harness counts.
 *
 * Instructions, events, virtual time and modelled cycles are all "a number" and
 * must never be added to each other by accident, so each is a struct of its
 * own: the compiler refuses to mix them.  Only costs.c turns the first two into
 * the last, and it labels what comes out.
 */
#ifndef WEDGEPERF_BENCH_UNITS_H
#define WEDGEPERF_BENCH_UNITS_H

#include <stdint.h>

/* Executed instructions, exact. */
struct insns {
	uint64_t n;
};

/* Occurrences of one class of event, exact. */
struct events {
	uint64_t n;
};

/* Virtual time: 1 tick = 1 ns = 1 instruction of a machine that never idles. */
struct ticks {
	uint64_t n;
};

/* Modelled cycles of the CPU that the cost file names.  Never measured. */
struct modelled {
	double cycles;
};

static inline struct insns insns_add(struct insns a, struct insns b)
{
	return (struct insns){a.n + b.n};
}

static inline struct events events_add(struct events a, struct events b)
{
	return (struct events){a.n + b.n};
}

#endif
