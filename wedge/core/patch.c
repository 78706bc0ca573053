/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * patch.c - what happens to the bytes of a site.
 *
 * Two kinds have one treatment under every strategy, because no trap may happen
 * where they stand (the stack is the user's there): swapgs becomes NOPs, since
 * the hypervisor swaps, and sysret a jump to the back end's user-mode return.
 */
#include <wedgeperf/kinds.h>

#include "backend.h"
#include "site.h"
#include "wedge.h"

#define INT3	      0xcc
#define JMP	      0xe9
#define CALL	      0xe8
#define NOP	      0x90
#define BRANCH_LENGTH 5

static uint64_t phys_offset;

static uint8_t *bytes_of(const struct site *s)
{
	return window(s->address + phys_offset);
}

struct site *site_at(uint64_t rip)
{
	if (rip < hv_memory.ram_end)
		rip -= phys_offset;
	return site_find(rip);
}

/* The rest of a site: one multi-byte NOP, or two [SDM vol. 2, NOP]. */
static void fill(uint8_t *b, unsigned int n)
{
	static const uint8_t nop[10][9] = {
		{0},
		{0x90},
		{0x66, 0x90},
		{0x0f, 0x1f, 0x00},
		{0x0f, 0x1f, 0x40, 0},
		{0x0f, 0x1f, 0x44, 0, 0},
		{0x66, 0x0f, 0x1f, 0x44, 0, 0},
		{0x0f, 0x1f, 0x80, 0, 0, 0, 0},
		{0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0},
		{0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0},
	};

	for (unsigned int part; n; b += part, n -= part) {
		part = n < 9 ? n : 9;
		memcpy(b, nop[part], part);
	}
}

static void branch(struct site *s, uint8_t opcode, const void *to)
{
	int32_t distance = (int32_t)((uint64_t)to - (s->address + BRANCH_LENGTH));
	uint8_t *b = bytes_of(s);

	b[0] = opcode;
	memcpy(b + 1, &distance, sizeof(distance));
	fill(b + BRANCH_LENGTH, s->total - BRANCH_LENGTH);
}

static bool can_branch(const struct site *s)
{
	return s->total >= BRANCH_LENGTH && !(s->flags & AB_F_EARLY);
}

/* The register that the second instruction of a `pushf;pop` site loads. */
static unsigned int popped_register(const struct site *s)
{
	struct insn push, pop;

	if (insn_decode(s->original, sizeof(s->original), &push) &&
	    insn_decode(s->original + push.length, sizeof(s->original) - push.length, &pop))
		return pop.rm;
	return NO_REG;
}

/* Instructions that do in ring 3 what they do in ring 0. */
static bool same_everywhere(const struct site *s)
{
	struct insn insn;

	if (!insn_decode(s->original, sizeof(s->original), &insn))
		return false;
	return insn.op == OP_RDTSC ||
	       (insn.op == OP_RDSEG && insn.reg != SEG_CS && insn.reg != SEG_SS);
}

static enum strategy patch(struct site *s, enum strategy wanted)
{
	if (s->flags & AB_F_ALTERNATIVE)
		return STRATEGY_NONE;
	if (same_everywhere(s))
		return STRATEGY_NATIVE;
	if (s->kind == SITE_swapgs) {
		fill(bytes_of(s), s->total);
		return STRATEGY_CALL;
	}
	if (s->kind == SITE_sysret) {
		if (!can_branch(s))
			return STRATEGY_NONE;
		branch(s, JMP, hv_call_target(s->kind, NO_REG));
		return STRATEGY_CALL;
	}
	if (wanted == STRATEGY_CALL && can_branch(s)) {
		unsigned int reg = s->kind == SITE_pushf_pop ? popped_register(s) : NO_REG;

		branch(s, CALL, hv_call_target(s->kind, reg));
		return STRATEGY_CALL;
	}
	*bytes_of(s) = INT3;
	return STRATEGY_TRAP;
}

void sites_patch(uint64_t offset, enum strategy strategy)
{
	struct site *all = sites_all();
	size_t unpatched = 0;

	phys_offset = offset;
	for (size_t i = 0; i < sites_count(); i++) {
		struct site *s = &all[i];

		memcpy(s->original, bytes_of(s), sizeof(s->original));
		s->strategy = (uint8_t)patch(s, strategy);
		if (s->strategy != STRATEGY_NONE)
			continue;
		unpatched++;
		if (!(s->flags & AB_F_ALTERNATIVE))
			print("wedge: site %lx (%s, %u bytes) cannot be patched\n", s->address,
			      site_kind_name(s), s->total);
	}
	print("wedge: %lu sites, %lu in alternatives left as they are\n", sites_count(), unpatched);
}

void site_restore(struct site *s)
{
	if (s->strategy != STRATEGY_NONE && s->strategy != STRATEGY_NATIVE)
		memcpy(bytes_of(s), s->original, s->total);
	s->strategy = STRATEGY_NONE;
}

void sites_report(void)
{
	static uint64_t by_kind[SITE_KINDS];
	const struct site *all = sites_all();

	memset(by_kind, 0, sizeof(by_kind));
	for (size_t i = 0; i < sites_count(); i++)
		by_kind[all[i].kind < SITE_KINDS ? all[i].kind : 0] += all[i].count;
	for (unsigned int k = 0; k < SITE_KINDS; k++)
		if (by_kind[k])
			print("wedge: %-10s emulated %lu times\n", kind_info[k].name, by_kind[k]);
}
