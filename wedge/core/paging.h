/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * paging.h - the guest's page tables: reading them, and the machine tables that
 * stand for them.
 *
 * All tables of user space, and levels 4, 3 and 2 of the kernel's half, are
 * shadowed: the guest's are plain memory, and for each that is reachable from a root
 * in use the wedge keeps a machine table.  Leaf tables (level 1) of the kernel's half are
 * direct: the guest's page is itself the machine table as long as some shadow refers
 * to it ("linked"); it is read-only then.
 *
 * A 2 MB entry of the guest becomes a reference to the chunk table of that
 * memory; write and execute permission stand in the shadow entry.
 */
#ifndef WEDGE_PAGING_H
#define WEDGE_PAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "backend.h"
#include "layout.h"

struct walk {
	uint64_t pa;	    /* translated address */
	uint64_t entry;	    /* the leaf entry's value ... */
	uint64_t table;	    /* ... and its own address */
	unsigned int level; /* 1, 2 (2 MB) or 3 (1 GB); or where a present entry was missing */
	bool present, writable, executable;
};

/* Walk the guest's own tables from its current root. */
bool guest_walk(uint64_t va, struct walk *w);
/* The translation of @va, if the guest may write there and it is memory. */
bool guest_writable(uint64_t va, uint64_t *pa);
/*
 * Translations of the kernel's half, or the registers of the tables for exceptions, may have
 * changed.  They have not as long as guest_time is the same.
 */
void guest_forget(void);
extern uint64_t guest_time;
/*
 * By frame: the guest's RAM, or the PC's low memory.  A table, since every entry that the
 * guest stores is asked about.
 */
enum frame_kind {
	FRAME_FOREIGN,
	FRAME_LOW,
	FRAME_RAM
};
extern uint8_t *frame_kinds;
void memory_start(void);
/* The frames from @start to @end have become the guest's. */
void memory_add(uint64_t start, uint64_t end);
static inline enum frame_kind frame_kind(uint64_t pa)
{
	return pa / PAGE_SIZE < hv_memory.max_frame ? frame_kinds[pa / PAGE_SIZE] : FRAME_FOREIGN;
}
static inline bool guest_ram(uint64_t pa)
{
	return frame_kind(pa) == FRAME_RAM;
}
/* Is @pa memory that the guest may use and the window maps? */
bool guest_memory(uint64_t pa);
/* Copy from or to the guest's virtual memory; false: not (all) mapped. */
bool guest_read(uint64_t va, void *to, uint64_t size);
bool guest_write(uint64_t va, const void *from, uint64_t size);

/* The guest has loaded CR3, changed an upper level or invalidated translations. */
void fault_forget(void);

void paging_start(void);
/* The guest loads CR3. */
void paging_load_root(uint64_t cr3);
/*
 * Bring the shadow tables on the way to @va up to date with the guest's.
 * Returns true if that changed anything.
 */
bool paging_sync(uint64_t va);
/* The guest stores @size bytes (1-8) of @value at @pa, perhaps in a table. */
void paging_store(uint64_t pa, uint64_t value, unsigned int size);
/* Is the frame at @pa a linked leaf table of the kernel's half? */
bool paging_is_leaf_table(uint64_t pa);
/*
 * A write that the guest's tables allow has faulted at @va.  Returns true if
 * permission could be given back, false if the page is a table: emulate.
 */
bool paging_allow_write(uint64_t va, const struct walk *w);
void paging_invlpg(uint64_t va);
void paging_flush_tlb(void);
/* Carry out what was put off: before user mode. */
void paging_commit(void);

/* Accounting, for tests and reports. */
struct paging_counts {
	uint64_t tables, free_tables, roots, leaves;
};
void paging_count(struct paging_counts *c);

#endif
