/* SPDX-License-Identifier: GPL-2.0-or-later */
/* receive.c - bytes received by TCP as in the benchmark netrx, with the mix beside it. */
#include "stress.h"

#define BYTES_PER_ROUND (16u << 20) /* of the mix */

static void prepare(struct run *run)
{
	guest_set(run, "/proc/sys/kernel/printk", "1"); /* who dies on purpose is no news */
	workload_find("netrx")->prepare(run);
}

static void work(struct run *run, uint64_t ops)
{
	struct mix mix;

	mix_start(&mix, run, (ops + BYTES_PER_ROUND - 1) / BYTES_PER_ROUND);
	workload_find("netrx")->work(run, ops);
	mix_wait(&mix, run);
}

WORKLOAD = {
	.name = "receive",
	.unit = "byte",
	.what = "a byte received by TCP, the stressors beside it",
	.full_ops = 64 << 20,
	.quick_ops = 2 << 20,
	.initrd = "stress",
	.peer = "source",
	.prepare = prepare,
	.work = work,
};
