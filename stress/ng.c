/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ng.c - Debian's stress-ng, a class of its stressors at a time, each bounded by a number of its
 * operations.  Which, how many, and which not and why: stress/ng.list.
 *
 * The digest is of the stressors' exit statuses (stress-ng(1): 0 done and verified, 2
 * failed, 3 no resources, 4 not for this machine).
 */
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "stress.h"

#define LIST	"/stress-ng.list"
#define SECONDS "1" /* of virtual time, at most */

static void one(struct run *run, const char *stressor, const char *number)
{
	char name[60], ops[60];
	char *argv[] = {"stress-ng",
			name,
			"1",
			ops,
			(char *)(uintptr_t)number,
			"--verify",
			"--no-rand-seed",
			"--oomable",
			"--quiet",
			"--timeout",
			SECONDS,
			"--temp-path",
			"/tmp",
			NULL};
	char *envp[] = {"PATH=/usr/bin", NULL};
	int pid, err, status;

	snprintf(name, sizeof(name), "--%s", stressor);
	snprintf(ops, sizeof(ops), "--%s-ops", stressor);
	err = posix_spawn(&pid, "/usr/bin/stress-ng", NULL, NULL, argv, envp);
	if (err)
		fail("stress-ng: %s", strerror(err));
	status = wait_for(pid);
	printf("stress-ng %s: status %d\n", stressor, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	fflush(stdout);
	if (!WIFEXITED(status) || WEXITSTATUS(status) == 2)
		fail("stress-ng: %s has failed: status %x", stressor, (unsigned int)status);
	digest_bytes(&run->check, stressor, strlen(stressor));
	digest_u64(&run->check, (uint64_t)status);
}

static void prepare(struct run *run)
{
	guest_set(run, "/proc/sys/kernel/printk", "1"); /* who dies on purpose is no news */
	guest_set(run, "/proc/self/oom_score_adj", "-1000");
	mkdir("/dev/shm", 01777);
}

static void class(struct run *run, const char *wanted)
{
	char name[40], stressor[40], number[20];
	unsigned int n = 0;
	FILE *f = fopen(LIST, "r");

	if (!f)
		fail_errno("%s", LIST);
	while (fscanf(f, "%39s %39s %19s%*[^\n]", name, stressor, number) == 3)
		if (!strcmp(name, wanted)) {
			one(run, stressor, number);
			n++;
		}
	fclose(f);
	if (!n)
		fail("%s: no stressor of class %s", LIST, wanted);
}

#define CLASS(id, which)                                                                           \
	static void work_##id(struct run *run, uint64_t ops)                                       \
	{                                                                                          \
		while (ops--)                                                                      \
			class(run, which);                                                         \
	}                                                                                          \
	static const struct workload id = {                                                        \
		.name = "ng-" which,                                                               \
		.unit = "pass",                                                                    \
		.what = "stress-ng's stressors of the class " which,                               \
		.full_ops = 1,                                                                     \
		.quick_ops = 1,                                                                    \
		.initrd = "stress-ng",                                                             \
		.peer = "none",                                                                    \
		.prepare = prepare,                                                                \
		.work = work_##id,                                                                 \
	};                                                                                         \
	static const struct workload *const entry_##id                                             \
		__attribute__((used, section("workloads"))) = &id

CLASS(cpu, "cpu");
CLASS(memory, "memory");
CLASS(scheduler, "scheduler");
CLASS(vm, "vm");
CLASS(few, "few");
