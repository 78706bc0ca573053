/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shadow.c - machine tables for the guest's tables of levels 4, 3 and 2.
 *
 * Shadows are found by the guest frame that they stand for, and counted by the
 * shadow entries that refer to them; those of one guest table are shared as the
 * guest shares the table (all kernel address spaces do).  A root has two machine
 * tables: one for kernel mode and one, without the upper half, for user mode.
 *
 * A shadow is complete: when an entry of a shadowed guest table changes, its
 * machine entry follows at once (paging_store), or at the next root load or
 * fault where a store was not seen.
 */
#include "backend.h"
#include "leaf.h"
#include "paging.h"
#include "vcpu.h"
#include "wedge.h"

#define ENTRIES	   512
#define USER_SLOTS 256
#define XEN_FIRST  256 /* root slots that stay the hypervisor's */
#define XEN_LAST   271
#define NO_FRAME   0
#define SPARES	   8
#define BLOCK	   8   /* entries looked at together */
#define RESERVE	   256 /* tables: more than one address space needs at once */
/* What the machine or the hypervisor adds to an entry. */
#define VOLATILE (PTE_ACCESSED | PTE_DIRTY | PTE_USER | (1ull << 52))

struct shadow {
	uint32_t frame; /* the guest's table, or NO_FRAME */
	uint32_t next;	/* other shadow of the same frame, or free */
	uint64_t table, user_table;
	uint8_t level;
	bool image;  /* holds the way to the wedge's image */
	bool kernel; /* reachable from the upper half of a root */
	uint16_t refs, user_entries;
};

static struct shadow *shadows; /* [0] is not used */
static uint32_t nr_shadows, max_shadows, free_shadow;
static uint32_t *by_frame;  /* first shadow of a guest frame; owner of a shadow table's frame */
static uint64_t free_table; /* list of zeroed tables, linked by the array below */
static uint32_t *next_table;
static struct shadow *root;
static struct shadow *spare[SPARES]; /* pinned roots without a guest table */
static unsigned int nr_spare;
static struct paging_counts counts;

static uint64_t guest_entry(const struct shadow *s, unsigned int i);
static bool current(const struct shadow *s, uint64_t g, uint64_t m);
static void sync_entry(struct shadow *s, unsigned int i, bool fresh);
static void sync_all(struct shadow *s);
static void release(struct shadow *s);

void paging_start(void)
{
	max_shadows = 16384;
	shadows = hv_alloc(max_shadows * sizeof(*shadows));
	by_frame = hv_alloc(hv_memory.max_frame * sizeof(*by_frame));
	next_table = hv_alloc(hv_memory.max_frame * sizeof(*next_table));
	nr_shadows = 1;
	free_shadow = 0;
	nr_spare = 0;
	free_table = 0;
	root = NULL;
	counts = (struct paging_counts){0};
	leaf_start();
}

static uint64_t table_get(void)
{
	uint64_t pa = free_table;

	counts.tables++;
	if (!pa)
		return hv_table_alloc();
	free_table = (uint64_t)next_table[pa / PAGE_SIZE] * PAGE_SIZE;
	counts.free_tables--;
	return pa;
}

static void table_put(uint64_t pa)
{
	by_frame[pa / PAGE_SIZE] = 0;
	next_table[pa / PAGE_SIZE] = (uint32_t)(free_table / PAGE_SIZE);
	free_table = pa;
	counts.tables--;
	counts.free_tables++;
}

static struct shadow *find(unsigned int level, uint32_t frame, bool image)
{
	if (frame >= hv_memory.max_frame)
		return NULL;
	for (uint32_t n = by_frame[frame]; n; n = shadows[n].next)
		if (shadows[n].level == level && shadows[n].image == image)
			return &shadows[n];
	return NULL;
}

static void enlist(struct shadow *s, uint32_t frame)
{
	s->frame = frame;
	s->next = by_frame[frame];
	by_frame[frame] = (uint32_t)(s - shadows);
}

static void unlist(struct shadow *s)
{
	uint32_t *link = &by_frame[s->frame];

	while (*link != (uint32_t)(s - shadows))
		link = &shadows[*link].next;
	*link = s->next;
}

