/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timer.c - going idle, the timer's interrupt, waking up.  The time asked for is
 * long against the work, so that every op really sleeps, on every system.
 */
#include <errno.h>
#include <sys/prctl.h>
#include <time.h>
#include <runner.h>

#define SLEEP_NS 1000000

static void prepare(struct run *run)
{
	(void)run;
	if (prctl(PR_SET_TIMERSLACK, 1ul))
		fail_errno("prctl");
}

static void work(struct run *run, uint64_t ops)
{
	const struct timespec t = {.tv_nsec = SLEEP_NS};
	uint64_t early = 0;

	for (uint64_t i = 0; i < ops; i++) {
		struct timespec a, b;

		if (clock_gettime(CLOCK_MONOTONIC, &a) || nanosleep(&t, NULL) ||
		    clock_gettime(CLOCK_MONOTONIC, &b))
			fail_errno("nanosleep");
		early += (b.tv_sec - a.tv_sec) * 1000000000l + b.tv_nsec - a.tv_nsec < SLEEP_NS;
	}
	digest_u64(&run->check, ops);
	digest_u64(&run->check, early);
}

WORKLOAD = {
	.name = "timer",
	.unit = "wakeup",
	.what = "nanosleep() of 1 ms on an idle machine, with the clock read before and after",
	.full_ops = 4000,
	.quick_ops = 400,
	.warmup_ops = 20,
	.initrd = "base",
	.peer = "none",
	.host = true,
	.prepare = prepare,
	.work = work,
};
