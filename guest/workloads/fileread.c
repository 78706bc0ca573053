/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fileread.c - reading a file that is in memory (tmpfs), block by block. */
#include <sys/mman.h>
#include <unistd.h>
#include <runner.h>

#define BLOCK  4096
#define BLOCKS 512

static int file;
static unsigned char block[BLOCK];

static void prepare(struct run *run)
{
	(void)run;
	file = memfd_create("fileread", 0);
	if (file < 0)
		fail_errno("memfd_create");
	for (int i = 0; i < BLOCKS; i++) {
		for (int j = 0; j < BLOCK; j++)
			block[j] = (unsigned char)(i * 7 + j * 131 + (j >> 8));
		write_all(file, block, BLOCK);
	}
}

static void work(struct run *run, uint64_t ops)
{
	for (uint64_t i = 0; i < ops; i++) {
		if (pread(file, block, BLOCK, (off_t)(i % BLOCKS * BLOCK)) != BLOCK)
			fail_errno("pread");
		run->bytes += BLOCK;
		digest_u64(&run->check, block[i % BLOCK]);
	}
}

WORKLOAD = {
	.name = "fileread",
	.unit = "read",
	.what = "pread() of 4 KiB from a file of 2 MiB in tmpfs",
	.full_ops = 60000,
	.quick_ops = 4000,
	.warmup_ops = 512,
	.initrd = "base",
	.peer = "none",
	.host = true,
	.prepare = prepare,
	.work = work,
};
