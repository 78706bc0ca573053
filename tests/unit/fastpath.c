// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fastpath.c - every sequence of fastpath/ against its specification: each runs in
 * this process from a table of states, undisturbed and with an interrupt raised at
 * every instruction boundary, and has to leave registers, flags, interrupt flag,
 * stack and interrupts as the instruction that it replaces would.
 *
 * The tests go over the table that the sequences describe themselves in; one
 * without a specification here fails.
 */
#include <capstone/capstone.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <wedgeperf/annotation.h>
#include <wedgeperf/kinds.h>

#include "../../fastpath/fastpath.h"
#include "fastpath_step.h"

#define RSP 4

#define MSR_FS_BASE 0xc0000100u

static const struct fp_sequence *first, *last; /* the table */

extern uint8_t fp_user_work, fp_fs_stale;
extern const unsigned char *guest_return, fp_iret_ret[];
extern uint64_t fp_fs_base, fp_fs_loaded, fp_fs_magic;
extern const unsigned char fp_syscall_entry[];
extern const uint64_t fp_cr0, fp_cr2, fp_cr3, fp_cr4;
extern const uint16_t fp_kernel_cs, fp_kernel_ss;

/* ---- specifications: the instruction's effect on the guest's state ------------- */

static uint64_t peek(const struct cpu *c, int offset)
{
	uint64_t v;

	memcpy(&v, (const void *)(c->gpr[RSP] + (uint64_t)offset), sizeof(v));
	return v;
}

static void poke(const struct cpu *c, int offset, uint64_t v)
{
	memcpy((void *)(c->gpr[RSP] + (uint64_t)offset), &v, sizeof(v));
}

static uint64_t flags_word(const struct cpu *c)
{
	return c->flags | 2 | (c->iflag ? FLAG_IF : 0);
}

static void spec_cli(struct cpu *c, const struct fp_sequence *s)
{
	(void)s;
	c->iflag = false;
}

static void spec_sti(struct cpu *c, const struct fp_sequence *s)
{
	(void)s;
	c->iflag = true;
}

static void spec_nothing(struct cpu *c, const struct fp_sequence *s)
{
	(void)c;
	(void)s;
}

static void spec_pushf(struct cpu *c, const struct fp_sequence *s)
{
	(void)s;
	c->gpr[RSP] -= 8;
	poke(c, 0, flags_word(c));
}

static void spec_pushf_pop(struct cpu *c, const struct fp_sequence *s)
{
	c->gpr[s->reg] = strcmp(s->variant, "exact") ? flags_word(c) & (FLAG_IF | 2)
						     : flags_word(c);
}

static void load_flags(struct cpu *c, uint64_t flags)
{
	c->flags = (uint32_t)flags & (STATUS | FLAG_DF);
	c->iflag = flags & FLAG_IF;
}

static void spec_popf(struct cpu *c, const struct fp_sequence *s)
{
	(void)s;
	load_flags(c, peek(c, 0));
	c->gpr[RSP] += 8;
}

static void spec_iret(struct cpu *c, const struct fp_sequence *s)
{
	(void)s;
	c->rip = peek(c, 0);
	load_flags(c, peek(c, 16));
	c->gpr[RSP] = peek(c, 24);
}

static void spec_rdcr(struct cpu *c, const struct fp_sequence *s)
{
	const uint64_t cr[] = {fp_cr0, 0, fp_cr2, fp_cr3, fp_cr4};

	c->gpr[s->reg] = cr[s->arg];
}

static void spec_rdseg(struct cpu *c, const struct fp_sequence *s)
{
	const uint64_t sel = (s->arg & 7) == 1 ? fp_kernel_cs : fp_kernel_ss;

	c->gpr[s->reg] = s->arg & FP_ARG_WORD ? (c->gpr[s->reg] & ~0xffffull) | sel : sel;
}

static const struct spec {
	uint8_t kind;
	void (*effect)(struct cpu *c, const struct fp_sequence *s);
} specs[] = {
	/* clang-format off */
	{SITE_cli, spec_cli},
	{SITE_sti, spec_sti},
	{SITE_sti_hlt, spec_sti},
	{SITE_swapgs, spec_nothing},
	{SITE_pushf, spec_pushf},
	{SITE_pushf_pop, spec_pushf_pop},
	{SITE_popf, spec_popf},
	{SITE_iret, spec_iret},
	{SITE_rdcr, spec_rdcr},
	{SITE_rdseg, spec_rdseg},
	{SITE_wrmsr, spec_nothing}, /* no register changes */
	{SITE_sysret, NULL},	    /* leaves the kernel: has a test of its own */
	/* clang-format on */
};

static const struct spec *spec_of(const struct fp_sequence *s)
{
	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++)
		if (specs[i].kind == s->kind)
			return &specs[i];
	return NULL;
}

/* ---- running one sequence from one state --------------------------------------- */

