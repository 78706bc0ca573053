// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * memory.c - page tables made, changed, copied and taken apart: every page has what
 * was written to it, in this process and in a child, and a read-only page is one.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wedgeperf/storm.h>

#include "checker.h"

#define PAGES 24
#define WORDS (4096 / sizeof(uint64_t))

static int differs(const uint64_t *area, uint64_t state)
{
	for (size_t p = 0; p < PAGES; p++)
		if (area[p * WORDS + p] != storm_next(&state))
			return 1;
	return 0;
}

static void once(uint64_t round)
{
	const uint64_t start = 0xabcdef + round;
	uint64_t state = start;
	uint64_t *area = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int status;

	if (area == MAP_FAILED)
		wrong("mmap: errno %d", errno);
	for (size_t p = 0; p < PAGES; p++)
		area[p * WORDS + p] = storm_next(&state);

	const pid_t child = fork();

	if (child < 0)
		wrong("fork: errno %d", errno);
	if (!child) {
		const int bad = differs(area, start);

		/* Copies of pages that the parent still has. */
		for (size_t p = 0; p < PAGES; p += 3)
			area[p * WORDS + p] = 0;
		_exit(bad ? 1 : 42);
	}
	if (mprotect(area, PAGES * 4096, PROT_READ))
		wrong("mprotect: errno %d", errno);
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 42)
		wrong("a child's pages, or its status: %#x", status);
	if (differs(area, start))
		wrong("this process's pages");
	if (mprotect(area, PAGES * 4096, PROT_READ | PROT_WRITE))
		wrong("mprotect: errno %d", errno);
	for (size_t p = 0; p < PAGES; p++)
		area[p * WORDS + p]++;
	if (munmap(area, PAGES * 4096))
		wrong("munmap: errno %d", errno);
}

static const struct checker memory = {"memory", once};
CHECKER(memory);
