/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * processes.c - trees of processes that share their memory copy-on-write: each
 * writes to some of the pages that it has inherited, forks, and finds afterwards that
 * its pages are what it left and that its children say what they ought to.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "stress.h"

#define PAGES	 96
#define WRITES	 24
#define CHILDREN 3
#define DEPTH	 3

static char *area;
static uint64_t seeds[PAGES];

static unsigned int status_of(uint64_t seed)
{
	return seed & 0x7f;
}

static uint64_t child_seed(uint64_t seed, unsigned int child)
{
	seed += child;
	return random_next(&seed);
}

static void live(uint64_t seed, unsigned int depth)
{
	int pid[CHILDREN];
	uint64_t state = seed;

	for (unsigned int i = 0; i < WRITES; i++) {
		uint64_t p = random_below(&state, PAGES);

		page_check(area + p * PAGE, seeds[p], "processes");
		seeds[p] = random_next(&state);
		page_fill(area + p * PAGE, seeds[p]);
	}
	for (unsigned int c = 0; depth && c < CHILDREN; c++) {
		pid[c] = fork_or_fail();
		if (!pid[c]) {
			live(child_seed(seed, c), depth - 1);
			_exit((int)status_of(child_seed(seed, c)));
		}
	}
	for (unsigned int c = 0; depth && c < CHILDREN; c++) {
		int status = wait_for(pid[c]);

		if (!WIFEXITED(status) ||
		    (unsigned int)WEXITSTATUS(status) != status_of(child_seed(seed, c)))
			fail("processes: a child's status is %x", (unsigned int)status);
	}
	for (unsigned int p = 0; p < PAGES; p++)
		page_check(area + p * PAGE, seeds[p], "processes");
}

static void prepare(struct run *run)
{
	(void)run;
	area = pages_map(PAGES, PROT_READ | PROT_WRITE);
	for (unsigned int p = 0; p < PAGES; p++) {
		seeds[p] = p;
		page_fill(area + (size_t)p * PAGE, seeds[p]);
	}
}

static void work(struct run *run, uint64_t ops)
{
	for (uint64_t i = 0; i < ops; i++) {
		live(i << 32, DEPTH);
		digest_u64(&run->check, seeds[i % PAGES]);
	}
}

WORKLOAD = {
	.name = "processes",
	.unit = "tree",
	.what = "a tree of 40 processes that write to shared pages and check them",
	.full_ops = 60,
	.quick_ops = 3,
	.initrd = "stress",
	.peer = "none",
	.host = true,
	.prepare = prepare,
	.work = work,
};
