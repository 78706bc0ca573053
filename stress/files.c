/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * files.c - a file in memory, written and truncated by two processes while both have
 * it mapped: what one stores the other reads, by its mapping and by read().
 */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "stress.h"

#define PAGES 64
#define TURNS 12

static void one_turn(int fd, char *map, uint64_t seed)
{
	char page[PAGE];

	for (uint64_t p = 0; p < PAGES; p++) {
		page_fill(page, seed + p);
		if (p % 2) {
			page_fill(map + p * PAGE, seed + p);
		} else if (pwrite(fd, page, PAGE, (off_t)(p * PAGE)) != PAGE) {
			fail_errno("files: pwrite");
		}
	}
}

static void check_turn(int fd, const char *map, uint64_t seed)
{
	char page[PAGE];

	for (uint64_t p = 0; p < PAGES; p++) {
		if (pread(fd, page, PAGE, (off_t)(p * PAGE)) != PAGE)
			fail_errno("files: pread");
		page_check(page, seed + p, "files: what was read");
		page_check(map + p * PAGE, seed + p, "files: what is mapped");
	}
}

/* Each in turn: check what the other has left, write anew, cut the file and grow it. */
static void take_turns(int fd, int in, int out, unsigned int who, uint64_t seed)
{
	char *map, token;

	map = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		fail_errno("files: mmap");
	for (unsigned int t = who; t < TURNS; t += 2) {
		read_all(in, &token, 1);
		if (t)
			check_turn(fd, map, seed + (t - 1) * PAGES);
		if (t % 3 == 2 && (ftruncate(fd, PAGE) || ftruncate(fd, (off_t)PAGES * PAGE)))
			fail_errno("files: ftruncate");
		one_turn(fd, map, seed + t * PAGES);
		write_all(out, &token, 1);
	}
	if (munmap(map, (size_t)PAGES * PAGE))
		fail_errno("files: munmap");
}

static void work(struct run *run, uint64_t ops)
{
	for (uint64_t i = 0; i < ops; i++) {
		int fd = memfd_create("stress", MFD_CLOEXEC), ping[2], pong[2], pid;
		uint64_t seed = i << 24;

		if (fd < 0 || ftruncate(fd, (off_t)PAGES * PAGE) || pipe(ping) || pipe(pong))
			fail_errno("files: memfd_create, pipe");
		write_all(pong[1], "", 1); /* the first turn is this process's */
		pid = fork_or_fail();
		/* Each keeps its own ends only: where the other fails, a read ends. */
		if (!pid) {
			close(ping[1]);
			close(pong[0]);
			take_turns(fd, ping[0], pong[1], 1, seed);
			_exit(0);
		}
		close(ping[0]);
		close(pong[1]);
		take_turns(fd, pong[0], ping[1], 0, seed);
		digest_u64(&run->check, (uint64_t)wait_for(pid));
		close(fd);
		close(ping[1]);
		close(pong[0]);
	}
}

WORKLOAD = {
	.name = "files",
	.unit = "file",
	.what = "a file of 64 pages that two processes write, cut, map and check in turns",
	.full_ops = 200,
	.quick_ops = 5,
	.initrd = "stress",
	.peer = "none",
	.host = true,
	.work = work,
};
