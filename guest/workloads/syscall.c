/* SPDX-License-Identifier: GPL-2.0-or-later */
/* syscall.c - the way into the kernel and back, with next to nothing inside. */
#include <sys/syscall.h>
#include <unistd.h>
#include <runner.h>

static void work(struct run *run, uint64_t ops)
{
	long first = syscall(SYS_getppid);
	uint64_t same = 0;

	for (uint64_t i = 0; i < ops; i++)
		same += syscall(SYS_getppid) == first;
	digest_u64(&run->check, same);
}

WORKLOAD = {
	.name = "syscall",
	.unit = "call",
	.what = "one getppid() system call",
	.full_ops = 500000,
	.quick_ops = 50000,
	.warmup_ops = 1000,
	.initrd = "base",
	.peer = "none",
	.host = true,
	.work = work,
};
