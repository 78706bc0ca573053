// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fastpath_store.c - the stubs for stores that may hit a page table.  The CPU itself is
 * the specification: each instruction runs as it is, then as a patched site from the
 * same state, undisturbed and with an interrupt at every boundary.
 */
#include <capstone/capstone.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../fastpath/fastpath.h"
#include "fastpath_step.h"

#define SITE_AT 64
#define STUB_AT 2048
#define TOTAL	15
#define RCX	1
#define RSP	4

/* What the instructions store to; every register but RCX and RSP points into it. */
unsigned char target[4096] __attribute__((aligned(4096)));

struct sample {
	const char *text;
	const unsigned char *start, *end;
};

/* Each between two labels, in executable memory. */
#define SAMPLE(text)                                                                               \
	"	.pushsection .rodata\n881:	.asciz \"" text "\"\n	.popsection\n"               \
	"882:	" text "\n883:	int3\n"                                                             \
	"	.pushsection .rodata.samples\n	.quad 881b, 882b, 883b\n	.popsection\n"

__asm__("	.pushsection .rodata.samples, \"a\"\n	.balign 8\nknown:\n	.popsection\n"
	"	.text\n"
	/* clang-format off */
	SAMPLE("movq %rax, (%rbx)")
	SAMPLE("movq %rdi, (%rsi)")
	SAMPLE("movq %rdi, (%rdi)")
	SAMPLE("movq %rsi, 8(%rdi)")
	SAMPLE("movq %r9, 16(%r13)")
	SAMPLE("movq %r9, (%r13)")
	SAMPLE("movq %rax, (%r12)")
	SAMPLE("movq %rax, (%rbp)")
	SAMPLE("movq %r15, 8(%rbx,%rcx,8)")
	SAMPLE("movq %rax, -8(%r14,%rcx,8)")
	SAMPLE("movq %rax, 0x100(%rdi,%rcx,8)")
	SAMPLE("movq %rax, target(,%rcx,8)")
	SAMPLE("movq %rax, target")
	SAMPLE("movq %rax, target+24(%rip)")
	SAMPLE("movq $7, target+32(%rip)")
	SAMPLE("movw $7, target+32(%rip)")
	SAMPLE("movq $0, (%rbx)")
	SAMPLE("movq $-5, 0x100(%r10)")
	SAMPLE("movl %eax, (%rbx)")
	SAMPLE("movw %ax, (%rbx)")
	SAMPLE("movw $0x1234, 2(%r8)")
	SAMPLE("movb $1, (%rbx)")
	SAMPLE("movb %sil, (%rbx)")
	SAMPLE("andb $-3, (%rbx)")
	SAMPLE("lock andb $-3, (%r11)")
	SAMPLE("lock btrq $1, (%rbx)")
	SAMPLE("lock btsq $6, 8(%rdi)")
	SAMPLE("xchgq %rax, (%rbx)")
	SAMPLE("xchgq %rdi, (%rbx)")
	SAMPLE("lock cmpxchgq %rdx, (%rbx)")
	SAMPLE("lock xaddq %rdx, (%rdi)")
	SAMPLE("orq $1, (%rbx)")
	SAMPLE("addq %rdx, (%rbx)")
	SAMPLE("adcq $0x12345678, (%rbx)")
	SAMPLE("sbbl %edx, (%r9)")
	SAMPLE("ds movq %rax, (%rbx)")
	SAMPLE("movb %ch, (%rdi)")
	SAMPLE("movb %dh, 8(%rsi,%rcx,8)")
	SAMPLE("movb %bh, (%rcx,%rdx)")
	SAMPLE("movq %rdx, 8(%rdi,%rcx,8)")
	SAMPLE("lock cmpxchgq %rdx, (%rsi,%rcx,8)")
	"	.pushsection .rodata.samples\nrefused:\n	.popsection\n"
	SAMPLE("movq %rax, (%rsp)")
	SAMPLE("movq %rsp, (%rbx)")
	SAMPLE("movq %rax, 8(%rsp,%rcx,8)")
	SAMPLE("movq %rax, %fs:(%rbx)")
	SAMPLE("btsq %rax, (%rbx)")
	SAMPLE("rep stosq")
	SAMPLE("movq (%rbx), %rax")
	SAMPLE("movq %rax, %rbx")
	SAMPLE("movl %eax, (%ebx)")
	SAMPLE("movnti %rax, (%rbx)")
	SAMPLE("movups %xmm0, (%rbx)")
	SAMPLE("push (%rbx)")
	SAMPLE("incq (%rbx)")
	/* clang-format on */
	"	.pushsection .rodata.samples\nno_more:\n	.popsection\n");
