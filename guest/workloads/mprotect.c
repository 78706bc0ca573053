/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mprotect.c - a change of the rights of pages that are in use, and back. */
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <runner.h>

#define PAGES 64
#define PAGE  4096

static unsigned char *area;
static sigjmp_buf refused;

static void prepare(struct run *run)
{
	(void)run;
	area = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (area == MAP_FAILED)
		fail_errno("mmap");
	for (int i = 0; i < PAGES; i++)
		area[i * PAGE] = 1;
}

static void work(struct run *run, uint64_t ops)
{
	for (uint64_t i = 0; i < ops; i++) {
		if (mprotect(area, PAGES * PAGE, PROT_READ) ||
		    mprotect(area, PAGES * PAGE, PROT_READ | PROT_WRITE))
			fail_errno("mprotect");
		area[i % PAGES * PAGE] = (unsigned char)i;
	}
	for (int i = 0; i < PAGES; i++)
		digest_u64(&run->check, area[i * PAGE]);
}

static void on_fault(int sig)
{
	siglongjmp(refused, sig);
}

/* The rights are real ones: a store to a read-only page is refused. */
static void finish(struct run *run)
{
	struct sigaction sa = {.sa_handler = on_fault}, old;
	int sig;

	if (mprotect(area, PAGE, PROT_READ) || sigaction(SIGSEGV, &sa, &old))
		fail_errno("mprotect");
	sig = sigsetjmp(refused, 1);
	if (sig == 0) {
		*(volatile unsigned char *)area = 99;
		fail("a store to a read-only page was let through");
	}
	sigaction(SIGSEGV, &old, NULL);
	digest_u64(&run->check, (uint64_t)sig);
}

WORKLOAD = {
	.name = "mprotect",
	.unit = "pair",
	.what = "mprotect() of 64 resident pages to read-only and back, then one store",
	.full_ops = 12000,
	.quick_ops = 600,
	.warmup_ops = 10,
	.initrd = "base",
	.peer = "none",
	.host = true,
	.prepare = prepare,
	.work = work,
	.finish = finish,
};