#define SITE_AT	 64
#define STUB_AT	 2048
#define MAX_SITE 40
#define PATTERN	 0xc3

struct start {
	uint32_t flags;	     /* status flags and DF in the beginning */
	uint32_t word_flags; /* in the flags word that popf or iret finds on the stack */
	bool iflag;
	bool word_iflag;
	int already;	  /* interrupts that came while masked, before the sequence */
	int misalignment; /* of RSP, from a multiple of 16 */
};

/* Flags: none, all, each alone, and a mixture with its complement. */
static const uint32_t flag_rows[] = {
	0, STATUS | FLAG_DF, 0x1, 0x4, 0x10, 0x40, 0x80, 0x400, 0x800, 0x855, 0x480};
#define FLAG_ROWS (sizeof(flag_rows) / sizeof(flag_rows[0]))

struct tally {
	long runs, boundaries, interrupts, upcalls;
};
static struct tally tally;

static const char *name(const struct fp_sequence *s)
{
	static char text[64];

	if (s->reg == FP_NO_REG)
		snprintf(text, sizeof(text), "%s:%s", kind_info[s->kind].name, s->variant);
	else
		snprintf(text, sizeof(text), "%s:%s r%u arg %u", kind_info[s->kind].name,
			 s->variant, s->reg, s->arg);
	return text;
}

/* Puts the sequence into a site of @total bytes and makes a machine that starts there. */
static void prepare(struct run *r, const struct fp_sequence *s, size_t total,
		    const struct start *st)
{
	unsigned char *site = site_memory() + SITE_AT, *stub = site_memory() + STUB_AT;
	const uint64_t top = (uint64_t)guest_stack + STACK_SIZE - 256 - (uint64_t)st->misalignment;
	const uint64_t word = st->word_flags | 2 | FLAG_TF | (st->word_iflag ? FLAG_IF : 0);

	memset(site_memory(), 0xcc, 4096);
	assert_int_equal(fp_emit(s, site, (uint64_t)site, total, stub, (uint64_t)stub), FP_OK);
	memset(guest_stack, PATTERN, sizeof(guest_stack));
	memset(r, 0, sizeof(*r));
	r->raise_at[0] = r->raise_at[1] = -1;
	for (unsigned int i = 0; i < 16; i++)
		r->cpu.gpr[i] = 0x1111111111111111u * i + 0x8000000180000001u;
	r->cpu.gpr[RSP] = top;
	r->cpu.rip = (uint64_t)site;
	r->cpu.flags = st->flags;
	r->cpu.iflag = st->iflag;
	r->stop = (uint64_t)site + total;
	guest_return = st->misalignment ? fp_iret : fp_iret_ret;
	outstanding = st->already;
	if (s->kind == SITE_wrmsr) {
		r->cpu.gpr[1] = 0xabababab00000000 | MSR_FS_BASE;
		r->cpu.gpr[2] = 0xabababab00007f12;
		/* The longest way: that base is loaded. */
		fp_fs_loaded = 0x7f1200000000 | (uint32_t)r->cpu.gpr[0];
		__asm__("movq %%fs:0, %0" : "=r"(fp_fs_magic));
	}
	if (s->kind == SITE_popf)
		poke(&r->cpu, 0, word);
	if (s->kind == SITE_iret) {
		r->stop = (uint64_t)site_memory() + 8;
		poke(&r->cpu, 0, r->stop);
		poke(&r->cpu, 8, 0x10);
		poke(&r->cpu, 16, word);
		poke(&r->cpu, 24, top + (st->misalignment ? 104 : 40)); /* the least, and more */
		poke(&r->cpu, 32, 0x18);
	}
}

#define REQUIRE(cond, ...)                                                                         \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			print_error("# %s, flags %x, IF %d, word %x/%d, raised at %d,%d: ",        \
				    name(s), st->flags, st->iflag, st->word_flags, st->word_iflag, \
				    r->raise_at[0], r->raise_at[1]);                               \
			print_error(__VA_ARGS__);                                                  \
			print_error("\n");                                                         \
			fail();                                                                    \
		}                                                                                  \
	} while (0)

