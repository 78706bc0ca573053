/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * null.c - the control: user code that asks nothing of the kernel.  Systems may
 * differ here by their timer ticks alone.
 */
#include <runner.h>

static void work(struct run *run, uint64_t ops)
{
	uint64_t x = 1;

	for (uint64_t i = 0; i < ops; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		__asm__ volatile("" : "+r"(x));
	}
	digest_u64(&run->check, x);
}

WORKLOAD = {
	.name = "null",
	.unit = "step",
	.what = "one step of a pseudo-random generator in user code (a control: no system call)",
	.full_ops = 20000000,
	.quick_ops = 2000000,
	.warmup_ops = 1000,
	.initrd = "base",
	.peer = "none",
	.host = true,
	.work = work,
};
