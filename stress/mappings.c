/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mappings.c - a storm of mmap, munmap, mprotect, mremap and madvise in 4 MB of address
 * space, against a model of it.  Every page that is touched must hold what the
 * model says or fault as the model says: right signal, address, and code.
 */
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include "stress.h"

#define PAGES 1024
#define RUN   48 /* pages, at most, of one operation */
#define TOUCH 24 /* pages looked at after each operation */

static struct {
	bool mapped;
	int protection;
	uint64_t seed; /* 0: zeroed */
} model[PAGES];
static char *area;
static sigjmp_buf back;
static siginfo_t fault;

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	fault = *info;
	siglongjmp(back, 1);
}

static char *at(uint64_t page)
{
	return area + page * PAGE;
}

static void expect_fault(uint64_t p, const char *address)
{
	int code = model[p].mapped ? SEGV_ACCERR : SEGV_MAPERR;

	if (fault.si_signo != SIGSEGV || fault.si_addr != address || fault.si_code != code)
		fail("mappings: signal %d code %d at %p, not SIGSEGV code %d at %p", fault.si_signo,
		     fault.si_code, fault.si_addr, code, address);
}

/* One page: read it, and write to it. */
static unsigned int touch(uint64_t p, uint64_t *state)
{
	static const char zero[PAGE];
	volatile char *byte = at(p) + random_below(state, PAGE);
	volatile unsigned int faults = 0;

	if (sigsetjmp(back, 1)) {
		expect_fault(p, (const char *)byte);
		if (model[p].mapped && (model[p].protection & PROT_READ))
			fail("mappings: page %p cannot be read", (void *)byte);
		faults++;
	} else {
		(void)*byte;
		if (!model[p].mapped || !(model[p].protection & PROT_READ))
			fail("mappings: page %p can be read", (void *)byte);
		if (model[p].seed)
			page_check(at(p), model[p].seed, "mappings");
		else if (memcmp(at(p), zero, PAGE) != 0)
			fail("mappings: page %p is not zero", (void *)at(p));
	}
	if (sigsetjmp(back, 1)) {
		expect_fault(p, (const char *)byte);
		if (model[p].mapped && (model[p].protection & PROT_WRITE))
			fail("mappings: page %p cannot be written", (void *)byte);
		return faults + 1;
	}
	*byte = 1;
	if (!model[p].mapped || !(model[p].protection & PROT_WRITE))
		fail("mappings: page %p can be written", (void *)byte);
	model[p].seed = random_next(state) | 1;
	page_fill(at(p), model[p].seed);
	return faults;
}

static void set(uint64_t first, uint64_t n, bool mapped, int protection)
{
	for (uint64_t p = first; p < first + n; p++) {
		model[p].mapped = mapped;
		model[p].protection = protection;
		model[p].seed = 0;
	}
}

static void do_map(uint64_t first, uint64_t n, int protection, uint64_t *state)
{
	(void)state;
	if (mmap(at(first), n * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
	    at(first))
		fail_errno("mappings: mmap");
	set(first, n, true, protection);
}

static void do_unmap(uint64_t first, uint64_t n, int protection, uint64_t *state)
{
	(void)protection, (void)state;
	if (munmap(at(first), n * PAGE))
		fail_errno("mappings: munmap");
	set(first, n, false, 0);
}

static bool all_mapped(uint64_t first, uint64_t n)
{
	for (uint64_t p = first; p < first + n; p++)
		if (!model[p].mapped)
			return false;
	return true;
}

static void do_protect(uint64_t first, uint64_t n, int protection, uint64_t *state)
{
	(void)state;
	if (!all_mapped(first, n))
		return;
	if (mprotect(at(first), n * PAGE, protection))
		fail_errno("mappings: mprotect");
	for (uint64_t p = first; p < first + n; p++)
		model[p].protection = protection;
}

static void do_discard(uint64_t first, uint64_t n, int protection, uint64_t *state)
{
	(void)protection, (void)state;
	if (!all_mapped(first, n))
		return;
	if (madvise(at(first), n * PAGE, MADV_DONTNEED))
		fail_errno("mappings: madvise");
	for (uint64_t p = first; p < first + n; p++)
		model[p].seed = 0;
}

/* One mapping, moved: made for it, so that it is one to the kernel too. */
static void do_move(uint64_t first, uint64_t n, int protection, uint64_t *state)
{
	uint64_t to = random_below(state, PAGES - n);

	if (to + n > first && first + n > to)
		return;
	do_map(first, n, PROT_READ | PROT_WRITE, state);
	for (uint64_t p = first; p < first + n; p += 1 + random_below(state, 3)) {
		model[p].seed = random_next(state) | 1;
		page_fill(at(p), model[p].seed);
	}
	do_protect(first, n, protection, state);
	if (mremap(at(first), n * PAGE, n * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at(to)) != at(to))
		fail_errno("mappings: mremap");
	memcpy(&model[to], &model[first], n * sizeof(model[0]));
	set(first, n, false, 0);
}

static void prepare(struct run *run)
{
	struct sigaction act = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};

	(void)run;
	area = pages_map(PAGES, PROT_NONE);
	if (munmap(area, (size_t)PAGES * PAGE))
		fail_errno("munmap");
	sigaction(SIGSEGV, &act, NULL);
	sigaction(SIGBUS, &act, NULL);
}

static void work(struct run *run, uint64_t ops)
{
	static void (*const operation[])(uint64_t, uint64_t, int, uint64_t *) = {
		do_map, do_map, do_unmap, do_protect, do_protect, do_discard, do_move,
	};
	static const int protections[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE,
					  PROT_READ | PROT_WRITE | PROT_EXEC};
	uint64_t state = 4711;

	for (uint64_t i = 0; i < ops; i++) {
		uint64_t n = 1 + random_below(&state, RUN), first = random_below(&state, PAGES - n);
		unsigned int faults = 0;

		operation[random_below(&state, sizeof(operation) / sizeof(operation[0]))](
			first, n, protections[random_below(&state, 4)], &state);
		for (unsigned int t = 0; t < TOUCH; t++)
			faults += touch(t % 2 ? first + random_below(&state, n)
					      : random_below(&state, PAGES),
					&state);
		digest_u64(&run->check, faults);
	}
	do_unmap(0, PAGES, 0, &state);
}

WORKLOAD = {
	.name = "mappings",
	.unit = "operation",
	.what = "one of mmap, munmap, mprotect, madvise and mremap, and 24 pages touched",
	.full_ops = 20000,
	.quick_ops = 600,
	.initrd = "stress",
	.peer = "none",
	.host = true,
	.prepare = prepare,
	.work = work,
};
