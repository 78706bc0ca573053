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
#include "paging.h"
#include "plan.h"
#include "site.h"
#include "wedge.h"

#define INT3	   0xcc
#define JMP	   0xe9
#define CALL	   0xe8
#define COMPLAINTS 20

static const char *const strategies[STRATEGIES] = {"not patched", "left as it is", "trapped",
						   "called", "inlined"};

static uint64_t phys_offset;
static enum strategy standard;	 /* of sites of which the plan says nothing */
static uint8_t bytes[UINT8_MAX]; /* of the site that is being patched */

static uint8_t *bytes_of(const struct site *s)
{
	return window(s->address + phys_offset);
}

struct site *site_at(uint64_t rip)
{
	if (rip < hv_memory.ram[0].end)
		rip -= phys_offset;
	return site_find(rip);
}

/* NOPs, one for each 15 bytes: prefixes make a multi-byte NOP longer [SDM vol. 2, NOP]. */
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

	for (unsigned int part, bare; n; b += part, n -= part) {
		part = n < AB_MAX_INSN ? n : AB_MAX_INSN;
		bare = part < 9 ? part : 9;
		memset(b, AB_PREFIX_BYTE, part - bare);
		memcpy(b + part - bare, nop[bare], bare);
	}
}

static void branch(struct site *s, uint8_t opcode, const void *to)
{
	unsigned int length = s->branch, prefixes = length - BRANCH_LENGTH;
	int32_t distance = (int32_t)((uint64_t)to - (s->address + length));
	uint8_t *b = bytes;

	memset(b, AB_PREFIX_BYTE, prefixes);
	b[prefixes] = opcode;
	memcpy(b + prefixes + 1, &distance, sizeof(distance));
	fill(b + length, s->total - length);
}

static bool can_branch(const struct site *s)
{
	return s->total >= BRANCH_LENGTH && !(s->flags & (AB_F_EARLY | AB_F_ALTERNATIVE));
}

/* Instructions that do in ring 3 what they do in ring 0. */
static bool same_everywhere(const struct insn *insn)
{
	return insn->op == OP_RDTSC ||
	       (insn->op == OP_RDSEG && insn->reg != SEG_CS && insn->reg != SEG_SS);
}

/* What the back end has to know of the instruction; false: not for a sequence. */
static bool describe(const struct site *s, const struct insn *insn, struct hv_site *d)
{
	struct insn pop;

	*d = (struct hv_site){.address = s->address,
			      .insn = s->original + AB_PREFIXES(s->flags),
			      .kind = s->kind,
			      .total = s->total,
			      .prefixes = AB_PREFIXES(s->flags),
			      .length = s->length,
			      .reg = NO_REG};
	switch (insn->op) {
	case OP_PUSHF:
		if (s->kind == SITE_pushf_pop) {
			if (!insn_decode(s->original + insn->length,
					 (size_t)s->total - insn->length, &pop))
				return false;
			d->reg = pop.rm;
		}
		return insn->size != 2;
	case OP_POPF:
		return insn->size != 2;
	case OP_IRET:
		return insn->size == 8;
	case OP_SYSRET:
		d->arg = insn->size;
		break;
	case OP_WRSEG:
		d->reg = insn->rm;
		d->arg = insn->reg;
		break;
	case OP_RDSEG:
		/* 16-bit moves keep the upper half. */
		d->reg = insn->rm;
		d->arg = (uint8_t)(insn->reg + (insn->size == 2 ? HV_ARG_WORD : 0));
		break;
	case OP_RDCR:
		d->reg = insn->rm;
		d->arg = insn->reg;
		break;
	default:
		break;
	}
	return true;
}

/*
 * Make the bytes of @s what @choice says, or as near to that as it goes.  Returns NULL, or why it
 * is not what was chosen.
 */
static const char *make_patch(struct site *s, const struct choice *choice)
{
	const char *error = NULL;
	struct hv_site described;

	insn_decode(s->original, s->total, &s->insn);
	s->strategy = STRATEGY_NATIVE;
	if (same_everywhere(&s->insn))
		return NULL;
	s->strategy = STRATEGY_CALL;
	if (s->kind == SITE_swapgs && !(s->flags & AB_F_ALTERNATIVE)) {
		fill(bytes, s->total);
		return NULL;
	}
	if (!describe(s, &s->insn, &described)) {
		error = "no sequence knows this form of the instruction";
	} else if (s->kind == SITE_sysret && can_branch(s)) {
		branch(s, JMP, hv_call_target(&described));
		return NULL;
	} else if (choice->strategy != STRATEGY_TRAP && !can_branch(s)) {
		error = s->flags & AB_F_EARLY	      ? "it may run at another address"
			: s->flags & AB_F_ALTERNATIVE ? "it is copied elsewhere"
						      : "its pad is too short";
	} else {
		if (choice->strategy == STRATEGY_INLINE) {
			error = hv_inline(&described, choice->variant, bytes);
			if (!error) {
				s->strategy = STRATEGY_INLINE;
				return NULL;
			}
		}
		if (choice->strategy != STRATEGY_TRAP) {
			branch(s, CALL, hv_call_target(&described));
			return error;
		}
	}
	*bytes = INT3;
	s->strategy = STRATEGY_TRAP;
	return choice->strategy == STRATEGY_TRAP ? NULL : error;
}

static const char *patch(struct site *s, const struct choice *choice)
{
	const char *error;

	memcpy(bytes, s->original, s->total);
	error = make_patch(s, choice);
	if (s->late)
		guest_write(s->address, bytes, s->total);
	else
		memcpy(bytes_of(s), bytes, s->total);
	return error;
}