/* Runs what was prepared and compares the end with the specification. */
static void run_and_compare(struct run *r, const struct fp_sequence *s, const struct start *st)
{
	static unsigned char before[STACK_SIZE], expected[STACK_SIZE];
	struct cpu want = r->cpu;
	const uint64_t begin = r->cpu.gpr[RSP];

	/* The effect on the stack is computed in place, then put aside. */
	memcpy(before, guest_stack, STACK_SIZE);
	want.rip = r->stop;
	spec_of(s)->effect(&want, s);
	memcpy(expected, guest_stack, STACK_SIZE);
	memcpy(guest_stack, before, STACK_SIZE);

	step_run(r);
	REQUIRE(!r->error, "%s at %#lx", r->error, r->error_rip);

	const uint64_t top = want.gpr[RSP] < begin || s->kind == SITE_iret ? want.gpr[RSP] : begin;
	const uint64_t keep = top - (uint64_t)guest_stack;

	if (s->kind == SITE_pushf)
		guest_stack[keep + 1] &= 0xfe; /* TF is the test's own */
	REQUIRE(memcmp(guest_stack + keep, expected + keep, STACK_SIZE - keep) == 0,
		"stack differs above RSP");

	if (s->kind == SITE_pushf_pop && strcmp(s->variant, "exact") == 0)
		r->cpu.gpr[s->reg] &= ~(uint64_t)FLAG_TF;
	for (int i = 0; i < 16; i++)
		REQUIRE(r->cpu.gpr[i] == want.gpr[i], "register %d is %#lx, should be %#lx", i,
			r->cpu.gpr[i], want.gpr[i]);
	const uint32_t care = s->flags & FP_F_STATUS_FLAGS ? FLAG_DF : STATUS | FLAG_DF;
	REQUIRE((r->cpu.flags & care) == (want.flags & care), "flags are %x, should be %x",
		r->cpu.flags, want.flags);
	REQUIRE(r->cpu.iflag == want.iflag, "IF is %d, should be %d", r->cpu.iflag, want.iflag);
	REQUIRE(r->handled + outstanding == st->already + r->raised,
		"%d handled and %d outstanding of %d", r->handled, outstanding,
		st->already + r->raised);
	REQUIRE(!want.iflag || outstanding == 0, "IF is set and %d interrupts wait", outstanding);
	REQUIRE(!outstanding || fp_vcpu_info.pending, "an interrupt waits, pending is clear");
	tally.runs++;
	tally.boundaries += r->boundaries;
	tally.interrupts += r->handled;
	tally.upcalls += r->upcalls;
}

static bool reads_word(const struct fp_sequence *s)
{
	return s->kind == SITE_popf || s->kind == SITE_iret;
}

/* Calls @each for every sequence and every state that makes sense for it. */
static void for_each_state(void (*each)(const struct fp_sequence *s, const struct start *st),
			   size_t rows)
{
	for (const struct fp_sequence *s = first; s < last; s++) {
		if (!spec_of(s)->effect)
			continue;
		for (size_t row = 0; row < rows; row++) {
			for (int bits = 0; bits < 8; bits++) {
				const struct start st = {
					.flags = flag_rows[row],
					.word_flags = flag_rows[FLAG_ROWS - 1 - row],
					.iflag = bits & 1,
					.word_iflag = bits & 2,
					.already = bits & 1 ? 0 : (bits >> 2 & 1) * 2,
					.misalignment = bits & 4 ? 8 : 0,
				};

				if ((bits & 2) && !reads_word(s))
					continue;
				each(s, &st);
			}
		}
	}
}

/* ---- the tests ------------------------------------------------------------------ */

/* `fastpath all`: no boundary or pair of them is left out, and more states; takes a minute.  With
 * another word: the tests whose names match it. */
static bool all;

static void every_sequence_is_specified(void **state)
{
	int n = 0;

	(void)state;
	for (const struct fp_sequence *s = first; s < last; s++, n++)
		if (!spec_of(s))
			fail_msg("%s has no specification", name(s));
	assert_true(n > 100);
}

static bool one_of_its_kind(const struct fp_sequence *s)
{
	return s->reg == FP_NO_REG || s->reg == 0;
}

static int most_insns[256];

static void undisturbed(const struct fp_sequence *s, const struct start *st)
{
	/* Room for one, for most, for all prefixes, and for NOPs of all sizes behind. */
	static const unsigned char extra[] = {0, 1, 8, 9, 11, 14, 20};
	struct run run, *r = &run;

	/* Site lengths have to do with the encoding, not with the register. */
	for (size_t i = 0; i < (one_of_its_kind(s) || all ? sizeof(extra) : 1); i++) {
		const size_t total = s->length + extra[i];

		prepare(r, s, total, st);

		const uint64_t begin = r->cpu.gpr[RSP];

		run_and_compare(r, s, st);
		if (st->already || total > s->length)
			continue;
		REQUIRE(begin - r->lowest_rsp <= s->stack, "uses %lu bytes of stack, declares %u",
			begin - r->lowest_rsp, s->stack);
		if (r->boundaries > most_insns[s - first])
			most_insns[s - first] = r->boundaries;
	}
}

static void undisturbed_does_what_the_instruction_does(void **state)
{
	(void)state;
	assert_true(last - first <= (long)(sizeof(most_insns) / sizeof(most_insns[0])));
	for_each_state(undisturbed, FLAG_ROWS);
	for (const struct fp_sequence *s = first; s < last; s++)
		if (spec_of(s)->effect && most_insns[s - first] != s->insns)
			fail_msg("%s executes up to %d instructions, declares %u", name(s),
				 most_insns[s - first], s->insns);
}

