/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec.c - the life of a process that runs another program: this very one, which
 * is static, so that it needs nothing else in the initramfs.  (The compile
 * workload executes dynamic programs.)
 */
#include <stdio.h>
#include <unistd.h>
#include <runner.h>

static void work(struct run *run, uint64_t ops)
{
	for (uint64_t i = 0; i < ops; i++) {
		int pid = fork();

		if (pid < 0)
			fail_errno("fork");
		if (pid == 0) {
			char code[4];

			snprintf(code, sizeof(code), "%d", (int)(i & 0x7f));
			execl(self_path(), "runner", "--exit", code, NULL);
			fail_errno("exec of %s", self_path());
		}
		digest_u64(&run->check, (uint64_t)wait_for(pid));
	}
}

WORKLOAD = {
	.name = "exec",
	.unit = "process",
	.what = "fork(), exec of a static program in the child, its exit with a status, wait for "
		"it",
	.full_ops = 600,
	.quick_ops = 30,
	.warmup_ops = 5,
	.initrd = "base",
	.peer = "none",
	.host = true,
	.work = work,
};