static struct shadow *get(unsigned int level, uint32_t frame, bool image)
{
	struct shadow *s = find(level, frame, image);

	if (s)
		return s;
	if (frame != NO_FRAME && !guest_memory((uint64_t)frame * PAGE_SIZE))
		wedge_panic("page table of level %u at %lx is not in the guest's RAM", level,
			    (uint64_t)frame * PAGE_SIZE);
	if (level == 4 && nr_spare) {
		s = spare[--nr_spare];
		enlist(s, frame);
		counts.roots++;
		sync_all(s);
		return s;
	}
	if (free_shadow) {
		s = &shadows[free_shadow];
		free_shadow = s->next;
	} else {
		if (nr_shadows == max_shadows)
			wedge_panic("more than %u shadow tables", max_shadows);
		s = &shadows[nr_shadows++];
	}
	*s = (struct shadow){.level = (uint8_t)level, .image = image};
	enlist(s, frame);
	s->table = table_get();
	by_frame[s->table / PAGE_SIZE] = (uint32_t)(s - shadows);
	if (level == 4) {
		s->user_table = table_get();
		counts.roots++;
	}
	for (unsigned int i = 0; i < ENTRIES; i++)
		if (image || level == 4 || (guest_entry(s, i) & PTE_PRESENT))
			sync_entry(s, i, true);
	if (level == 4) {
		hv_pin_root(s->table);
		hv_pin_root(s->user_table);
	}
	return s;
}

/* The table that @entry of a shadow of @level refers to has one reference less. */
static void drop_target(unsigned int level, uint64_t entry)
{
	uint64_t pa = entry & PTE_ADDR;
	struct shadow *s;

	if (level == 2) {
		if (leaf_is_table(pa))
			leaf_unlink(pa);
		return;
	}
	s = &shadows[by_frame[pa / PAGE_SIZE]];
	if (--s->refs == 0)
		release(s);
}

static void release(struct shadow *s)
{
	const uint64_t *entries = window(s->table);

	if (s->level == 4) {
		hv_unpin_root(s->table);
		hv_unpin_root(s->user_table);
		counts.roots--;
	}
	hv_pt_flush();
	for (unsigned int i = 0; i < ENTRIES; i++) {
		uint64_t entry = entries[i];

		if (!entry)
			continue;
		hv_pt_write(s->table + i * 8, 0);
		if (s->level == 4 && i <= XEN_LAST)
			hv_pt_write(s->user_table + i * 8, 0);
		if (s->level == 4 && i >= XEN_FIRST && i <= XEN_LAST)
			continue; /* the hypervisor filled these in when the root was pinned */
		if (s->level == 4 && hv_root_entry(i))
			continue;
		if (s->level == 2 && s->image && hv_image_entry(i))
			continue;
		drop_target(s->level, entry);
	}
	unlist(s);
	table_put(s->table);
	if (s->level == 4)
		table_put(s->user_table);
	s->level = 0;
	s->next = free_shadow;
	free_shadow = (uint32_t)(s - shadows);
}

/* @s and all below it: part of a kernel address space. */
static void mark_kernel(struct shadow *s)
{
	const uint64_t *entries = window(s->table);

	if (s->kernel)
		return;
	s->kernel = true;
	hv_pt_flush();
	for (unsigned int i = 0; s->level > 2 && i < ENTRIES; i++)
		if (entries[i] & PTE_PRESENT)
			mark_kernel(&shadows[by_frame[(entries[i] & PTE_ADDR) / PAGE_SIZE]]);
}

