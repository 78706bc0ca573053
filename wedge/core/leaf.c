/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * leaf.c - leaf tables of the kernel's half are direct: linking one makes the guest's page a
 * machine table, read-only wherever it is mapped.
 *
 * Mappings of a table frame are: its entry in the chunk table, and entries in
 * other leaf tables, of user space (mirror.c) too.  The latter
 * are found by search; a hint per frame says whether there may be any, since
 * they are rare.  A writable entry that has to become read-only is marked
 * PTE_WITHHELD, and becomes writable again by a fault (leaf_give_back).
 *
 * GLOBAL is taken away from every entry: a global translation would outlive the
 * switch between the kernel's and the user's root.
 */
#include "leaf.h"
#include "backend.h"
#include "late.h"
#include "paging.h"
#include "shadow.h"
#include "vcpu.h"
#include "watch.h"
#include "wedge.h"

#define MAX_LINKED  65536
#define CHUNK_FLAGS (PTE_PRESENT | PTE_USER | PTE_ACCESSED | PTE_DIRTY)

struct frame {
	uint16_t refs;	/* shadow entries that refer to it as a leaf table */
	bool small_map; /* a leaf table may map it writable */
	uint32_t slot;	/* where it stands in `linked` */
};
static struct frame *frames;
static uint32_t *linked; /* frame numbers */
static uint32_t nr_linked;
static uint64_t absent; /* stands for devices that the hypervisor keeps: reads as ones */

void leaf_start(void)
{
	nr_linked = 0;
	late_start();
	frames = hv_alloc(hv_memory.max_frame * sizeof(*frames));
	linked = hv_alloc(MAX_LINKED * sizeof(*linked));
	absent = (uint64_t)memset(hv_alloc(PAGE_SIZE), 0xff, PAGE_SIZE) - WINDOW_BASE;
}

uint64_t leaf_count(void)
{
	return nr_linked;
}

bool leaf_is_table(uint64_t pa)
{
	return guest_ram(pa) && frames[pa / PAGE_SIZE].refs;
}

static uint64_t chunk_entry(uint64_t pa)
{
	return hv_chunk_table(pa) + (pa / PAGE_SIZE & 511) * 8;
}

/* Devices may be mapped; not the wedge, which could not trust itself any more. */
static bool permit_foreign(uint64_t pa)
{
	if (hv_is_own(pa))
		wedge_panic("the guest maps %lx, which is memory of the wedge's", pa);
	return hv_may_map(pa);
}

/* What the machine may see of the guest's entry. */
uint64_t leaf_permitted(uint64_t value)
{
	uint64_t target = value & PTE_ADDR;
	enum frame_kind kind = frame_kind(target);

	if (!(value & PTE_PRESENT))
		return value;
	value &= ~(PTE_GLOBAL | PTE_WITHHELD);
	if (kind == FRAME_FOREIGN && !permit_foreign(target))
		return (value & ~PTE_ADDR) | absent;
	if (!(value & PTE_RW) || kind != FRAME_RAM)
		return value;
	if (frames[target / PAGE_SIZE].refs)
		return (value & ~PTE_RW) | PTE_WITHHELD;
	frames[target / PAGE_SIZE].small_map = true;
	return value;
}

static void withhold_in(uint64_t table, uint64_t pa, uint64_t mark)
{
	const uint64_t *entries = window(table);

	for (unsigned int i = 0; i < ENTRIES; i++)
		if ((entries[i] & (PTE_ADDR | PTE_PRESENT | PTE_RW)) == (pa | PTE_PRESENT | PTE_RW))
			hv_pt_write(table + i * 8, (entries[i] & ~PTE_RW) | mark);
}

static void withhold_in_mirror(const struct shadow *s, uint64_t pa)
{
	withhold_in(s->table, pa, 0);
}

/* Take write permission away from every 4 KB mapping of the frame at @pa. */
static void withhold(uint64_t pa)
{
	for (uint32_t n = 0; n < nr_linked; n++)
		withhold_in((uint64_t)linked[n] * PAGE_SIZE, pa, PTE_WITHHELD);
	shadow_each_leaf(withhold_in_mirror, pa);
	frames[pa / PAGE_SIZE].small_map = false;
}

void leaf_link(uint64_t pa)
{
	struct frame *f;
	uint64_t *entries = window(pa);

	if (!guest_ram(pa))
		wedge_panic("leaf page table at %lx is not in the guest's RAM", pa);
	f = &frames[pa / PAGE_SIZE];
	if (f->refs++)
		return;
	watch_end(pa);
	if (nr_linked == MAX_LINKED)
		wedge_panic("more than %u leaf tables", MAX_LINKED);
	hv_pt_flush();
	if (f->small_map)
		withhold(pa);
	for (unsigned int i = 0; i < ENTRIES; i++)
		if (entries[i] & PTE_PRESENT)
			entries[i] = late_withhold(leaf_permitted(entries[i]));
	f->slot = nr_linked;
	linked[nr_linked++] = (uint32_t)(pa / PAGE_SIZE);
	hv_pt_write(chunk_entry(pa), pa | CHUNK_FLAGS);
}

void leaf_unlink(uint64_t pa)
{
	struct frame *f = &frames[pa / PAGE_SIZE];

	if (--f->refs)
		return;
	linked[f->slot] = linked[--nr_linked];
	frames[linked[f->slot]].slot = f->slot;
	hv_pt_write(chunk_entry(pa), pa | CHUNK_FLAGS | PTE_RW);
}

void leaf_store(uint64_t pa, uint64_t value, unsigned int size)
{
	uint64_t entry = pa & ~7ull, whole = *(uint64_t *)window(entry);

	if (whole & PTE_PRESENT)
		guest_forget();
	memcpy((uint8_t *)&whole + (pa & 7), &value, size);
	if (!hv_pt_try(entry, late_withhold(leaf_permitted(whole)))) {
		print("wedge: Xen refused leaf entry %lx: left unmapped\n", whole);
		hv_pt_write(entry, 0);
	}
}

void leaf_give_back(uint64_t entry)
{
	uint64_t value = *(uint64_t *)window(entry);

	if (value & PTE_WITHHELD)
		hv_pt_write(entry, leaf_permitted(value | PTE_RW));
}

bool paging_is_leaf_table(uint64_t pa)
{
	return leaf_is_table(pa);
}
