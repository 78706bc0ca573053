/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mmap.c - a mapping made, used and given back. */
#include <sys/mman.h>
#include <runner.h>

#define PAGES 64
#define PAGE  4096

static void work(struct run *run, uint64_t ops)
{
	uint64_t dirty = 0;

	for (uint64_t i = 0; i < ops; i++) {
		unsigned char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			fail_errno("mmap");
		for (int j = 0; j < PAGES; j++) {
			volatile unsigned char *byte = p + j * PAGE;

			*byte = (unsigned char)(*byte + 1);
			dirty += *byte != 1;
		}
		if (munmap(p, PAGES * PAGE))
			fail_errno("munmap");
	}
	digest_u64(&run->check, ops);
	digest_u64(&run->check, dirty);
}

WORKLOAD = {
	.name = "mmap",
	.unit = "mapping",
	.what = "mmap() of 64 anonymous pages, a read and a write of each, munmap()",
	.full_ops = 1000,
	.quick_ops = 75,
	.warmup_ops = 5,
	.initrd = "base",
	.peer = "none",
	.host = true,
	.work = work,
};