static void raised_once(const struct fp_sequence *s, const struct start *st)
{
	struct run run, *r = &run;

	if (!one_of_its_kind(s) && !all && (st->flags || st->already))
		return;
	/* Both kinds of Xen for one of the two alignments will do, unless all is wanted. */
	for (int eager = 0; eager < (st->misalignment && !all ? 1 : 2); eager++) {
		/*
		 * As long as the interrupt comes in time.  Beyond the sequence it is the
		 * delivery code that is interrupted, which is the same for all registers.
		 */
		const int most = one_of_its_kind(s) || all ? 1000 : s->insns;

		for (int k = 0; k <= most; k++) {
			prepare(r, s, s->length, st);
			r->eager = eager;
			r->raise_at[0] = k;
			run_and_compare(r, s, st);
			if (!r->raised)
				break;
		}
	}
}

static void one_interrupt_at_every_boundary(void **state)
{
	(void)state;
	for_each_state(raised_once, all ? 4 : 1);
}

static void raised_twice(const struct fp_sequence *s, const struct start *st)
{
	struct run run, *r = &run;

	if (!one_of_its_kind(s) || st->already || st->misalignment)
		return;
	for (int k = 0;; k++) {
		for (int l = k + 1;; l += all ? 1 : 37) {
			prepare(r, s, s->length, st);
			r->eager = (k + l) & 1;
			r->raise_at[0] = k;
			r->raise_at[1] = l;
			run_and_compare(r, s, st);
			if (r->raised < 2)
				break;
		}
		if (!r->raised)
			break;
	}
}

static void two_interrupts_at_every_pair_of_boundaries(void **state)
{
	(void)state;
	for_each_state(raised_twice, 1);
}

/* The deepest stack does not depend on how many interrupts come: nothing piles up. */
static void stormed(const struct fp_sequence *s, const struct start *st)
{
	const int storms[] = {10, all ? 500 : 25};
	uint64_t depth[2];
	struct run run, *r = &run;

	if (!one_of_its_kind(s))
		return;
	for (int i = 0; i < 2; i++) {
		prepare(r, s, s->length, st);

		const uint64_t begin = r->cpu.gpr[RSP];

		r->storm = storms[i];
		r->eager = st->misalignment;
		run_and_compare(r, s, st);
		depth[i] = begin - r->lowest_rsp;
	}
	REQUIRE(depth[1] <= depth[0], "a longer storm takes more stack: %lu, then %lu", depth[0],
		depth[1]);
}

static void a_storm_takes_no_more_stack_than_one_interrupt(void **state)
{
	(void)state;
	for_each_state(stormed, 1);
}

extern const unsigned char fp_iret_critical[], fp_iret_remasked[], fp_ret_critical[],
	fp_ret_remasked[];

/*
 * The same where it would hurt: an interrupt each time the exit code is between
 * unmasking and having left its frame.
 */
static void a_storm_in_the_exit_takes_no_more_stack(void **state)
{
	static const struct {
		const unsigned char *from, *to, *exit;
	} v[] = {{fp_iret_critical, fp_iret_remasked, fp_iret},
		 {fp_ret_critical, fp_ret_remasked, fp_iret_ret}};
	static const struct start start = {.flags = 0x855, .misalignment = 8}, *st = &start;
	const struct fp_sequence *s = fp_find(SITE_sti, "test", FP_NO_REG, 0, 20);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		int met = 0;

		for (const unsigned char *at = v[i].from; at < v[i].to; at++) {
			uint64_t depth[2];
			struct run run, *r = &run;

			for (int k = 0; k < 2; k++) {
				prepare(r, s, s->length, st);
				guest_return = v[i].exit;
				outstanding = 1; /* the first, from which to return */

				const uint64_t begin = r->cpu.gpr[RSP];

				r->storm = k ? 200 : 20;
				r->storm_at = (uint64_t)at;
				step_run(r);
				REQUIRE(!r->error, "%s at %#lx", r->error, r->error_rip);
				REQUIRE(outstanding == 0 && r->handled == r->raised + 1,
					"%d of %d handled", r->handled, r->raised + 1);
				depth[k] = begin - r->lowest_rsp;
				met += r->raised;
			}
			REQUIRE(depth[0] == depth[1], "raised at %p: %lu bytes, then %lu", at,
				depth[0], depth[1]);
		}
		assert_true(met >= 2 * 220); /* two instructions of each at least */
	}
}

static void a_spurious_pending_is_harmless(void **state)
{
	static const struct start start = {.flags = 0x855, .word_iflag = true}, *st = &start;
	struct run run, *r = &run;

	(void)state;
	for (const struct fp_sequence *s = first; s < last; s++) {
		if (!spec_of(s)->effect)
			continue;
		prepare(r, s, s->length, st);
		outstanding = 1;    /* step_run() shows it as pending ... */
		r->spurious = true; /* ... and takes it away again */
		run_and_compare(r, s, st);
	}
}

