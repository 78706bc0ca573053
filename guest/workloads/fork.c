/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fork.c - the life of a process that does nothing. */
#include <unistd.h>
#include <runner.h>

static void work(struct run *run, uint64_t ops)
{
	for (uint64_t i = 0; i < ops; i++) {
		int pid = fork();

		if (pid < 0)
			fail_errno("fork");
		if (pid == 0)
			_exit((int)(i & 0x7f));
		digest_u64(&run->check, (uint64_t)wait_for(pid));
	}
}

WORKLOAD = {
	.name = "fork",
	.unit = "process",
	.what = "fork(), exit of the child with a status, wait for it",
	.full_ops = 2000,
	.quick_ops = 100,
	.warmup_ops = 10,
	.initrd = "base",
	.peer = "none",
	.host = true,
	.work = work,
};
