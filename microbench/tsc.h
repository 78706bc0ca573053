/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tsc.h - the time-stamp counter, ordered against the code that is measured (SDM
 * vol. 2, RDTSC): nothing of it starts before the first reading is done, all of it
 * has completed when the second is taken.
 */
#ifndef MICROBENCH_TSC_H
#define MICROBENCH_TSC_H

#include <cpuid.h>
#include <stdbool.h>
#include <stdint.h>

static inline uint64_t tsc_begin(void)
{
	uint32_t lo, hi;

	__asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(lo), "=d"(hi)::"memory");
	return (uint64_t)hi << 32 | lo;
}

/* RDTSCP waits for what came before it; some virtual CPUs lack it. */
static inline uint64_t tsc_end(void)
{
	uint32_t lo, hi, cpu;

	__asm__ volatile("rdtscp\n\tlfence" : "=a"(lo), "=d"(hi), "=c"(cpu)::"memory");
	return (uint64_t)hi << 32 | lo;
}

static inline bool tsc_has_rdtscp(void)
{
	uint32_t a, b, c, d;

	return __get_cpuid(0x80000001, &a, &b, &c, &d) && (d & 1u << 27);
}

#endif
