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
 *
 * To validate a table is what costs a hypervisor most.  So in user space a shadow
 * whose guest table is gone stays where it is, *vacant*: it maps nothing, and
 * the next guest table that is linked in its place adopts it.  With a root that is
 * kept, a whole tree of vacant tables waits for the next address space.
 */
#include "shadow.h"
#include "backend.h"
#include "late.h"
#include "leaf.h"
#include "paging.h"
#include "vcpu.h"
#include "watch.h"
#include "wedge.h"

#define USER_SLOTS 256
#define XEN_FIRST  256 /* root slots that stay the hypervisor's */
#define XEN_LAST   271
#define SPARES	   32
#define BLOCK	   8   /* entries looked at together */
#define RESERVE	   256 /* tables: more than one address space needs at once */
/* What the machine or the hypervisor adds to an entry. */
#define VOLATILE (PTE_ACCESSED | PTE_DIRTY | PTE_USER | (1ull << 52))

struct shadow *shadows, *root;
uint32_t *by_frame;
static uint32_t nr_shadows, max_shadows, free_shadow;
static uint64_t free_table; /* list of zeroed tables, linked by the array below */
static uint32_t *next_table;
static struct shadow *spare[SPARES]; /* pinned roots without a guest table */
static unsigned int nr_spare;
static struct paging_counts counts;
/*
 * The kernel half is nearly always the same in all roots: what the guest's was when a
 * root was last compared with it, and a number for that.
 */
static uint64_t kernel_half[ENTRIES - USER_SLOTS];
static uint32_t kernel_time;

static bool sync_entry(struct shadow *s, unsigned int i);
static void sync_all(struct shadow *s);
static void sync_user_half(struct shadow *s);
static void sync_kernel_half(struct shadow *s);
static void drop(struct shadow *s);

void paging_start(void)
{
	max_shadows = (uint32_t)(hv_memory_left() / PAGE_SIZE);
	shadows = hv_alloc(max_shadows * sizeof(*shadows));
	by_frame = hv_alloc(hv_memory.max_frame * sizeof(*by_frame));
	next_table = hv_alloc(hv_memory.max_frame * sizeof(*next_table));
	nr_shadows = 1;
	free_shadow = 0;
	nr_spare = 0;
	free_table = 0;
	root = NULL;
	counts = (struct paging_counts){0};
	kernel_time = 0;
	memory_start();
	leaf_start();
	watch_start();
	mirror_start(max_shadows);
}

