/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guestmem.c - walks of the guest's page tables and copies through the window.
 *
 * Pages of the kernel's half are remembered, as a processor's TLB remembers them: until the
 * guest invalidates anything, changes a present entry, or loads a root with another upper half.
 */
#include "backend.h"
#include "paging.h"
#include "vcpu.h"
#include "wedge.h"

#define REMEMBERED 64

static struct {
	uint64_t page, pa; /* page number, address of the page */
	uint64_t time;	   /* when it was seen */
	bool writable;
} remembered[REMEMBERED];
uint64_t guest_time = 1;

uint8_t *frame_kinds;

static void set_kind(uint64_t start, uint64_t end, enum frame_kind kind)
{
	memset(frame_kinds + start / PAGE_SIZE, kind, (end - start) / PAGE_SIZE);
}

void memory_start(void)
{
	frame_kinds = hv_alloc(hv_memory.max_frame);
	set_kind(0, hv_memory.low_end, FRAME_LOW);
	for (unsigned int i = 0; i < hv_memory.nr_ram; i++)
		set_kind(hv_memory.ram[i].start, hv_memory.ram[i].end, FRAME_RAM);
}

void memory_add(uint64_t start, uint64_t end)
{
	if (start == end || hv_memory.nr_ram == HV_RANGES)
		return;
	hv_memory.ram[hv_memory.nr_ram++] = (struct hv_range){start, end};
	set_kind(start, end, FRAME_RAM);
}

bool guest_memory(uint64_t pa)
{
	return frame_kind(pa) != FRAME_FOREIGN;
}

bool guest_walk(uint64_t va, struct walk *w)
{
	uint64_t entry = vcpu.cr3, table, every = PTE_RW, some = 0, mask;
	unsigned int level = 4, shift = 39;

	for (;; level--, shift -= 9) {
		table = entry & PTE_ADDR;
		w->level = level;
		if (!guest_memory(table))
			goto missing;
		table += (va >> shift & 511) * 8;
		entry = *(uint64_t *)window(table);
		w->table = table;
		w->entry = entry;
		if (!(entry & PTE_PRESENT))
			goto missing;
		some |= entry;
		if (level == 1 || (level < 4 && (entry & PTE_PSE)))
			break;
		every &= entry;
	}
	if (!(entry & (PTE_RW | PTE_WITHHELD)))
		every = 0;
	mask = (1ull << shift) - 1;
	w->pa = (entry & PTE_ADDR & ~mask) | (va & mask);
	w->present = true;
	w->writable = every & PTE_RW;
	w->executable = !(some & PTE_NX) || (level == 1 && (entry & PTE_UNREAD));
	return true;
missing:
	w->present = w->writable = w->executable = false;
	return false;
}

void guest_forget(void)
{
	guest_time++;
}

static bool translate(uint64_t va, uint64_t *pa, bool *writable)
{
	uint64_t page = va / PAGE_SIZE;
	unsigned int slot = (page ^ page >> 6 ^ page >> 12) % REMEMBERED;
	struct walk w;

	if (remembered[slot].page == page && remembered[slot].time == guest_time) {
		*pa = remembered[slot].pa | (va & (PAGE_SIZE - 1));
		*writable = remembered[slot].writable;
		return true;
	}
	if (!guest_walk(va, &w) || !guest_memory(w.pa))
		return false;
	*pa = w.pa;
	*writable = w.writable;
	if (va >> 63) {
		remembered[slot].page = page;
		remembered[slot].pa = w.pa & PTE_ADDR;
		remembered[slot].writable = w.writable;
		remembered[slot].time = guest_time;
	}
	return true;
}

bool guest_writable(uint64_t va, uint64_t *pa)
{
	bool writable;

	return translate(va, pa, &writable) && writable;
}

/* One page's part of a copy: its window address, or NULL. */
static void *reach(uint64_t va, uint64_t size, uint64_t *part)
{
	bool writable;
	uint64_t pa;

	*part = PAGE_SIZE - (va & (PAGE_SIZE - 1));
	if (*part > size)
		*part = size;
	return translate(va, &pa, &writable) ? window(pa) : NULL;
}

/* Short copies within a page, of whole words: nearly all. */
static inline bool quick(uint64_t va, uint64_t size)
{
	return size <= 64 && !(size & 7) && (va & (PAGE_SIZE - 1)) <= PAGE_SIZE - size;
}

static inline void copy_words(void *to, const void *from, uint64_t size)
{
	for (uint64_t i = 0; i < size; i += 8)
		__builtin_memcpy((uint8_t *)to + i, (const uint8_t *)from + i, 8);
}

bool guest_read(uint64_t va, void *to, uint64_t size)
{
	uint8_t *t = to;
	uint64_t part;
	uint64_t pa;
	bool writable;

	if (quick(va, size)) {
		if (!translate(va, &pa, &writable))
			return false;
		copy_words(to, window(pa), size);
		return true;
	}

	for (; size; va += part, t += part, size -= part) {
		const void *from = reach(va, size, &part);

		if (!from)
			return false;
		memcpy(t, from, part);
	}
	return true;
}

bool guest_write(uint64_t va, const void *from, uint64_t size)
{
	const uint8_t *f = from;
	uint64_t part;
	uint64_t pa;
	bool writable;

	if (quick(va, size)) {
		if (!translate(va, &pa, &writable))
			return false;
		copy_words(window(pa), from, size);
		return true;
	}

	for (; size; va += part, f += part, size -= part) {
		void *to = reach(va, size, &part);

		if (!to)
			return false;
		memcpy(to, f, part);
	}
	return true;
}
