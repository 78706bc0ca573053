/* SPDX-License-Identifier: GPL-2.0-or-later */
/* send.c - bytes sent by TCP as in the benchmark nettx, with the mix beside it. */
#include "stress.h"

static void prepare(struct run *run)
{
	mix_beside_prepare(run, "nettx");
}

static void work(struct run *run, uint64_t ops)
{
	mix_beside_work(run, ops, "nettx");
}

WORKLOAD = {
	.name = "send",
	.unit = "byte",
	.what = "a byte sent by TCP, the stressors beside it",
	.full_ops = 64 << 20,
	.quick_ops = 2 << 20,
	.initrd = "stress",
	.peer = "sink",
	.prepare = prepare,
	.work = work,
};