/* No trap may happen where these stand. */
static bool always_called(const struct site *s)
{
	return s->kind == SITE_swapgs || s->kind == SITE_sysret;
}

/* What is chosen for a site of which the plan says nothing. */
static uint8_t by_default(const struct site *s, enum strategy strategy)
{
	if (s->flags & AB_F_ALTERNATIVE)
		return STRATEGY_TRAP; /* as copying may change anything but the first byte */
	return (uint8_t)strategy;
}

/* Originals of all sites, in one piece. */
static void keep_originals(void)
{
	struct site *all = sites_all();
	size_t bytes = 0;
	uint8_t *to;

	for (size_t i = 0; i < sites_count(); i++)
		bytes += all[i].total;
	to = hv_alloc(bytes);
	for (size_t i = 0; i < sites_count(); to += all[i++].total)
		all[i].original = memcpy(to, bytes_of(&all[i]), all[i].total);
}

static bool all_trap; /* the guest has not yet been seen where it is linked */

void sites_trap(uint64_t offset, enum strategy strategy)
{
	struct site *all = sites_all();

	phys_offset = offset;
	standard = strategy;
	all_trap = true;
	keep_originals();
	for (size_t i = 0; i < sites_count(); i++) {
		struct choice choice = {.strategy = STRATEGY_TRAP};

		patch(&all[i], &choice);
	}
}

void sites_seen(uint64_t rip)
{
	if (all_trap && site_find(rip))
		sites_patch(phys_offset, standard);
}

void sites_patch(uint64_t offset, enum strategy strategy)
{
	struct site *all = sites_all();
	size_t number[STRATEGIES] = {0}, complaints = 0;
	bool direct = false;

	phys_offset = offset;
	standard = strategy;
	if (!all_trap)
		keep_originals();
	all_trap = false;
	for (size_t i = 0; i < sites_count(); i++) {
		struct site *s = &all[i];
		struct choice choice = plan_choice(s);
		bool planned = choice.strategy;
		const char *error;

		if (!planned)
			choice.strategy = by_default(s, strategy);
		error = patch(s, &choice);
		number[s->strategy]++;
		if (debug_events & EVENT(EV_PATCH))
			print("wedge: patch: %s at %lx, %u bytes: %s%s%s\n", site_name(s),
			      s->address, s->total, strategies[s->strategy], error ? ": " : "",
			      error ? error : "");
		direct |= s->strategy == STRATEGY_INLINE ||
			  (s->strategy == STRATEGY_CALL && !always_called(s));
		if (error && planned && complaints++ < COMPLAINTS)
			print("wedge: plan line %u: %s at %lx: %s; %s\n", choice.line, site_name(s),
			      s->address, error, strategies[s->strategy]);
	}
	if (complaints > COMPLAINTS)
		print("wedge: plan: %lu more sites not as planned\n", complaints - COMPLAINTS);
	plan_report_unused();
	if (direct)
		hv_direct_interrupts();
	print("wedge: %lu sites: %lu inline, %lu called, %lu trap, %lu as they are\n",
	      sites_count(), number[STRATEGY_INLINE], number[STRATEGY_CALL], number[STRATEGY_TRAP],
	      number[STRATEGY_NATIVE]);
}

void site_patch(struct site *s)
{
	struct choice choice = plan_choice(s);

	if (!choice.strategy)
		choice.strategy = by_default(s, standard);
	patch(s, &choice);
}

struct site *site_copied(uint64_t rip)
{
	struct site *all = sites_all(), *found = NULL;
	uint8_t bytes[AB_MAX_INSN];

	for (size_t i = 0; i < sites_count(); i++) {
		struct site *s = &all[i];

		if (!(s->flags & AB_F_ALTERNATIVE) || s->strategy != STRATEGY_TRAP ||
		    !guest_read(rip, bytes, s->total) ||
		    memcmp(bytes + 1, s->original + 1, s->total - 1u))
			continue;
		if (found &&
		    (found->total != s->total || memcmp(found->original, s->original, s->total)))
			wedge_panic("the copy at %lx may be %s or %s", rip, site_name(found),
				    site_name(s));
		found = s;
	}
	return found;
}

void site_restore(struct site *s)
{
	if (s->strategy != STRATEGY_NONE && s->strategy != STRATEGY_NATIVE)
		memcpy(bytes_of(s), s->original, s->total);
	s->strategy = STRATEGY_NONE;
}

void sites_report(void)
{
	const struct site *s;

	for (size_t i = 0; (s = site_number(i)); i++)
		if (s->count)
			print("wedge: site %lx emulated %lu times\n", s->address, s->count);
}

void sites_tally(void)
{
	/* As in plans; of those left as they are and of those that cannot be patched, our own. */
	static const char *const words[STRATEGIES] = {"none", "native", "trap", "call", "inline"};
	static struct {
		uint64_t sites, emulated;
	} tally[SITE_KINDS][STRATEGIES];
	struct site *s;

	memset(tally, 0, sizeof(tally));
	for (size_t i = 0; (s = site_number(i)); i++) {
		tally[s->kind < SITE_KINDS ? s->kind : 0][s->strategy].sites++;
		tally[s->kind < SITE_KINDS ? s->kind : 0][s->strategy].emulated += s->count;
	}
	for (unsigned int k = 0; k < SITE_KINDS; k++)
		for (unsigned int y = 0; y < STRATEGIES; y++)
			if (tally[k][y].sites)
				print("wedge: kind %s: %s: %lu sites, emulated %lu times\n",
				      kind_info[k].name ? kind_info[k].name : "?", words[y],
				      tally[k][y].sites, tally[k][y].emulated);
}