extern const struct sample known[], refused[];
extern const unsigned char no_more[];

static long boundaries, runs;

static void start(struct run *r, uint32_t flags, bool iflag)
{
	memset(r, 0, sizeof(*r));
	memset(guest_stack, 0xc3, STACK_SIZE);
	for (size_t i = 0; i < sizeof(target); i++)
		target[i] = (unsigned char)(i * 7);
	r->raise_at[0] = r->raise_at[1] = -1;
	for (unsigned int i = 0; i < 16; i++)
		r->cpu.gpr[i] = (uint64_t)target + 1024 + 8 * i;
	r->cpu.gpr[RCX] = 3;
	r->cpu.gpr[RSP] = (uint64_t)guest_stack + STACK_SIZE - 256;
	r->cpu.flags = flags;
	r->cpu.iflag = iflag;
	outstanding = 0;
}

enum way {
	JUMPED,
	/* to the stub, as a site of strategy inline */
	CALLED
};
static int way;

static void patch(struct run *r, const struct sample *s)
{
	unsigned char *site = site_memory() + SITE_AT, *stub = site_memory() + STUB_AT;
	const size_t length = (size_t)(s->end - s->start);

	memset(site_memory(), 0xcc, 4096);
	if (way == CALLED) {
		const int32_t distance = (int32_t)(stub - site - TOTAL);

		assert_int_equal(fp_emit_called_store(s->start, length, (uint64_t)s->start, stub,
						      (uint64_t)stub),
				 FP_OK);
		memset(site, 0x3e, TOTAL);
		site[TOTAL - 5] = 0xe8;
		memcpy(site + TOTAL - 4, &distance, sizeof(distance));
	} else {
		assert_int_equal(fp_emit_store(s->start, length, (uint64_t)s->start, site,
					       (uint64_t)site, TOTAL, stub, (uint64_t)stub),
				 FP_OK);
	}
	assert_int_equal(stub[FP_STORE_STUB], 0xcc); /* not more than it may take */
	r->cpu.rip = (uint64_t)site;
	r->stop = (uint64_t)site + TOTAL;
}

#define REQUIRE(cond, ...)                                                                         \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			print_error("# %s, flags %x, raised at %d: ", s->text, flags, k);          \
			print_error(__VA_ARGS__);                                                  \
			print_error("\n");                                                         \
			fail();                                                                    \
		}                                                                                  \
	} while (0)

#define SLOT ((uint64_t)target >> 12 & (FP_PAGES - 1))
extern uint8_t fp_user_work;

static bool is_noted(const unsigned char *byte)
{
	for (size_t i = 0; i < FP_LOG; i++)
		if (fp_log_done[i] && (fp_log[i] ^ (uint64_t)byte) < 8)
			return true;
	return false;
}

static int noted(void)
{
	int n = 0;

	for (size_t i = 0; i < FP_LOG; i++)
		n += fp_log_done[i];
	return n;
}