/* The machine entry for guest entry @g at index @i of @s, with a reference taken. */
static uint64_t translate(struct shadow *s, unsigned int i, uint64_t g)
{
	bool on_image_path = s->image &&
			     (s->level == 4 ? i == IMAGE_SLOT : s->level == 3 && i == 510);
	uint64_t flags = g & (PTE_PRESENT | PTE_RW | PTE_USER | PTE_NX);
	struct shadow *child;
	uint64_t pa;

	if (on_image_path) {
		bool own = g & PTE_PRESENT;

		child = get(s->level - 1u, own ? (uint32_t)((g & PTE_ADDR) / PAGE_SIZE) : NO_FRAME,
			    true);
		child->refs++;
		mark_kernel(child);
		return child->table | PTE_PRESENT | PTE_RW | PTE_USER | PTE_ACCESSED;
	}
	if (!(g & PTE_PRESENT))
		return 0;
	if (s->level > 2) {
		if (s->level == 3 && (g & PTE_PSE))
			wedge_panic("the guest uses a 1 GB page: %lx", g);
		child = get(s->level - 1u, (uint32_t)((g & PTE_ADDR) / PAGE_SIZE), false);
		child->refs++;
		if (s->level == 4 ? i >= USER_SLOTS : s->kernel)
			mark_kernel(child);
		return child->table | flags | PTE_ACCESSED;
	}
	if (g & PTE_PSE) {
		pa = hv_chunk_table(g & PTE_ADDR);
		return pa ? pa | flags | PTE_ACCESSED : 0;
	}
	leaf_link(g & PTE_ADDR, (uint32_t)(s - shadows) * ENTRIES + i);
	return (g & PTE_ADDR) | flags | PTE_ACCESSED;
}

static bool same(uint64_t a, uint64_t b)
{
	return !((a ^ b) & ~VOLATILE);
}

/* Does machine entry @m stand for guest entry @g already? */
static bool current(const struct shadow *s, uint64_t g, uint64_t m)
{
	uint64_t flags = g & (PTE_PRESENT | PTE_RW | PTE_NX);
	const struct shadow *child;

	if (!(g & PTE_PRESENT) || !(m & PTE_PRESENT))
		return !((g | m) & PTE_PRESENT);
	if (s->level == 2) {
		if (g & PTE_PSE)
			return same(m, hv_chunk_table(g & PTE_ADDR) | flags);
		return same(m, (g & PTE_ADDR) | flags);
	}
	child = &shadows[by_frame[(m & PTE_ADDR) / PAGE_SIZE]];
	return child->frame == (g & PTE_ADDR) / PAGE_SIZE && same(m, child->table | flags);
}

static uint64_t guest_entry(const struct shadow *s, unsigned int i)
{
	return s->frame == NO_FRAME ? 0 : ((uint64_t *)window((uint64_t)s->frame * PAGE_SIZE))[i];
}

/* Store @value, and drop what the old one referred to. */
static void replace(struct shadow *s, unsigned int i, uint64_t old, uint64_t value)
{
	if (s->level == 4 && i < USER_SLOTS) {
		s->user_entries = (uint16_t)(s->user_entries + !!value - !!old);
		hv_pt_write(s->user_table + i * 8, value);
	}
	hv_pt_write(s->table + i * 8, value);
	if (old)
		drop_target(s->level, old);
}

/* Bring one entry up to date.  @fresh: the shadow's is known to be zero. */
static void sync_entry(struct shadow *s, unsigned int i, bool fresh)
{
	uint64_t g = guest_entry(s, i), old;

	if (s->level == 4 && ((i >= XEN_FIRST && i <= XEN_LAST) || hv_root_entry(i))) {
		if (fresh && hv_root_entry(i))
			hv_pt_write(s->table + i * 8, hv_root_entry(i));
		if ((g & PTE_PRESENT) && hv_root_entry(i))
			wedge_panic("the guest uses root slot %u, which is the wedge's", i);
		return;
	}
	if (s->level == 2 && s->image && i < WEDGE_SIZE / CHUNK_SIZE) {
		if (fresh && hv_image_entry(i))
			hv_pt_write(s->table + i * 8, hv_image_entry(i));
		return;
	}
	if (fresh) {
		bool forced = s->image &&
			      (s->level == 4 ? i == IMAGE_SLOT : s->level == 3 && i == 510);

		if (forced || (g & PTE_PRESENT))
			replace(s, i, 0, translate(s, i, g));
		return;
	}
	hv_pt_flush();
	old = ((uint64_t *)window(s->table))[i];
	if (!current(s, g, old))
		replace(s, i, old, translate(s, i, g));
}

