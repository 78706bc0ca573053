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

extern char sysret_entry[], call_entry[];

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

static void branch(struct site *s, uint8_t opcode, const char *to)
{
	int32_t distance = (int32_t)((uint64_t)to - (s->address + BRANCH_LENGTH));
	uint8_t *b = bytes_of(s);

	b[0] = opcode;
	memcpy(b + 1, &distance, sizeof(distance));
}

static bool can_call(const struct site *s)
{
	return s->total >= BRANCH_LENGTH && !(s->flags & AB_F_EARLY);
}

static enum strategy patch(struct site *s, enum strategy wanted)
{
	if (s->flags & AB_F_ALTERNATIVE)
		return STRATEGY_NONE;
	if (s->kind == SITE_swapgs) {
		memset(bytes_of(s), NOP, s->total);
		return STRATEGY_CALL;
	}
	if (s->kind == SITE_sysret) {
		if (!can_call(s))
			return STRATEGY_NONE;
		branch(s, JMP, sysret_entry);
		return STRATEGY_CALL;
	}
	*bytes_of(s) = INT3;
	(void)wanted;
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
	if (s->strategy != STRATEGY_NONE)
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
