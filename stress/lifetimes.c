/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lifetimes.c - lives of processes of every sort, one after another: nothing that
 * the kernel or an VMM keeps for a process may be left when all are dead.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "stress.h"

#define PAGES 80
#define SPAN  (64ul << 20) /* so that several page tables are needed */

static void *idle(void *arg)
{
	page_fill(arg, 1);
	for (;;)
		pause();
	return NULL;
}

static void touch_memory(uint64_t seed)
{
	char *area = pages_map(SPAN / PAGE, PROT_READ | PROT_WRITE);

	for (unsigned int p = 0; p < PAGES; p++)
		page_fill(area + SPAN / PAGES / PAGE * PAGE * p, seed + p);
	for (unsigned int p = 0; p < PAGES; p++)
		page_check(area + SPAN / PAGES / PAGE * PAGE * p, seed + p, "lifetimes");
}

static void leave(uint64_t n)
{
	_exit((int)(n & 0x7f));
}

static void map_and_leave(uint64_t n)
{
	touch_memory(n);
	leave(n);
}

static void execute(uint64_t n)
{
	char code[8];
	char *argv[] = {"init", "--exit", code, NULL}, *envp[] = {NULL};

	snprintf(code, sizeof(code), "%d", (int)(n & 0x7f));
	execve(self_path(), argv, envp);
	fail_errno("lifetimes: exec");
}

static void map_and_execute(uint64_t n)
{
	touch_memory(n);
	execute(n);
}

static void leave_with_threads(uint64_t n)
{
	char *area = pages_map(3, PROT_READ | PROT_WRITE);
	pthread_t id;

	for (unsigned int t = 0; t < 3; t++)
		if (pthread_create(&id, NULL, idle, area + (size_t)t * PAGE))
			fail("lifetimes: no thread");
	leave(n);
}

static void be_killed(uint64_t n)
{
	touch_memory(n);
	kill(getpid(), SIGKILL);
}

static void fault(uint64_t n)
{
	touch_memory(n);
	signal(SIGSEGV, SIG_DFL);
	*(volatile char *)pages_map(1, PROT_NONE) = 1;
}

static void die_with_threads(uint64_t n)
{
	pthread_t id;

	if (pthread_create(&id, NULL, idle, pages_map(1, PROT_READ | PROT_WRITE)))
		fail("lifetimes: no thread");
	be_killed(n);
}

static const struct {
	void (*live)(uint64_t n);
	int signal; /* that it dies of, or 0 */
} sorts[] = {
	{leave, 0},	      {map_and_leave, 0},	   {execute, 0},
	{map_and_execute, 0}, {leave_with_threads, 0},	   {be_killed, SIGKILL},
	{fault, SIGSEGV},     {die_with_threads, SIGKILL},
};

static void prepare(struct run *run)
{
	guest_set(run, "/proc/sys/kernel/printk", "1"); /* who dies on purpose is no news */
}

static void work(struct run *run, uint64_t ops)
{
	for (uint64_t i = 0; i < ops; i++) {
		uint64_t sort = i % (sizeof(sorts) / sizeof(sorts[0]));
		int pid = fork_or_fail(), status;

		if (!pid) {
			sorts[sort].live(i);
			fail("lifetimes: sort %llu has survived", (unsigned long long)sort);
		}
		status = wait_for(pid);
		if (sorts[sort].signal
			    ? !WIFSIGNALED(status) || WTERMSIG(status) != sorts[sort].signal
			    : !WIFEXITED(status) || WEXITSTATUS(status) != (int)(i & 0x7f))
			fail("lifetimes: sort %llu ended with status %x", (unsigned long long)sort,
			     (unsigned int)status);
		digest_u64(&run->check, (uint64_t)status & 0xff7f); /* not: a core was wanted */
	}
}

WORKLOAD = {
	.name = "lifetimes",
	.unit = "process",
	.what = "a life: fork, then exec, mmap, threads, exit or a deadly signal; wait",
	.full_ops = 2000,
	.quick_ops = 40,
	.initrd = "stress",
	.peer = "none",
	.host = true,
	.prepare = prepare,
	.work = work,
};
