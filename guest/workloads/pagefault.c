/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagefault.c - first writes to the pages of one mapping, which is emptied when
 * all are used: faults with few other memory operations.
 */
#include <sys/mman.h>
#include <runner.h>

#define PAGES 1024
#define PAGE  4096

static unsigned char *area;

static void prepare(struct run *run)
{
	(void)run;
	area = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (area == MAP_FAILED)
		fail_errno("mmap");
}

static void work(struct run *run, uint64_t ops)
{
	uint64_t dirty = 0;

	for (uint64_t i = 0; i < ops; i++) {
		volatile unsigned char *byte = area + i % PAGES * PAGE;

		if (i % PAGES == 0 && madvise(area, PAGES * PAGE, MADV_DONTNEED))
			fail_errno("madvise");
		*byte = (unsigned char)i;
		dirty += byte[1] != 0;
	}
	digest_u64(&run->check, ops);
	digest_u64(&run->check, dirty);
}

WORKLOAD = {
	.name = "pagefault",
	.unit = "page",
	.what = "the first write to an anonymous page (and 1/1024 of giving 1024 pages back)",
	.full_ops = 102400,
	.quick_ops = 6144,
	.warmup_ops = 1024,
	.initrd = "base",
	.peer = "none",
	.host = true,
	.prepare = prepare,
	.work = work,
};
