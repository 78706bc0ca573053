/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hackbench.c - Debian's hackbench (rt-tests): 20 processes send to 20 others
 * through Unix sockets.  It prints how long it took; what else it prints must be
 * the same everywhere.
 */
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <runner.h>

static void work(struct run *run, uint64_t ops)
{
	char loops[24];
	char *argv[] = {"hackbench", "-g", "1", "-l", loops, NULL}, *envp[] = {NULL};
	posix_spawn_file_actions_t actions;
	int out[2], pid, err;
	char line[200];
	FILE *f;

	snprintf(loops, sizeof(loops), "%llu", (unsigned long long)ops);
	if (pipe(out))
		fail_errno("pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDERR_FILENO);
	posix_spawn_file_actions_addclose(&actions, out[0]);
	posix_spawn_file_actions_addclose(&actions, out[1]);
	err = posix_spawn(&pid, "/usr/bin/hackbench", &actions, NULL, argv, envp);
	if (err)
		fail("hackbench: %s", strerror(err));
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	f = fdopen(out[0], "r");
	if (!f)
		fail_errno("fdopen");
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, "Time:", 5) == 0)
			run->bytes = ops * 20 * 20 * 100; /* it has completed */
		else
			digest_bytes(&run->check, line, strlen(line));
	fclose(f);
	digest_u64(&run->check, (uint64_t)wait_for(pid));
	if (!run->bytes)
		fail("hackbench did not complete: %s", line);
}

WORKLOAD = {
	.name = "hackbench",
	.unit = "loop",
	.what = "one loop of hackbench -g 1: 400 messages of 100 bytes from 20 processes to 20",
	.full_ops = 150,
	.quick_ops = 2,
	.warmup_ops = 1,
	.initrd = "programs",
	.boots = 8, /* who runs when is chaotic: it differs from boot to boot by a tenth */
	.peer = "none",
	.work = work,
};