/* Bring a whole table up to date, most of which is empty or up to date. */
static void sync_all(struct shadow *s)
{
	const uint64_t *g = window((uint64_t)s->frame * PAGE_SIZE), *m = window(s->table);

	hv_pt_flush();
	for (unsigned int block = 0; block < ENTRIES; block += BLOCK) {
		uint64_t any = 0;

#pragma GCC unroll 8
		for (unsigned int i = block; i < block + BLOCK; i++)
			any |= g[i] | m[i];
		if (!(any & PTE_PRESENT))
			continue;
		for (unsigned int i = block; i < block + BLOCK; i++)
			if (!current(s, g[i], m[i]))
				sync_entry(s, i, false);
	}
}

bool shadow_detach(uint32_t parent)
{
	struct shadow *s = &shadows[parent / ENTRIES];
	unsigned int i = parent % ENTRIES;

	if (s->kernel) /* a stack may be there, where a fault cannot be handled */
		return false;
	hv_pt_flush();
	replace(s, i, ((uint64_t *)window(s->table))[i], 0);
	return true;
}

/*
 * A root that is not loaded and maps no user memory is of no use; the next one
 * will look the same, so it is kept for that if there are not enough.
 */
static void drop_if_idle(struct shadow *s)
{
	if (!s || s == root || s->level != 4 || s->user_entries)
		return;
	if (nr_spare == SPARES) {
		release(s);
		return;
	}
	unlist(s);
	s->frame = NO_FRAME;
	spare[nr_spare++] = s;
	counts.roots--;
}

/* Memory for tables is short: keep the loaded root only; others are built anew when loaded. */
static void drop_others(void)
{
	while (nr_spare) {
		enlist(spare[--nr_spare], NO_FRAME);
		counts.roots++;
		release(spare[nr_spare]);
	}
	for (uint32_t n = 1; n < nr_shadows; n++)
		if (shadows[n].level == 4 && &shadows[n] != root)
			release(&shadows[n]);
}

void paging_load_root(uint64_t cr3)
{
	uint32_t frame = (uint32_t)((cr3 & PTE_ADDR) / PAGE_SIZE);
	struct shadow *old = root, *s;

	if (counts.free_tables < RESERVE && hv_memory_left() < RESERVE * PAGE_SIZE)
		drop_others();
	vcpu.cr3 = cr3;
	s = find(4, frame, true);
	if (s)
		sync_all(s);
	else
		s = get(4, frame, true);
	root = s;
	if (s != old)
		trace(EV_ROOT, cr3, s->table);
	hv_load_root(s->table, s->user_table);
	if (s != old)
		drop_if_idle(old);
}

bool paging_sync(uint64_t va)
{
	struct shadow *s = root;
	bool changed = false;

	for (;;) {
		unsigned int i = va >> (12 + 9 * (s->level - 1)) & 511;
		uint64_t *m = (uint64_t *)window(s->table) + i, before = *m;

		if (s->level == 4 && (hv_root_entry(i) || (i >= XEN_FIRST && i <= XEN_LAST)))
			return changed;
		sync_entry(s, i, false);
		hv_pt_flush();
		changed |= !same(before, *m);
		if (s->level == 2 || !(*m & PTE_PRESENT))
			return changed;
		s = &shadows[by_frame[(*m & PTE_ADDR) / PAGE_SIZE]];
	}
}

/* Update all shadows of the table that holds @pa. */
static void table_changed(uint64_t pa)
{
	unsigned int i = pa / 8 & 511;
	uint32_t next;

	for (uint32_t n = by_frame[pa / PAGE_SIZE]; n; n = next) {
		struct shadow *s = &shadows[n];

		next = s->next;
		sync_entry(s, i, false);
		drop_if_idle(s);
	}
}

void paging_store(uint64_t pa, uint64_t value, unsigned int size)
{
	if (leaf_is_table(pa)) {
		leaf_store(pa, value, size);
		return;
	}
	memcpy(window(pa), &value, size);
	if (by_frame[pa / PAGE_SIZE])
		table_changed(pa);
}

void paging_invlpg(uint64_t va)
{
	struct walk w;

	if (guest_walk(va, &w) && w.level > 1)
		hv_flush_tlb();
	else
		hv_invlpg(va);
}

void paging_count(struct paging_counts *c)
{
	*c = counts;
	c->leaves = leaf_count();
}
