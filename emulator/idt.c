// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * idt.c - follow the guest's interrupt descriptor table.
 *
 * IDTR is read only after lidt or a change of mode, which is rare and slow; the
 * gates are compared at every translation of kernel code, which is cheap beside
 * a translation, and at every delivery and marker.
 */
#include "idt.h"

#include <stdlib.h>
#include <string.h>
#include "internals.h"

#define VECTORS	  256
#define GATE_SIZE 16

static bool idtr_stale = true, long_mode, reread;
static uint64_t idt_base;
static uint32_t idt_bytes;
static uint8_t gates[VECTORS * GATE_SIZE];

/* Entries sorted by address, so that a look-up is a short search. */
static struct entry {
	uint64_t addr;
	int vector;
} entries[VECTORS];
static size_t n_entries;

void idt_touched(void)
{
	idtr_stale = true;
}

void idt_mode_touched(void)
{
	if (!long_mode)
		idtr_stale = true;
}

static int by_address(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->vector - y->vector;
}

/* SDM vol. 3, figure 6-8. */
static uint64_t gate_offset(const uint8_t *gate)
{
	uint16_t low, middle;
	uint32_t high;

	memcpy(&low, gate, 2);
	memcpy(&middle, gate + 6, 2);
	memcpy(&high, gate + 8, 4);
	return (uint64_t)high << 32 | (uint64_t)middle << 16 | low;
}

static bool gate_present(const uint8_t *gate)
{
	return gate[5] & 0x80;
}

static bool rebuild(void)
{
	struct entry old[VECTORS];
	size_t n_old = n_entries;

	memcpy(old, entries, sizeof(old));
	n_entries = 0;
	for (uint32_t v = 0; v < idt_bytes / GATE_SIZE; v++) {
		const uint8_t *gate = gates + v * GATE_SIZE;

		if (gate_present(gate))
			entries[n_entries++] = (struct entry){gate_offset(gate), (int)v};
	}
	qsort(entries, n_entries, sizeof(entries[0]), by_address);
	for (size_t i = 0; i < n_entries; i++)
		if (i >= n_old || old[i].addr != entries[i].addr ||
		    old[i].vector != entries[i].vector)
			return true;
	return n_old != n_entries;
}

bool idt_refresh(void)
{
	uint8_t now[sizeof(gates)];
	uint32_t limit;

	if (idtr_stale) {
		long_mode = read_idtr(&idt_base, &limit);
		idt_bytes = long_mode ? limit + 1 : 0;
		if (idt_bytes > sizeof(gates))
			idt_bytes = sizeof(gates);
		idtr_stale = false;
		reread = true;
	}
	/* An IDT that is not mapped yet (or not in this address space) is no news. */
	if (!idt_bytes || !read_guest(idt_base, now, idt_bytes) ||
	    (!reread && !memcmp(now, gates, idt_bytes)))
		return false;
	memcpy(gates, now, idt_bytes);
	reread = false;
	return rebuild();
}

int idt_vector(uint64_t addr)
{
	size_t low = 0, high = n_entries;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (entries[mid].addr < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n_entries && entries[low].addr == addr ? entries[low].vector : -1;
}

bool vector_has_error(int vector)
{
	return vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21;
}

bool vector_is_fault(int vector)
{
	return vector < 32 && vector != 1 && vector != 2 && vector != 3 && vector != 4 &&
	       vector != 8 && vector != 18;
}

enum event vector_event(int vector)
{
	static const uint8_t events[] = {
		[0] = EV_exception_de,	[1] = EV_exception_db,	[2] = EV_nmi,
		[3] = EV_exception_bp,	[4] = EV_exception_of,	[5] = EV_exception_br,
		[6] = EV_exception_ud,	[7] = EV_exception_nm,	[8] = EV_exception_df,
		[10] = EV_exception_ts, [11] = EV_exception_np, [12] = EV_exception_ss,
		[13] = EV_exception_gp, [14] = EV_exception_pf, [16] = EV_exception_mf,
		[17] = EV_exception_ac, [18] = EV_exception_mc, [19] = EV_exception_xm,
	};

	if (vector >= 32)
		return EV_interrupt;
	if ((size_t)vector >= sizeof(events) || !events[vector])
		return EV_exception_other;
	return events[vector];
}