/* ---- returns to user mode, upcalls from user mode -------------------------------- */

#define USER_CS 0x43
#define USER_SS 0x4b

static void user_frame(struct run *r, uint64_t cs, uint64_t ss, uint64_t flags)
{
	static const struct start st = {.misalignment = 8};
	const struct fp_sequence *s = fp_find(SITE_iret, NULL, FP_NO_REG, 0, 15);

	assert_non_null(s);
	prepare(r, s, 15, &st);
	poke(&r->cpu, 0, 0x401000);
	poke(&r->cpu, 8, cs);
	poke(&r->cpu, 16, flags);
	poke(&r->cpu, 24, 0x7fff0000);
	poke(&r->cpu, 32, ss);
	r->frame_cs = cs;
	r->frame_ss = ss;
	r->opens = true;
	r->hypercall_stops = true;
}

static void check_hypercall(const struct run *r, const struct cpu *before)
{
	assert_null(r->error);
	assert_int_equal(r->cpu.gpr[0], 23);
	assert_int_equal(r->cpu.gpr[RSP], before->gpr[RSP] - 32);
	const uint64_t want[] = {before->gpr[0], before->gpr[11], before->gpr[1], 0,	 0x401000,
				 0xe033,	 0x246,		  0x7fff0000,	  0xe02b};
	for (int i = 0; i < 9; i++)
		assert_int_equal(peek(&r->cpu, 8 * i), want[i]);
	for (int i = 1; i < 16; i++)
		if (i != RSP)
			assert_int_equal(r->cpu.gpr[i], before->gpr[i]);
	assert_int_equal(r->cpu.iflag, false); /* Xen takes it from the frame */
}

/* Frames that software made: RF, or a RSP at or below the frame itself. */
static void unusual_frames_are_returned_from(void **state)
{
	static const struct {
		uint64_t flags;
		int rsp;
	} v[] = {{0x10202, 40}, {0x202, 32},	{0x202, 0},
		 {0x202, -8},	{0x202, -4096}, {0x202, 4096}};
	static const char *const variants[] = {"call", "ret"};

	(void)state;
	for (int k = 0; k < 2; k++) {
		const struct fp_sequence *s = fp_find(SITE_iret, variants[k], FP_NO_REG, 0, 15);

		for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
			static const struct start st = {.misalignment = 8};
			struct run run, *r = &run;

			prepare(r, s, 15, &st);
			r->cpu.gpr[RSP] -= 8192;

			const uint64_t target = r->cpu.gpr[RSP] + (uint64_t)v[i].rsp;

			poke(&r->cpu, 0, r->stop);
			poke(&r->cpu, 8, 0x10);
			poke(&r->cpu, 16, v[i].flags | FLAG_TF | 0x855);
			poke(&r->cpu, 24, target);
			poke(&r->cpu, 32, 0x18);

			const struct cpu before = r->cpu;

			step_run(r);
			assert_null(r->error);
			assert_int_equal(r->cpu.gpr[RSP], target);
			assert_int_equal(r->cpu.flags, 0x855);
			assert_int_equal(r->cpu.iflag, true);
			for (int g = 0; g < 16; g++)
				if (g != RSP)
					assert_int_equal(r->cpu.gpr[g], before.gpr[g]);
		}
	}
}

static void iret_to_user_makes_xens_frame(void **state)
{
	struct run run, *r = &run;

	(void)state;
	user_frame(r, USER_CS, USER_SS, 0x246);
	const struct cpu before = r->cpu;

	step_run(r);
	check_hypercall(r, &before);
	assert_int_equal(r->handled, 0);
}

static void iret_to_user_drains_what_is_pending(void **state)
{
	struct run run, *r = &run;

	(void)state;
	for (int n = 1; n <= 3; n++) {
		user_frame(r, USER_CS, USER_SS, 0x246);
		outstanding = n;
		const struct cpu before = r->cpu;

		step_run(r);
		if (r->error)
			fail_msg("%s", r->error);
		check_hypercall(r, &before);
		assert_int_equal(r->handled, n);
		assert_int_equal(r->upcalls, 0);
	}
}

static void iret_to_anything_else_is_left_alone(void **state)
{
	static const uint64_t v[][4] = {{USER_CS | 8, USER_SS, 0x246, 0x401000},
					{USER_CS, USER_SS | 0x10, 0x246, 0x401000},
					{USER_CS, USER_SS, 0x46, 0x401000},
					{USER_CS, USER_SS, 0x246, 1ull << 47},
					{USER_CS, USER_SS, 0x246, 1ull << 60}};
	struct run run, *r = &run;

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		user_frame(r, v[i][0], v[i][1], v[i][2]);
		poke(&r->cpu, 0, v[i][3]);
		outstanding = 1;
		r->stop = (uint64_t)fp_iret_slow;
		const struct cpu before = r->cpu;

		step_run(r);
		assert_null(r->error);
		assert_int_equal(r->handled, 0);
		assert_memory_equal(r->cpu.gpr, before.gpr, sizeof(before.gpr));
		assert_int_equal(fp_iret_site, (uint64_t)site_memory() + SITE_AT + 15);
		assert_int_equal(peek(&r->cpu, 8), v[i][0]);
		assert_int_equal(peek(&r->cpu, 32), v[i][1]);
	}
	outstanding = 0;
}

