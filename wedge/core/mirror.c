/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mirror.c - leaf tables of user space: the guest's is plain memory, the
 * machine's is another one that follows it.
 *
 * A page-table walk of x86 may see a store late, as long as it sees it after the
 * next TLB flush or, for an entry that becomes more permissive, after a fault.
 * So stores are only noted, and carried out together: at a TLB flush, a root load,
 * or the return to user mode (which need not be, but saves the fault).  Loads
 * need no care: the guest reads its own memory.
 *
 * A table that the guest has emptied is parked: taken out of the level above
 * with its old entries.  It remains a valid table of the hypervisor's (pinned), so
 * that it is linked again for the price of one entry, and of the entries
 * that differ from what the guest has then, which are few where processes resemble
 * each other.
 *
 * Accessed and dirty: the machine's entries have both set always.  An entry that
 * the guest has clean is mapped read-only, and becomes dirty by a fault.  The guest's
 * accessed bit is set when the entry is mapped first (the processor may do
 * that in advance); when the guest then clears it, the entry is unmapped until
 * the next access.
 */
#include "backend.h"
#include "leaf.h"
#include "paging.h"
#include "shadow.h"
#include "vcpu.h"
#include "watch.h"
#include "wedge.h"

#define BLOCK	 8  /* entries looked at together */
#define FEW	 4  /* entries that are rather cleared than their table parked */
#define REMAKE	 56 /* entries that are rather changed in a table that is not in use */
#define PTE_SOFT (7ull << 9 | 0x7ffull << 52) /* bits that are the guest's own */
/* What the hypervisor adds to an entry. */
#define ADDED (PTE_GLOBAL | PTE_USER | (1ull << 52))

static bool same(uint64_t a, uint64_t b)
{
	return !((a ^ b) & ~ADDED);
}

static uint32_t *dirty;
static uint32_t nr_dirty, max_dirty;

void mirror_start(uint32_t max_shadows)
{
	max_dirty = max_shadows;
	nr_dirty = 0;
	dirty = hv_alloc(max_dirty * sizeof(*dirty));
}

void mirror_mark(struct shadow *s, unsigned int first, unsigned int last)
{
	if (s->dirty) {
		if (first < s->first)
			s->first = (uint16_t)first;
		if (last > s->last)
			s->last = (uint16_t)last;
		return;
	}
	if (nr_dirty == max_dirty)
		mirror_commit(0);
	s->dirty = true;
	s->first = (uint16_t)first;
	s->last = (uint16_t)last;
	dirty[nr_dirty++] = shadow_number(s);
}

/* What the machine's entry is for the guest's, @g, if nothing is special about its page. */
static uint64_t as_it_is(uint64_t g)
{
	uint64_t clean = ~g >> 5 & PTE_RW; /* of PTE_DIRTY */

	return ((g & ~(PTE_SOFT | PTE_GLOBAL)) | PTE_ACCESSED | PTE_DIRTY) & ~clean;
}

/* What the machine's entry must be for the guest's, @g; @m is what it is. */
static uint64_t wanted(uint64_t *guest, uint64_t m)
{
	uint64_t g = *guest, value;

	if (!(g & PTE_PRESENT))
		return 0;
	value = as_it_is(g);
	if (!(g & PTE_ACCESSED)) {
		if ((m & PTE_PRESENT) && !((m ^ g) & PTE_ADDR))
			return 0;
		*guest = g | PTE_ACCESSED;
	}
	return leaf_permitted(value) & ~PTE_WITHHELD;
}

static bool empty(const uint64_t *g)
{
	for (unsigned int block = 0; block < ENTRIES; block += BLOCK) {
		uint64_t any = 0;

#pragma GCC unroll 8
		for (unsigned int i = block; i < block + BLOCK; i++)
			any |= g[i];
		if (any & PTE_PRESENT)
			return false;
	}
	return true;
}

static bool current(uint64_t g, uint64_t m)
{
	return !((g | m) & PTE_PRESENT) || ((g & PTE_ACCESSED) && same(as_it_is(g), m));
}

static bool all_empty(const uint64_t *g, const uint64_t *m)
{
	uint64_t any = 0;

#pragma GCC unroll 8
	for (unsigned int i = 0; i < BLOCK; i++)
		any |= g[i] | m[i];
	return !(any & PTE_PRESENT);
}

static bool update(struct shadow *s, unsigned int i, uint64_t *g, uint64_t m, bool fresh)
{
	uint64_t value = wanted(g, fresh ? 0 : m);

	if (same(value, m))
		return false;
	if (!fresh && s->owner && shadow_at(s->owner) == root) /* fresh: not linked yet */
		hv_pt_write_at(s->table + i * 8, value, s->va + i * (uint64_t)PAGE_SIZE);
	else
		hv_pt_write(s->table + i * 8, value);
	return true;
}

