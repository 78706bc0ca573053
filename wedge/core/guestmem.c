/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guestmem.c - walks of the guest's page tables and copies through the window. */
#include "backend.h"
#include "paging.h"
#include "vcpu.h"
#include "wedge.h"

bool guest_memory(uint64_t pa)
{
	return (pa >= hv_memory.ram_start && pa < hv_memory.ram_end) || pa < hv_memory.low_end;
}

bool guest_walk(uint64_t va, struct walk *w)
{
	uint64_t table = vcpu.cr3 & PTE_ADDR;

	*w = (struct walk){.writable = true, .executable = true};
	for (w->level = 4;; w->level--) {
		unsigned int shift = 12 + 9 * (w->level - 1);

		if (!guest_memory(table))
			return false;
		w->table = table + (va >> shift & 511) * 8;
		w->entry = *(uint64_t *)window(w->table);
		if (!(w->entry & PTE_PRESENT))
			return false;
		w->writable &= !!(w->entry & (PTE_RW | PTE_WITHHELD));
		w->executable &= !(w->entry & PTE_NX);
		if (w->level == 1 || (w->level < 4 && (w->entry & PTE_PSE))) {
			uint64_t mask = (1ull << shift) - 1;

			w->pa = (w->entry & PTE_ADDR & ~mask) | (va & mask);
			w->present = true;
			return true;
		}
		table = w->entry & PTE_ADDR;
	}
}

/* One page's part of a copy: its window address, or NULL. */
static void *reach(uint64_t va, uint64_t size, uint64_t *part)
{
	struct walk w;

	*part = PAGE_SIZE - (va & (PAGE_SIZE - 1));
	if (*part > size)
		*part = size;
	if (!guest_walk(va, &w) || !guest_memory(w.pa))
		return NULL;
	return window(w.pa);
}

bool guest_read(uint64_t va, void *to, uint64_t size)
{
	uint8_t *t = to;
	uint64_t part;

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

	for (; size; va += part, f += part, size -= part) {
		void *to = reach(va, size, &part);

		if (!to)
			return false;
		memcpy(to, f, part);
	}
	return true;
}