/* One run of the patched site; false when no boundary had the number @k. */
static bool compare(const struct sample *s, uint32_t flags, int k, bool plain)
{
	static unsigned char before[sizeof(target)], want_target[sizeof(target)];
	struct run want, got;

	start(&want, flags, true);
	memcpy(before, target, sizeof(target));
	if (plain) {
		want.cpu.rip = (uint64_t)s->start;
		want.stop = (uint64_t)s->end;
		step_run(&want);
		assert_null(want.error);
	}
	memcpy(want_target, target, sizeof(target));

	start(&got, flags, true);
	patch(&got, s);
	memset(fp_pages, 0, sizeof(fp_pages));
	memset(fp_log_done, 0, sizeof(fp_log_done));
	fp_log_next = flags % 3 * (FP_LOG - 1) / 2;
	fp_user_work = 0;
	/* With another one in its place the page must not be taken for that. */
	fp_pages[SLOT] = ((uint64_t)target & -4096ull) + (plain ? 0 : FP_PAGES * 4096);
	if (!plain)
		got.stop = (uint64_t)fp_site_call;
	got.raise_at[0] = k;
	step_run(&got);
	REQUIRE(!got.error, "%s at %#lx", got.error, got.error_rip);
	if (!plain) {
		const uint64_t *rsp = (const uint64_t *)got.cpu.gpr[RSP];

		REQUIRE(*rsp == (uint64_t)site_memory() + SITE_AT + TOTAL, "return address %#lx",
			*rsp);
		got.cpu.gpr[RSP] += 8;
	}
	for (int i = 0; i < 16; i++)
		REQUIRE(got.cpu.gpr[i] == want.cpu.gpr[i], "register %d is %#lx, should be %#lx", i,
			got.cpu.gpr[i], want.cpu.gpr[i]);
	REQUIRE(got.cpu.flags == want.cpu.flags, "flags are %x, should be %x", got.cpu.flags,
		want.cpu.flags);
	REQUIRE(memcmp(target, want_target, sizeof(target)) == 0, "memory differs");
	REQUIRE(noted() == (plain ? 1 : 0), "%d notes", noted());
	for (size_t i = 0; i < sizeof(target); i++)
		REQUIRE(target[i] == before[i] || is_noted(&target[i]),
			"no note of a change at %zu", i);
	REQUIRE(!plain || (fp_user_work && fp_log_next == flags % 3 * (FP_LOG - 1) / 2 + 1),
		"the next place is %u", fp_log_next);
	for (size_t i = STACK_SIZE - 256; i < STACK_SIZE; i++)
		REQUIRE(guest_stack[i] == 0xc3, "stack differs");
	REQUIRE(got.handled == got.raised && outstanding == 0, "%d of %d handled", got.handled,
		got.raised);
	REQUIRE(!plain || k >= 0 || got.boundaries == (way == CALLED ? 31 : 32),
		"executes %d instructions", got.boundaries);
	boundaries += got.boundaries;
	runs++;
	return k < 0 || got.raised;
}

static void for_all(int how, bool plain)
{
	static const uint32_t rows[] = {0, STATUS, 0x1, 0x800, 0x44, 0x90};

	way = how;
	for (const struct sample *s = known; s->start != refused->start; s++) {
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			compare(s, rows[i], -1, plain);
		for (int k = 0; compare(s, STATUS, k, plain); k++)
			;
	}
}

static void on_a_plain_page_it_does_what_the_cpu_does(void **state)
{
	(void)state;
	for_all(JUMPED, true);
}

static void on_any_other_page_it_is_a_call_to_the_wedge(void **state)
{
	(void)state;
	for_all(JUMPED, false);
}

static void called_it_does_the_same(void **state)
{
	(void)state;
	for_all(CALLED, true);
	for_all(CALLED, false);
}