bool mirror_sync(struct shadow *s, unsigned int first, unsigned int last, bool fresh)
{
	uint64_t *g = window((uint64_t)s->frame * PAGE_SIZE);
	const uint64_t *m = window(s->table);
	unsigned int i = first;
	bool changed = false;

	hv_pt_settle(s->table);
	if (last - first < 2) { /* the most frequent case: what one fault has changed */
		if (!current(g[first], m[first]))
			changed = update(s, first, &g[first], m[first], fresh);
		if (!current(g[last], m[last]) && last != first)
			changed |= update(s, last, &g[last], m[last], fresh);
		return changed;
	}
	while (i <= last) {
		unsigned int end = i | (BLOCK - 1);

		if (end > last)
			end = last;
		else if (i % BLOCK == 0 && all_empty(g + i, m + i))
			i = end + 1;
		for (; i <= end; i++) {
			if (current(g[i], m[i]))
				continue;
			if (g[i] & PTE_PRESENT) {
				changed |= update(s, i, &g[i], m[i], fresh);
			} else {
				hv_pt_write(s->table + i * 8, 0);
				changed = true;
			}
		}
	}
	return changed;
}

static unsigned int differences(struct shadow *s)
{
	const uint64_t *g = window((uint64_t)s->frame * PAGE_SIZE), *m = window(s->table);
	unsigned int n = 0;

	hv_pt_settle(s->table);
	for (unsigned int i = 0; i < ENTRIES; i += BLOCK) {
		if (all_empty(g + i, m + i))
			continue;
		for (unsigned int k = i; k < i + BLOCK; k++)
			n += !current(g[k], m[k]);
	}
	return n;
}

uint64_t mirror_link(struct shadow *s, uint64_t flags)
{
	bool remake = differences(s) > REMAKE;

	s->dirty = false;
	if (remake)
		hv_unpin(s->table);
	mirror_sync(s, 0, ENTRIES - 1, true);
	if (remake)
		hv_pin(1, s->table);
	return s->table | flags | PTE_ACCESSED;
}

static void commit(struct shadow *s)
{
	const uint64_t *g = window((uint64_t)s->frame * PAGE_SIZE);
	struct shadow *above = shadow_at(s->parent / ENTRIES);
	unsigned int i = s->parent % ENTRIES;
	uint64_t entry;

	s->dirty = false;
	if (!s->parent) {
		mirror_sync(s, s->first, s->last, false);
		return;
	}
	entry = hv_pt_read(above->table + i * 8);
	if (!(entry & PTE_PRESENT)) {
		if (!empty(g))
			shadow_relink(above, i);
	} else if (s->last - s->first >= FEW && empty(g)) {
		shadow_set(above, i, s->table | PTE_PARKED);
	} else {
		mirror_sync(s, s->first, s->last, false);
	}
}

/*
 * Most often there is one note: of the entry that a fault has changed.  Returns its address, with
 * translations invalidated if that is @invlpg; or 0 if it is not as simple as that.
 */
static uint64_t commit_one(uint64_t invlpg)
{
	const uint64_t *above;
	struct shadow *s;
	unsigned int i;
	uint64_t pa, *g, m, va, value;

	if (nr_dirty || !watch_only_note(&pa))
		return 0;
	hv_pt_flush(); /* so that tables may be read */
	s = shadow_of_leaf(pa);
	i = pa / 8 % ENTRIES;
	if (!s || !s->parent || !s->owner || shadow_at(s->owner) != root) {
		shadow_noted(pa, i, i);
		return 0;
	}
	above = window(shadow_at(s->parent / ENTRIES)->table);
	if (!(above[s->parent % ENTRIES] & PTE_PRESENT)) {
		mirror_mark(s, i, i);
		return 0;
	}
	g = (uint64_t *)window((uint64_t)s->frame * PAGE_SIZE) + i;
	m = ((const uint64_t *)window(s->table))[i];
	va = s->va + i * (uint64_t)PAGE_SIZE;
	value = wanted(g, m);
	if (!same(value, m))
		hv_pt_write_now(s->table + i * 8, value, va, va == invlpg);
	else if (va == invlpg)
		hv_invlpg(va);
	return va;
}

bool mirror_commit(uint64_t invlpg)
{
	uint64_t va = commit_one(invlpg);
	uint32_t n;

	if (va)
		return va == invlpg;
	watch_collect();
	n = nr_dirty;
	nr_dirty = 0;
	for (uint32_t k = 0; k < n; k++) {
		struct shadow *s = shadow_at(dirty[k]);

		if (s->dirty)
			commit(s);
	}
	return false;
}
