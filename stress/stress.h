/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stress.h - what the stressors share.
 *
 * A stressor is a workload (guest/runner/runner.h) of the stress program: one file
 * that registers itself.  It does pseudo-random things by a seed, checks everything that
 * it can see (contents of memory, addresses of faults, statuses of processes) and
 * fails at the first that is wrong.  What goes into its digest depends on the
 * number of ops alone, never on time or on the size of memory.
 */
#ifndef WEDGEPERF_STRESS_H
#define WEDGEPERF_STRESS_H

#include <stddef.h>
#include <stdint.h>
#include <runner.h>

#define PAGE 4096

/* The next number of a generator (splitmix64), and one below @n. */
uint64_t random_next(uint64_t *state);
uint64_t random_below(uint64_t *state, uint64_t n);

/* Fill a page with what @seed says, and fail unless it still holds that. */
void page_fill(void *page, uint64_t seed);
void page_check(const void *page, uint64_t seed, const char *whose);

/* Private anonymous memory of @pages pages; fails if there is none. */
void *pages_map(size_t pages, int protection);

/* Fork; flushes nothing, fails if it cannot. */
int fork_or_fail(void);

/* Write @text to a file of /proc, in a guest; on a host nothing is changed. */
void guest_set(const struct run *run, const char *file, const char *text);

/*
 * Every stressor that can run on a host, @rounds times its quick ops, each in a
 * process of its own and all at once.  mix_wait() adds their digests to @run's.
 */
#define MIX_MAX 32
struct mix {
	size_t n;
	struct {
		const char *name;
		int pid, fd;
	} part[MIX_MAX];
};
void mix_start(struct mix *mix, const struct run *run, uint64_t rounds);
void mix_wait(struct mix *mix, struct run *run);

/* The workload @name, whose ops are bytes, with the mix beside it. */
void mix_beside_prepare(struct run *run, const char *name);
void mix_beside_work(struct run *run, uint64_t bytes, const char *name);

#endif
