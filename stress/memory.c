/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory.c - memory until there is no more: a process takes and fills it until the
 * kernel's OOM killer ends it, while the mix goes on beside it and must not notice.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "stress.h"

#define PIECE 1024 /* pages taken at a time */

static _Noreturn void hog(const struct run *run)
{
	/* This one, before any other, and none of the others ever. */
	guest_set(run, "/proc/self/oom_score_adj", "1000");
	for (uint64_t n = 0;; n++) {
		char *piece = pages_map(PIECE, PROT_READ | PROT_WRITE);

		for (uint64_t p = 0; p < PIECE; p++)
			page_fill(piece + p * PAGE, n * PIECE + p);
		for (uint64_t p = 0; p < PIECE; p += 64)
			page_check(piece + p * PAGE, n * PIECE + p, "memory");
	}
}

static void prepare(struct run *run)
{
	guest_set(run, "/proc/sys/kernel/printk", "1"); /* the killer's reports are long */
	guest_set(run, "/proc/self/oom_score_adj", "-1000");
}

static void work(struct run *run, uint64_t ops)
{
	struct mix mix;

	mix_start(&mix, run, (ops + 3) / 4);
	for (uint64_t i = 0; i < ops; i++) {
		int pid = fork_or_fail(), status;

		if (!pid)
			hog(run);
		status = wait_for(pid);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
			fail("memory: status %x of who should have been killed",
			     (unsigned int)status);
		digest_u64(&run->check, (uint64_t)status);
	}
	mix_wait(&mix, run);
}

WORKLOAD = {
	.name = "memory",
	.unit = "kill",
	.what = "all memory taken by a process until the kernel kills it, a mix beside it",
	.full_ops = 8,
	.quick_ops = 1,
	.initrd = "stress",
	.peer = "none",
	.prepare = prepare,
	.work = work,
};