static void upcall_from_user_mode_is_passed_on(void **state)
{
	struct run run, *r = &run;

	(void)state;
	user_frame(r, USER_CS, USER_SS, 0x246);
	poke(&r->cpu, 24, 0xe033);
	r->cpu.rip = (uint64_t)fp_upcall;
	r->stop = (uint64_t)fp_upcall_user;
	const struct cpu before = r->cpu;

	step_run(r);
	assert_null(r->error);
	assert_memory_equal(r->cpu.gpr, before.gpr, sizeof(before.gpr));
}

static void iret_to_user_leaves_work_to_the_wedge(void **state)
{
	struct run run, *r = &run;

	(void)state;
	user_frame(r, USER_CS, USER_SS, 0x246);
	r->stop = (uint64_t)fp_iret_slow;
	fp_user_work = 1;
	const struct cpu before = r->cpu;

	step_run(r);
	fp_user_work = 0;
	assert_null(r->error);
	assert_memory_equal(r->cpu.gpr, before.gpr, sizeof(before.gpr));
}

static void start_sysret(struct run *r)
{
	static const struct start st = {.flags = 0x855};

	prepare(r, fp_find(SITE_sysret, NULL, FP_NO_REG, 8, 15), 15, &st);
	r->cpu.gpr[1] = 0x401000;
	r->cpu.gpr[11] = 0x246;
	r->cpu.gpr[RSP] = 0x7fff1238; /* the user's: not to be touched */
	r->hypercall_stops = true;
}

static void sysret_makes_xens_frame(void **state)
{
	struct run run, *r = &run;

	(void)state;
	for (int waiting = 0; waiting < 2; waiting++) {
		start_sysret(r);
		outstanding = waiting;
		const struct cpu before = r->cpu;

		step_run(r);
		assert_null(r->error);
		assert_int_equal(r->cpu.gpr[0], 23);
		assert_int_equal(peek(&r->cpu, 0), before.gpr[0]);
		assert_int_equal(peek(&r->cpu, 24), 0x100);
		assert_int_equal(peek(&r->cpu, 32), 0x401000);
		assert_int_equal(peek(&r->cpu, 40), 0xe033);
		assert_int_equal(peek(&r->cpu, 48), 0x246);
		assert_int_equal(peek(&r->cpu, 56), 0x7fff1238);
		assert_int_equal(peek(&r->cpu, 64), 0xe02b);
		for (int i = 1; i < 16; i++)
			if (i != RSP)
				assert_int_equal(r->cpu.gpr[i], before.gpr[i]);
		assert_int_equal(r->boundaries,
				 fp_find(SITE_sysret, NULL, FP_NO_REG, 8, 15)->insns);
		assert_int_equal(outstanding, waiting); /* Xen's, on the way out */
	}
	outstanding = 0;
	start_sysret(r);
	r->stop = (uint64_t)fp_sysret_slow;
	fp_user_work = 1;
	const struct cpu before = r->cpu;

	step_run(r);
	fp_user_work = 0;
	assert_null(r->error);
	assert_memory_equal(r->cpu.gpr, before.gpr, sizeof(before.gpr));
}

static void syscall_enters_as_the_cpu_does(void **state)
{
	static const uint64_t frame[] = {0x401000, 0x246,      0x401000, 0xe033,
					 0x246,	   0x7fff1238, 0xe02b};
	struct run run, *r = &run;

	(void)state;
	start_sysret(r);
	r->cpu.gpr[RSP] = (uint64_t)guest_stack + 4096;
	memcpy(guest_stack + 4096, frame, sizeof(frame));
	r->cpu.rip = (uint64_t)fp_syscall_entry;
	r->stop = (uint64_t)guest_syscall;
	r->cpu.gpr[1] = r->cpu.gpr[11] = 0;
	r->cpu.flags |= FLAG_DF; /* the user may have set it */
	const struct cpu before = r->cpu;

	step_run(r);
	assert_null(r->error);
	for (int i = 0; i < 16; i++)
		assert_int_equal(r->cpu.gpr[i], i == 1	   ? 0x401000
						: i == 11  ? 0x246
						: i == RSP ? 0x7fff1238
							   : before.gpr[i]);
	assert_int_equal(r->cpu.flags, before.flags & ~(uint32_t)FLAG_DF);
}

/* ---- wrmsr ------------------------------------------------------------------------ */

