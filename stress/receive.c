/* SPDX-License-Identifier: GPL-2.0-or-later */
/* receive.c - bytes received by TCP as in the benchmark netrx, with the mix beside it. */
#include "stress.h"

static void prepare(struct run *run)
{
	mix_beside_prepare(run, "netrx");
}

static void work(struct run *run, uint64_t ops)
{
	mix_beside_work(run, ops, "netrx");
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