static void what_it_does_not_know_is_refused(void **state)
{
	unsigned char out[TOTAL], stub[FP_STORE_STUB], clean[TOTAL];
	const uint64_t at = (uint64_t)site_memory();
	int n = 0;

	(void)state;
	memset(clean, 0xc3, TOTAL);
	memset(out, 0xc3, TOTAL);
	for (const struct sample *s = refused; (const unsigned char *)s != no_more; s++, n++)
		if (fp_emit_store(s->start, (size_t)(s->end - s->start), (uint64_t)s->start, out,
				  at, TOTAL, stub, at + 64) != FP_UNSUPPORTED ||
		    fp_emit_called_store(s->start, (size_t)(s->end - s->start), (uint64_t)s->start,
					 stub, at + 64) != FP_UNSUPPORTED)
			fail_msg("%s was accepted", s->text);
	assert_int_equal(n, 13);
	for (const struct sample *s = known; s->start != refused->start; s++) {
		const size_t length = (size_t)(s->end - s->start);

		assert_int_equal(fp_emit_store(s->start, length, (uint64_t)s->start, out, at, 4,
					       stub, at + 64),
				 FP_TOO_LONG);
		assert_int_equal(fp_emit_store(s->start, length, (uint64_t)s->start, out, at, TOTAL,
					       stub, at + (1ull << 33)),
				 FP_TOO_FAR);
		assert_int_equal(fp_emit_store(s->start, 1, (uint64_t)s->start, out, at, TOTAL,
					       stub, at + 64),
				 FP_UNSUPPORTED);
	}
	assert_memory_equal(out, clean, TOTAL);
}

/*
 * Any bytes at all: nothing is read beyond them (they end where the heap block ends),
 * nothing is written beyond the stub, and what is accepted is, for a disassembler too,
 * one instruction on memory that is not addressed through RSP or a segment.
 */
static void whatever_bytes_come(void **state)
{
	unsigned char out[TOTAL];
	unsigned int seed = 1;
	long accepted = 0;
	cs_insn *insn;
	csh h;

	(void)state;
	assert_int_equal(cs_open(CS_ARCH_X86, CS_MODE_64, &h), CS_ERR_OK);
	cs_option(h, CS_OPT_DETAIL, CS_OPT_ON);
	for (int i = 0; i < 300000; i++) {
		const size_t length = 1 + (size_t)rand_r(&seed) % 15;
		unsigned char *bytes = malloc(length), *stub = malloc(FP_STORE_STUB);

		for (size_t j = 0; j < length; j++)
			bytes[j] = (unsigned char)rand_r(&seed);
		if (rand_r(&seed) % 2) /* more of what comes near */
			bytes[0] = (unsigned char)(0x48 | (rand_r(&seed) & 7));
		if (fp_emit_store(bytes, length, 0x10000, out, 0x10000, TOTAL, stub, 0x20000) ==
			    FP_OK &&
		    cs_disasm(h, bytes, length, 0x10000, 1, &insn) == 1) {
			const cs_x86 *x = &insn->detail->x86;

			for (int k = 0; k < x->op_count; k++)
				if (x->operands[k].type == X86_OP_MEM) {
					const x86_op_mem *m = &x->operands[k].mem;

					if (m->base == X86_REG_RSP || m->segment == X86_REG_FS ||
					    m->segment == X86_REG_GS)
						fail_msg("%s %s", insn->mnemonic, insn->op_str);
					accepted++;
				}
			if (insn->detail->x86.op_count == 0)
				fail_msg("%s %s", insn->mnemonic, insn->op_str);
			cs_free(insn, 1);
		}
		free(bytes);
		free(stub);
	}
	cs_close(&h);
	assert_true(accepted > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_a_plain_page_it_does_what_the_cpu_does),
		cmocka_unit_test(on_any_other_page_it_is_a_call_to_the_wedge),
		cmocka_unit_test(called_it_does_the_same),
		cmocka_unit_test(what_it_does_not_know_is_refused),
		cmocka_unit_test(whatever_bytes_come),
	};
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);

	printf("# %ld runs, %ld instruction boundaries\n", runs, boundaries);
	return failed;
}