void shadow_each_leaf(void (*with)(const struct shadow *s, uint64_t arg), uint64_t arg)
{
	for (uint32_t n = 1; n < nr_shadows; n++)
		if (shadows[n].level == 1)
			with(&shadows[n], arg);
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

/* The shadow whose machine table entry @m refers to; NULL: none. */
static struct shadow *child_of(uint64_t m)
{
	uint32_t n = m ? by_frame[(m & PTE_ADDR) / PAGE_SIZE] : 0;

	return n ? &shadows[n] : NULL;
}

static struct shadow *find(unsigned int level, uint32_t frame, bool image, bool kernel)
{
	if (frame >= hv_memory.max_frame)
		return NULL;
	for (uint32_t n = by_frame[frame]; n; n = shadows[n].next)
		if (shadows[n].level == level && shadows[n].image == image &&
		    shadows[n].kernel == kernel && !shadows[n].vacant)
			return &shadows[n];
	return NULL;
}

static void enlist(struct shadow *s, uint32_t frame)
{
	if (s->level > 1 && frame != NO_FRAME)
		watch_end((uint64_t)frame * PAGE_SIZE);
	s->frame = frame;
	s->next = by_frame[frame];
	by_frame[frame] = shadow_number(s);
}

static void unlist(struct shadow *s)
{
	uint32_t *link = &by_frame[s->frame];

	while (*link != shadow_number(s))
		link = &shadows[*link].next;
	*link = s->next;
	s->frame = NO_FRAME;
}

static bool in_user_space(const struct shadow *s, unsigned int i)
{
	return s->level == 4 ? i < USER_SLOTS : !s->kernel;
}

static bool is_xens(const struct shadow *s, unsigned int i)
{
	return s->level == 4 && i >= XEN_FIRST && i <= XEN_LAST;
}

/* On the way to the wedge's image: there is a table, whether the guest has one or not. */
static bool on_image_path(const struct shadow *s, unsigned int i)
{
	return s->image && (s->level == 4 ? i == IMAGE_SLOT : s->level == 3 && i == 510);
}

/* Is the entry the wedge's own?  Its value is own_entry(). */
static bool is_own(const struct shadow *s, unsigned int i)
{
	if (s->level == 4)
		return hv_root_entry(i);
	return s->level == 2 && s->image && i < WEDGE_SIZE / CHUNK_SIZE;
}

static uint64_t own_entry(const struct shadow *s, unsigned int i)
{
	return s->level == 4 ? hv_root_entry(i) : hv_image_entry(i);
}

static uint64_t guest_entry(const struct shadow *s, unsigned int i)
{
	return s->frame == NO_FRAME ? 0 : ((uint64_t *)window((uint64_t)s->frame * PAGE_SIZE))[i];
}

void shadow_set(struct shadow *s, unsigned int i, uint64_t value)
{
	if (s->level == 4) {
		uint64_t bit = 1ull << i % 64;

		s->used[i / 64] = value ? s->used[i / 64] | bit : s->used[i / 64] & ~bit;
		if (i < USER_SLOTS)
			hv_pt_write(s->user_table + i * 8, value);
	}
	hv_pt_write(s->table + i * 8, value);
}

static struct shadow *allocate(unsigned int level)
{
	struct shadow *s;

	if (free_shadow) {
		s = &shadows[free_shadow];
		free_shadow = s->next;
	} else {
		if (nr_shadows == max_shadows)
			wedge_panic("more than %u shadow tables", max_shadows);
		s = &shadows[nr_shadows++];
	}
	*s = (struct shadow){.level = (uint8_t)level, .table = table_get()};
	by_frame[s->table / PAGE_SIZE] = shadow_number(s);
	if (level == 4) {
		s->user_table = table_get();
		counts.roots++;
	}
	return s;
}

static void check_frame(unsigned int level, uint32_t frame)
{
	if (frame != NO_FRAME && !guest_memory((uint64_t)frame * PAGE_SIZE))
		wedge_panic("page table of level %u at %lx is not in the guest's RAM", level,
			    (uint64_t)frame * PAGE_SIZE);
}

/* A new shadow becomes that of @frame. */
static void fill(struct shadow *s, uint32_t frame)
{
	trace(EV_TABLE, frame, s->level);
	enlist(s, frame);
	if (s->level == 1) {
		mirror_sync(s, 0, ENTRIES - 1, true);
		hv_pin(1, s->table);
		return;
	}
	for (unsigned int i = 0; i < ENTRIES; i++) {
		if (is_own(s, i) && own_entry(s, i))
			shadow_set(s, i, own_entry(s, i));
		if (on_image_path(s, i) || s->level == 4 || (guest_entry(s, i) & PTE_PRESENT))
			sync_entry(s, i);
	}
	if (s->level == 4) {
		hv_pin(4, s->table);
		hv_pin(4, s->user_table);
	}
}

static struct shadow *create(unsigned int level, uint32_t frame, bool image, bool kernel)
{
	struct shadow *s = allocate(level);

	s->image = image;
	s->kernel = kernel;
	fill(s, frame);
	return s;
}

/* The root for guest frame @frame. */
static struct shadow *get_root(uint32_t frame)
{
	struct shadow *s;

	check_frame(4, frame);
	if (!nr_spare)
		return create(4, frame, true, false);
	s = spare[--nr_spare];
	s->vacant = false;
	counts.roots++;
	enlist(s, frame);
	sync_all(s);
	sync_kernel_half(s);
	return s;
}

/* Kernel half: the shadow of level @level for the guest's table @frame. */
static struct shadow *get(unsigned int level, uint32_t frame, bool image)
{
	struct shadow *s = find(level, frame, image, true);

	check_frame(level, frame);
	if (!s)
		s = create(level, frame, image, true);
	s->refs++;
	return s;
}

/* What entry @i of @s refers to has one reference less. */
static void drop_target(const struct shadow *s, unsigned int i, uint64_t m)
{
	struct shadow *child;

	if (s->level == 2 && !in_user_space(s, i)) {
		if (leaf_is_table(m & PTE_ADDR))
			leaf_unlink(m & PTE_ADDR);
		return;
	}
	child = child_of(m);
	if (child)
		drop(child);
}

static void release(struct shadow *s)
{
	const uint64_t *entries = window(s->table);

	if (s->level == 4) {
		hv_unpin(s->table);
		hv_unpin(s->user_table);
		counts.roots--;
	} else if (s->level == 1) {
		hv_unpin(s->table);
	}
	hv_pt_flush();
	for (unsigned int i = 0; i < ENTRIES; i++) {
		uint64_t entry = entries[i];

		if (!entry)
			continue;
		shadow_set(s, i, 0);
		if (is_xens(s, i)) {
			/* filled in when the root was pinned, in both tables */
			hv_pt_write(s->user_table + i * 8, 0);
			continue;
		}
		if (s->level > 1 && !is_own(s, i))
			drop_target(s, i, entry);
	}
	if (!s->vacant)
		unlist(s);
	table_put(s->table);
	if (s->level == 4)
		table_put(s->user_table);
	trace(EV_NO_TABLE, s->table, s->level);
	s->level = 0;
	s->dirty = false;
	s->next = free_shadow;
	free_shadow = shadow_number(s);
}

static void drop(struct shadow *s)
{
	if (--s->refs == 0)
		release(s);
}

/*
 * User space: entry @i of @s, which is @m, stands for nothing of the guest's any
 * more.  Its child stays, vacant, unless it is shared.
 */
static void vacate(struct shadow *s, unsigned int i, uint64_t m)
{
	struct shadow *child = child_of(m);

	s->live--;
	if (!child || child->refs > 1) {
		shadow_set(s, i, 0);
		if (child)
			child->refs--;
		return;
	}
	if (child->level > 1 && child->live) {
		for (unsigned int k = 0; k < ENTRIES; k++) {
			uint64_t e = hv_pt_read(child->table + k * 8);
			const struct shadow *below = child_of(e);

			if (e && (!below || !below->vacant))
				vacate(child, k, e);
		}
	}
	unlist(child);
	child->vacant = true;
	child->dirty = false;
	if (child->level == 1 && (m & PTE_PRESENT))
		shadow_set(s, i, child->table | PTE_PARKED);
}

/* User space: @child is now what entry @i of @s refers to, and nothing else does. */
static void place(struct shadow *child, const struct shadow *s, unsigned int i)
{
	child->parent = shadow_number(s) * ENTRIES + i;
	child->owner = s->level == 4 ? shadow_number(s) : s->owner;
	child->va = s->va + ((uint64_t)i << (12 + 9 * (s->level - 1)));
}

/* User space: several entries refer to @s from now on. */
static void share(struct shadow *s)
{
	s->parent = s->owner = 0;
	for (unsigned int i = 0; s->level > 1 && i < ENTRIES; i++) {
		struct shadow *child = child_of(hv_pt_read(s->table + i * 8));

		if (child)
			share(child);
	}
}

/* User space: entry @i of @s, which is @m, refers to the guest's table @frame from now on. */
static void occupy(struct shadow *s, unsigned int i, uint64_t m, uint32_t frame, uint64_t flags)
{
	unsigned int level = s->level - 1u;
	struct shadow *child = child_of(m), *other;
	uint64_t value;

	if (child && !child->vacant && child->frame != frame) {
		vacate(s, i, m);
		m = hv_pt_read(s->table + i * 8);
		child = child_of(m);
	} else if (m && !child) { /* a large page */
		vacate(s, i, m);
		m = 0;
	}
	if (!child || child->vacant) {
		s->live++;
		check_frame(level, frame);
		other = find(level, frame, false, false);
		if (other) {
			if (child) {
				shadow_set(s, i, 0);
				drop(child);
			}
			m = 0;
			child = other;
			child->refs++;
			share(child);
		} else if (child) {
			child->vacant = false;
			place(child, s, i);
			enlist(child, frame);
			if (level > 1)
				sync_all(child);
		} else {
			child = allocate(level);
			child->refs = 1;
			place(child, s, i);
			fill(child, frame);
			shadow_set(s, i, child->table | flags | PTE_ACCESSED);
			return;
		}
	}
	value = child->table | flags | PTE_ACCESSED;
	if (level == 1 && !(m & PTE_PRESENT))
		value = mirror_link(child, flags);
	if ((m ^ value) & ~VOLATILE)
		shadow_set(s, i, value);
}

/* Kernel half: the machine entry for guest entry @g at @i of @s, with a reference taken. */
static uint64_t translate(struct shadow *s, unsigned int i, uint64_t g)
{
	uint64_t flags = g & (PTE_PRESENT | PTE_RW | PTE_USER | PTE_NX);
	uint32_t frame = g & PTE_PRESENT ? (uint32_t)((g & PTE_ADDR) / PAGE_SIZE) : NO_FRAME;

	if (on_image_path(s, i))
		return get(s->level - 1u, frame, true)->table | PTE_PRESENT | PTE_RW | PTE_USER |
		       PTE_ACCESSED;
	if (!(g & PTE_PRESENT))
		return 0;
	if (s->level > 2)
		return get(s->level - 1u, frame, false)->table | flags | PTE_ACCESSED;
	leaf_link(g & PTE_ADDR);
	return (g & PTE_ADDR) | flags | PTE_ACCESSED;
}

static bool same(uint64_t a, uint64_t b)
{
	return !((a ^ b) & ~VOLATILE);
}

/* Does machine entry @m stand for guest entry @g already? */
static bool current(const struct shadow *s, unsigned int i, uint64_t g, uint64_t m)
{
	uint64_t flags = g & (PTE_PRESENT | PTE_RW | PTE_NX);
	const struct shadow *child;

	if (s->level == 2 && (g & PTE_PRESENT) && (g & PTE_PSE))
		return hv_chunk_table(g & PTE_ADDR) ? same(m, hv_chunk_table(g & PTE_ADDR) | flags)
						    : !m;
	if (s->level == 2 && !in_user_space(s, i))
		return g & PTE_PRESENT ? same(m, (g & PTE_ADDR) | flags) : !m;
	child = child_of(m);
	if (!(g & PTE_PRESENT))
		return !m || (child && child->vacant);
	return child && child->frame == (g & PTE_ADDR) / PAGE_SIZE && same(m, child->table | flags);
}

/* Bring one entry up to date.  Returns true if it was not. */
static bool sync_entry(struct shadow *s, unsigned int i)
{
	uint64_t g = guest_entry(s, i), m;

	if (is_xens(s, i))
		return false;
	if (is_own(s, i)) {
		if ((g & PTE_PRESENT) && s->level == 4)
			wedge_panic("the guest uses root slot %u, which is the wedge's", i);
		return false;
	}
	m = hv_pt_read(s->table + i * 8);
	if (!(on_image_path(s, i) && !m) && current(s, i, g, m))
		return false;
	if (s->level == 3 && (g & PTE_PRESENT) && (g & PTE_PSE))
		wedge_panic("the guest uses a 1 GB page: %lx", g);
	if (s->level == 2 && (g & PTE_PRESENT) && (g & PTE_PSE)) {
		uint64_t value = hv_chunk_table(g & PTE_ADDR);

		value = value ? value | (g & (PTE_PRESENT | PTE_RW | PTE_USER | PTE_NX)) |
					PTE_ACCESSED
			      : 0;
		if (in_user_space(s, i)) {
			const struct shadow *child = child_of(m);

			if (m && !(child && child->vacant))
				vacate(s, i, m);
			m = hv_pt_read(s->table + i * 8);
			s->live = (uint16_t)(s->live + !!value);
		}
		shadow_set(s, i, value);
		if (m)
			drop_target(s, i, m);
	} else if (!in_user_space(s, i)) {
		shadow_set(s, i, translate(s, i, g));
		if (m)
			drop_target(s, i, m);
	} else if (g & PTE_PRESENT) {
		occupy(s, i, m, (uint32_t)((g & PTE_ADDR) / PAGE_SIZE),
		       g & (PTE_PRESENT | PTE_RW | PTE_USER | PTE_NX));
	} else {
		vacate(s, i, m);
	}
	return true;
}

void shadow_relink(struct shadow *s, unsigned int i)
{
	sync_entry(s, i);
}

/* The guest's table of @s is another one than before, or its first; most of it is empty. */
static void sync_all(struct shadow *s)
{
	const uint64_t *g = window((uint64_t)s->frame * PAGE_SIZE);
	unsigned int end = s->level == 4 ? USER_SLOTS : ENTRIES;

	if (s->level == 4)
		sync_user_half(s);
	for (unsigned int block = 0; block < end; block += BLOCK) {
		uint64_t any = 0;

#pragma GCC unroll 8
		for (unsigned int i = block; i < block + BLOCK; i++)
			any |= g[i];
		if (!(any & PTE_PRESENT))
			continue;
		for (unsigned int i = block; i < block + BLOCK; i++)
			if (g[i] & PTE_PRESENT)
				sync_entry(s, i);
	}
}

/* Entries of the user half that the machine has agree with the guest's; others a fault brings. */
static void sync_user_half(struct shadow *s)
{
	const uint64_t *g = window((uint64_t)s->frame * PAGE_SIZE), *m = window(s->table);

	hv_pt_settle(s->table);
	for (unsigned int w = 0; w < USER_SLOTS / 64; w++)
		for (uint64_t bits = s->used[w]; bits; bits &= bits - 1) {
			unsigned int i = w * 64 + (unsigned int)__builtin_ctzl(bits);
			const struct shadow *child = child_of(m[i]);

			if (child && child->vacant && !(g[i] & PTE_PRESENT))
				continue;
			if (!child || child->frame != (g[i] & PTE_ADDR) / PAGE_SIZE ||
			    !same(m[i], child->table | (g[i] & (PTE_PRESENT | PTE_RW | PTE_NX))))
				sync_entry(s, i);
		}
}

static void sync_kernel_half(struct shadow *s)
{
	const uint64_t *g = (uint64_t *)window((uint64_t)s->frame * PAGE_SIZE) + USER_SLOTS;
	uint64_t differ = 0;

#pragma GCC unroll 8
	for (unsigned int i = 0; i < ENTRIES - USER_SLOTS; i++)
		differ |= g[i] ^ kernel_half[i];
	if (!differ && s->time == kernel_time)
		return;
	for (unsigned int i = USER_SLOTS; i < ENTRIES; i++)
		if ((g[i - USER_SLOTS] & PTE_PRESENT) || (s->used[i / 64] >> i % 64 & 1))
			sync_entry(s, i);
	if (differ || !kernel_time) {
		memcpy(kernel_half, g, sizeof(kernel_half));
		kernel_time++;
	}
	s->time = kernel_time;
}

/*
 * A root that is not loaded and maps no user memory is of no use; the next one
 * will look the same, so it is kept for that if there are not enough.
 */
static void drop_if_idle(struct shadow *s)
{
	if (!s || s == root || s->level != 4 || s->live)
		return;
	if (nr_spare == SPARES) {
		release(s);
		return;
	}
	unlist(s);
	s->vacant = true;
	spare[nr_spare++] = s;
	counts.roots--;
}

/* Memory for tables is short: keep the loaded root only; others are built anew when loaded. */
static void drop_others(void)
{
	while (nr_spare) {
		counts.roots++;
		release(spare[--nr_spare]);
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
	fault_forget();
	s = find(4, frame, true, false);
	if (!s)
		s = get_root(frame);
	sync_user_half(s);
	mirror_commit(0);
	if (!old || !s->time || s->time != old->time)
		guest_forget();
	root = s;
	if (s != old)
		trace(EV_ROOT, cr3, s->table);
	hv_load_root(s->table, s->user_table);
	if (s != old)
		drop_if_idle(old);
}

void wedge_write_cr3(uint64_t value)
{
	paging_load_root(value);
}

bool paging_sync(uint64_t va)
{
	struct shadow *s = root;
	bool changed = false;

	for (;;) {
		unsigned int i = va >> (12 + 9 * (s->level - 1)) & 511;
		bool user = in_user_space(s, i);
		uint64_t m;

		if (s->level == 1) {
			changed |= mirror_sync(s, i, i, false);
			break;
		}
		changed |= sync_entry(s, i);
		m = hv_pt_read(s->table + i * 8);
		if (is_own(s, i) || is_xens(s, i) || !(m & PTE_PRESENT) || (s->level == 2 && !user))
			break;
		s = child_of(m);
		if (!s || s->vacant)
			break;
	}
	hv_pt_flush();
	return changed;
}

/* Update all shadows of the table that holds @pa. */
static void table_changed(uint64_t pa)
{
	unsigned int i = pa / 8 & 511;
	uint32_t next;

	for (uint32_t n = by_frame[pa / PAGE_SIZE]; n; n = next) {
		struct shadow *s = &shadows[n];

		next = s->next;
		if (s->level == 1) {
			mirror_mark(s, i, i);
			continue;
		}
		fault_forget();
		if (!in_user_space(s, i)) {
			s->time = 0;
			guest_forget();
			sync_entry(s, i);
			hv_pt_flush();
			continue;
		}
		sync_entry(s, i);
		drop_if_idle(s);
	}
}

void paging_store(uint64_t pa, uint64_t value, unsigned int size)
{
	if (leaf_is_table(pa))
		leaf_store(pa, value, size);
	else if (size == 8)
		*(uint64_t *)window(pa) = value;
	else
		memcpy(window(pa), &value, size);
	if (by_frame[pa / PAGE_SIZE])
		table_changed(pa);
}

bool paging_allow_write(uint64_t va, const struct walk *w)
{
	uint64_t *entry = window(w->table);

	if (leaf_is_table(w->pa))
		return false;
	if (w->level > 1)
		return true;
	if (leaf_is_table(w->table)) {
		leaf_give_back(w->table);
		hv_pt_flush();
	} else if (va < 1ull << 47) {
		/* Clean entries are mapped read-only. */
		*entry |= PTE_ACCESSED | PTE_DIRTY;
		paging_sync(va);
	}
	return true;
}

void shadow_noted(uint64_t pa, unsigned int first, unsigned int last)
{
	for (uint32_t n = by_frame[pa / PAGE_SIZE]; n; n = shadows[n].next)
		if (shadows[n].level == 1)
			mirror_mark(&shadows[n], first, last);
}

bool shadow_may_note(uint64_t pa)
{
	for (uint32_t n = by_frame[pa / PAGE_SIZE]; n; n = shadows[n].next)
		if (shadows[n].level > 1)
			return false;
	return true;
}

bool shadow_is_mirrored(uint64_t pa)
{
	for (uint32_t n = by_frame[pa / PAGE_SIZE]; n; n = shadows[n].next)
		if (shadows[n].level == 1)
			return true;
	return false;
}

void paging_commit(void)
{
	mirror_commit(0);
	hv_pt_flush();
}

/*
 * The leaf entry for user address @va, if it is mapped, whether its store was seen or not.
 * Returns false if that is a large page.
 */
static bool sync_leaf(uint64_t va)
{
	struct shadow *s = root;
	unsigned int shift = 39;

	for (; s->level > 1; shift -= 9) {
		uint64_t m = hv_pt_read(s->table + (va >> shift & 511) * 8);

		if (!(m & PTE_PRESENT))
			return true;
		s = child_of(m);
		if (!s)
			return false;
	}
	if (!s->vacant && (hv_pt_read(s->table + (va >> 12 & 511) * 8) & PTE_PRESENT))
		mirror_sync(s, va >> 12 & 511, va >> 12 & 511, false);
	return true;
}

void paging_invlpg(uint64_t va)
{
	uint64_t page = va & -(uint64_t)PAGE_SIZE;
	struct walk w;
	bool small;

	fault_forget();
	if (late_pending)
		late_admit();
	if (mirror_commit(page))
		return;
	if (va >> 63) {
		guest_forget();
		watch_forget(va);
		small = !guest_walk(va, &w) || w.level == 1;
	} else {
		small = va >> 47 || sync_leaf(va);
	}
	if (small) {
		hv_invlpg(va);
	} else {
		watch_forget_all();
		hv_flush_tlb();
	}
}

void wedge_invlpg(uint64_t va)
{
	paging_invlpg(va);
}

void paging_flush_tlb(void)
{
	fault_forget();
	if (late_pending)
		late_admit();
	mirror_commit(0);
	guest_forget();
	watch_forget_all();
	hv_flush_tlb();
}

void paging_count(struct paging_counts *c)
{
	*c = counts;
	c->leaves = leaf_count();
}
