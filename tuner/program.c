/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * program.c - a workload of one's own: runs /program, a program or script that
 * `make tune WORKLOAD=<file>` has put into the initramfs, to its end.  It must end with
 * exit code 0; what it prints is the observable output.
 */
#include <fcntl.h>
#include <unistd.h>
#include <runner.h>

#define PROGRAM "/program"

static void execute(int output)
{
	static char *const argv[] = {PROGRAM, NULL}, *const envp[] = {"PATH=/usr/bin:/bin", NULL};
	int input = open("/dev/console", O_RDONLY);

	if (dup2(output, STDOUT_FILENO) < 0 || (input >= 0 && dup2(input, STDIN_FILENO) < 0))
		fail_errno("dup2");
	close(output);
	execve(PROGRAM, argv, envp);
	fail_errno("exec of %s", PROGRAM);
}

static void work(struct run *run, uint64_t ops)
{
	for (uint64_t i = 0; i < ops; i++) {
		char part[4096];
		int pipes[2], pid, status;
		ssize_t n;

		if (pipe(pipes) < 0 || (pid = fork()) < 0)
			fail_errno("pipe, fork");
		if (pid == 0) {
			close(pipes[0]);
			execute(pipes[1]);
		}
		close(pipes[1]);
		while ((n = read(pipes[0], part, sizeof(part))) > 0) {
			digest_bytes(&run->check, part, (size_t)n);
			run->bytes += (uint64_t)n;
		}
		close(pipes[0]);
		status = wait_for(pid);
		if (status)
			fail("%s ended with wait status 0x%x", PROGRAM, (unsigned int)status);
	}
}

WORKLOAD = {
	.name = "program",
	.unit = "run",
	.what = "one run of a program of one's own",
	.full_ops = 10,
	.quick_ops = 2,
	.warmup_ops = 1,
	.initrd = "base",
	.peer = "none",
	.work = work,
};