static void wrmsr_remembers_the_fs_base_and_changes_nothing_else(void **state)
{
	static const struct {
		uint32_t msr, hi, lo;
		bool done, loaded, really;
	} v[] = {
		/* clang-format off */
		{MSR_FS_BASE, 0x00007f12, 0x34567890, true, false, true},
		{MSR_FS_BASE, 0x00007f12, 0x34567890, true, true, true},
		{MSR_FS_BASE, 0x00007f12, 0x34567890, true, true, false},
		{MSR_FS_BASE, 0, 0, true, false, true},
		{MSR_FS_BASE, 0xffff8880, 0x80000000, false, false, true}, /* the kernel's half */
		{MSR_FS_BASE, 0x00800000, 0, false, false, true},	   /* not canonical */
		{MSR_FS_BASE, 0x00008000, 0, false, false, true},
		{MSR_FS_BASE + 1, 0x00007f12, 0x34567890, false, false, true},
		{MSR_FS_BASE - 1, 0x00007f12, 0x34567890, false, false, true},
		{0x10, 0, 0, false, false, true},
		/* clang-format on */
	};
	const struct fp_sequence *s = fp_find(SITE_wrmsr, NULL, FP_NO_REG, 0, 15);
	struct run run, *r = &run;

	(void)state;
	for (size_t i = 0; i < 4 * (sizeof(v) / sizeof(v[0])); i++) {
		const struct start st = {.flags = 0x855, .iflag = i & 1};
		const uint64_t value = (uint64_t)v[i / 4].hi << 32 | v[i / 4].lo;

		prepare(r, s, 15, &st);
		r->cpu.gpr[0] = 0xabababab00000000 | v[i / 4].lo;
		r->cpu.gpr[1] = 0xabababab00000000 | v[i / 4].msr;
		r->cpu.gpr[2] = 0xabababab00000000 | v[i / 4].hi;
		if (!v[i / 4].done)
			r->stop = (uint64_t)fp_site_call;
		fp_fs_base = 0x5555;
		fp_fs_stale = i >> 1 & 1;
		/* They may differ in one half only. */
		fp_fs_loaded = v[i / 4].loaded ? value : value ^ 1ull << (i & 1 ? 40 : 3);
		__asm__("movq %%fs:0, %0" : "=r"(fp_fs_magic));
		fp_fs_magic ^= !v[i / 4].really;
		struct cpu want = r->cpu;

		step_run(r);
		assert_null(r->error);
		if (!v[i / 4].done) {
			want.gpr[RSP] -= 8;
			assert_int_equal(peek(&r->cpu, 0), want.rip + 15);
		}
		assert_memory_equal(r->cpu.gpr, want.gpr, sizeof(want.gpr));
		assert_int_equal(r->cpu.flags, want.flags);
		assert_int_equal(r->cpu.iflag, want.iflag);
		assert_int_equal(fp_fs_base, v[i / 4].done ? value : 0x5555);
		assert_int_equal(fp_fs_stale, v[i / 4].done ? !(v[i / 4].loaded && v[i / 4].really)
							    : (i >> 1 & 1));
	}
	fp_fs_stale = 0;
}

/* ---- the description of the sequences -------------------------------------------- */

static bool has_fixup(const struct fp_sequence *s, size_t offset)
{
	for (unsigned int i = 0; i < s->fixup_count; i++)
		if (s->fixups[i].offset == offset)
			return true;
	return false;
}

/* Where an instruction has a 32-bit PC-relative field: its offset, else 0. */
static unsigned int relative_field(const cs_insn *insn)
{
	const cs_x86 *x = &insn->detail->x86;

	for (int i = 0; i < x->op_count; i++)
		if (x->operands[i].type == X86_OP_MEM && x->operands[i].mem.base == X86_REG_RIP)
			return x->encoding.disp_offset;
	if ((insn->bytes[0] == 0xe8 || insn->bytes[0] == 0xe9) && insn->size == 5)
		return 1;
	if (insn->bytes[0] == 0x0f && (insn->bytes[1] & 0xf0) == 0x80)
		return 2;
	return 0;
}

static void descriptions_agree_with_a_disassembler(void **state)
{
	csh h;

	(void)state;
	assert_int_equal(cs_open(CS_ARCH_X86, CS_MODE_64, &h), CS_ERR_OK);
	cs_option(h, CS_OPT_DETAIL, CS_OPT_ON);
	for (const struct fp_sequence *s = first; s < last; s++) {
		const size_t bytes = s->length + s->stub_length;
		unsigned int fields = 0;
		size_t at = 0;
		cs_insn *insn;
		const size_t n = cs_disasm(h, s->bytes, bytes, 0x100000, 0, &insn);

		if (!n || insn[0].size != s->first)
			fail_msg("%s: its first instruction is not %u bytes", name(s), s->first);
		for (size_t i = 0; i < n; i++) {
			const unsigned int field = relative_field(&insn[i]);

			if (field && !has_fixup(s, at + field))
				fail_msg("%s: field at %zu has no fix-up", name(s), at + field);
			fields += field != 0;
			at += insn[i].size;
			if (at > s->length && at - insn[i].size < s->length)
				fail_msg("%s: instruction across the end", name(s));
		}
		if (at != bytes || fields != s->fixup_count)
			fail_msg("%s: %zu of %zu bytes, %u fields", name(s), at, bytes, fields);
		if (!fields != !!(s->flags & FP_F_ABSOLUTE))
			fail_msg("%s: FP_F_ABSOLUTE is wrong", name(s));
		cs_free(insn, n);
	}
	cs_close(&h);
}

