// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fastpath_race.c - a storm at full speed: one thread is the guest, masking and
 * unmasking without end; another is a device on a second CPU that sets pending at any
 * moment, in the middle of instructions too, which single steps cannot.  No upcalls
 * here: an interrupt that the sequences miss stays missed.  In the end
 * every interrupt must have been taken, and the guest's registers be intact.
 *
 * and16 is not in it: it says itself (FP_F_PENDING_LOCAL) that it loses this race.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <sys/mman.h>
#include <wedgeperf/kinds.h>

#include "../../fastpath/fastpath.h"

#define CODE_SIZE 4096
#define STUB_AT	  2048

extern struct {
	atomic_uchar pending;
	volatile unsigned char mask;
	unsigned char rest[62];
} fp_vcpu_info;
extern const unsigned char race_handler[];

static atomic_long outstanding, raised;
static atomic_bool finished;
static long total;
uint64_t race_handled;
static long wanted = 100000;
static int seconds = 2; /* a sequence gets at most; a busy machine manages fewer interrupts */
static unsigned char *code;

/* Clears, then looks, as fastpath.h demands. */
uint64_t fp_irq_next(void)
{
	atomic_store(&fp_vcpu_info.pending, 0);
	if (!atomic_load(&outstanding))
		return 0;
	if (atomic_fetch_sub(&outstanding, 1) > 1)
		atomic_store(&fp_vcpu_info.pending, 1);
	return (uint64_t)race_handler;
}

__asm__("	.globl race_handler\n"
	"race_handler:\n"
	"	push %rax\n"
	"	push %rcx\n"
	"	movq $-1, %rax\n"
	"	movq $-1, %rcx\n"
	"	incq race_handled\n"
	"	pop %rcx\n"
	"	pop %rax\n"
	"	jmp fp_iret\n");

static void *device(void *unused)
{
	const time_t end = time(NULL) + seconds;

	for (long i = 0; i < wanted && time(NULL) < end; i++) {
		/* One at a time, and bursts of four: a pending that got lost is not set again. */
		while ((i % 16 < 12 || i % 4 == 0) && atomic_load(&outstanding))
			sched_yield();
		atomic_fetch_add(&outstanding, 1);
		atomic_store(&fp_vcpu_info.pending, 1);
		atomic_fetch_add(&raised, 1);
	}
	atomic_store(&finished, true);
	return unused;
}

static unsigned char *put(unsigned char *at, const struct fp_sequence *s)
{
	assert_int_equal(
		fp_emit(s, at, (uint64_t)at, s->length, code + STUB_AT, (uint64_t)code + STUB_AT),
		FP_OK);
	return at + s->length;
}

/*
 * cli; <open>; ret.  The three ways to unmask: sti, popf (of flags with IF set, pushed
 * before), and iret, which the handler does all the time.
 */
static void build(const struct fp_sequence *open)
{
	unsigned char *at = code;

	memset(code, 0xcc, CODE_SIZE);
	at = put(at, fp_find(SITE_cli, NULL, FP_NO_REG, 0, 15));
	if (open->kind == SITE_popf) {
		memcpy(at, "\x68\x02\x02\x00\x00", 5); /* push $0x202 */
		at += 5;
	}
	at = put(at, open);
	*at = 0xc3;
}

/* A call of the code with patterns in every register that C lets it have. */
static void guest_once(void)
{
	uint64_t ok;

	__asm__ volatile("leaq -128(%%rsp), %%rsp\n\t" /* C may have something just below RSP */
			 "movq $0x1234, %%rbx; movq $0x5678, %%r12; movq $0x9abc, %%r10\n\t"
			 "call *%1\n\t"
			 "leaq 128(%%rsp), %%rsp\n\t"
			 "xorq $0x1234, %%rbx; xorq $0x5678, %%r12; xorq $0x9abc, %%r10\n\t"
			 "orq %%rbx, %%r12; orq %%r12, %%r10; movq %%r10, %0"
			 : "=r"(ok)
			 : "r"(code)
			 : "rbx", "r10", "r12", "cc", "memory");
	assert_int_equal(ok, 0);
}

static void storm(const struct fp_sequence *s)
{
	pthread_t thread;
	long idle = 0;

	build(s);
	atomic_store(&outstanding, 0);
	atomic_store(&raised, 0);
	atomic_store(&finished, false);
	race_handled = 0;
	fp_vcpu_info.mask = 0;
	atomic_store(&fp_vcpu_info.pending, 0);
	assert_int_equal(pthread_create(&thread, NULL, device, NULL), 0);
	while (!atomic_load(&finished) || (long)race_handled < atomic_load(&raised)) {
		const uint64_t before = race_handled;

		guest_once();
		/* Lost: something waits, pending is clear, and stays so. */
		if (race_handled == before && atomic_load(&outstanding) &&
		    !atomic_load(&fp_vcpu_info.pending))
			idle++;
		else
			idle = 0;
		if (!atomic_load(&outstanding))
			sched_yield(); /* the device may want our CPU */
		if (idle > 100000000)
			fail_msg("%s:%s lost an interrupt after %lu", kind_info[s->kind].name,
				 s->variant, race_handled);
	}
	pthread_join(thread, NULL);
	assert_int_equal(race_handled, raised);
	assert_true(raised > 0);
	total += raised;
	assert_int_equal(atomic_load(&outstanding), 0);
	assert_int_equal(fp_vcpu_info.mask, 0);
}

static void no_interrupt_is_lost(void **state)
{
	size_t n, done = 0;

	(void)state;
	code = mmap(NULL, CODE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	assert_true(code != MAP_FAILED);
	for (const struct fp_sequence *s = fp_table(&n); n; s++, n--) {
		if ((s->kind != SITE_sti && s->kind != SITE_popf) ||
		    (s->flags & FP_F_PENDING_LOCAL))
			continue;
		storm(s);
		done++;
	}
	assert_int_equal(done, 5);
	printf("# %ld interrupts through %zu sequences\n", total, done);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(no_interrupt_is_lost)};

	if (argc > 1 && strcmp(argv[1], "all") == 0)
		wanted = 10000000;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