static void what_does_not_fit_is_refused(void **state)
{
	const struct fp_sequence *s = fp_find(SITE_sti, "and16", FP_NO_REG, 0, 15);
	unsigned char out[32], stub[32], clean[32];
	const uint64_t near = (uint64_t)site_memory();

	(void)state;
	memset(clean, PATTERN, sizeof(clean));
	memset(out, PATTERN, sizeof(out));
	memset(stub, PATTERN, sizeof(stub));
	assert_non_null(s);
	assert_int_equal(fp_emit(s, out, near, 14, stub, near + 64), FP_TOO_LONG);
	assert_int_equal(fp_emit(s, out, near + (1ull << 32), 15, stub, near), FP_TOO_FAR);
	assert_int_equal(fp_emit(s, out, near, 15, stub, near + (1ull << 32)), FP_TOO_FAR);
	assert_memory_equal(out, clean, sizeof(out));
	assert_memory_equal(stub, clean, sizeof(stub));
}

static void find_respects_variant_and_size(void **state)
{
	static const struct {
		int line;
		uint8_t kind;
		const char *variant;
		uint8_t reg, total;
		const char *want;
	} v[] = {
		{__LINE__, SITE_cli, NULL, FP_NO_REG, 15, "mov"},
		{__LINE__, SITE_cli, NULL, FP_NO_REG, 6, NULL},
		{__LINE__, SITE_cli, "abs", FP_NO_REG, 15, "abs"},
		{__LINE__, SITE_cli, "ab", FP_NO_REG, 15, NULL},
		{__LINE__, SITE_sti, NULL, FP_NO_REG, 15, "call"},
		{__LINE__, SITE_sti, "test", FP_NO_REG, 15, NULL},
		{__LINE__, SITE_sti, "test", FP_NO_REG, 20, "test"},
		{__LINE__, SITE_pushf_pop, NULL, 0, 15, "if"},
		{__LINE__, SITE_pushf_pop, NULL, 12, 15, "exact"},
		{__LINE__, SITE_pushf_pop, NULL, 4, 15, NULL},
		{__LINE__, SITE_cpuid, NULL, FP_NO_REG, 15, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		const struct fp_sequence *s = fp_find(v[i].kind, v[i].variant, v[i].reg, 0,
						      v[i].total);

		if (!s != !v[i].want || (s && strcmp(s->variant, v[i].want)))
			fail_msg("line %d: found %s", v[i].line, s ? s->variant : "nothing");
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sequence_is_specified),
		cmocka_unit_test(descriptions_agree_with_a_disassembler),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(find_respects_variant_and_size),
		cmocka_unit_test(undisturbed_does_what_the_instruction_does),
		cmocka_unit_test(one_interrupt_at_every_boundary),
		cmocka_unit_test(two_interrupts_at_every_pair_of_boundaries),
		cmocka_unit_test(a_storm_takes_no_more_stack_than_one_interrupt),
		cmocka_unit_test(a_storm_in_the_exit_takes_no_more_stack),
		cmocka_unit_test(a_spurious_pending_is_harmless),
		cmocka_unit_test(unusual_frames_are_returned_from),
		cmocka_unit_test(iret_to_user_makes_xens_frame),
		cmocka_unit_test(iret_to_user_drains_what_is_pending),
		cmocka_unit_test(iret_to_anything_else_is_left_alone),
		cmocka_unit_test(upcall_from_user_mode_is_passed_on),
		cmocka_unit_test(iret_to_user_leaves_work_to_the_wedge),
		cmocka_unit_test(sysret_makes_xens_frame),
		cmocka_unit_test(syscall_enters_as_the_cpu_does),
		cmocka_unit_test(wrmsr_remembers_the_fs_base_and_changes_nothing_else),
	};
	size_t n;

	first = fp_table(&n);
	last = first + n;
	all = argc > 1 && strcmp(argv[1], "all") == 0;
	if (argc > 1 && !all)
		cmocka_set_test_filter(argv[1]);

	const int failed = cmocka_run_group_tests(tests, NULL, NULL);

	printf("# %ld runs, %ld instruction boundaries, %ld interrupts handled, %ld by upcall\n",
	       tally.runs, tally.boundaries, tally.interrupts, tally.upcalls);
	return failed;
}
