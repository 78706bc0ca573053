/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tables.h - which physical pages are page tables now, and of which level.
 *
 * A page is a table while a root or a present entry of a table of the next level
 * refers to it.  The module is told of roots and of stores, and keeps a copy of
 * each table to know what a store has changed.  4-level paging, 4-KiB tables.
 */
#ifndef MEMSITES_TABLES_H
#define MEMSITES_TABLES_H

#include <stddef.h>
#include <stdint.h>

#define TABLE_ENTRIES 512

/* @read fills in the 512 entries of the table at a physical address. */
void tables_init(void (*read)(uint64_t page, uint64_t *entries));
void tables_free(void);

/* Page-aligned physical addresses.  Adding a root again checks it, see below. */
void tables_add_root(uint64_t page);
void tables_remove_root(uint64_t page);

/* 1-4; 0: not a table. */
unsigned int tables_level(uint64_t page);

/* Memory at @addr (and the 8 bytes that it is in) has just been stored to. */
void tables_stored(uint64_t addr);

size_t tables_seen(void); /* pages that ever were one, each time anew */

/* Compare all live tables with their copies; adding a root again does so with it. */
void tables_check(void);

/*
 * Entries that were found changed then though no store to them was reported: 0,
 * or the observation has a hole.
 */
uint64_t tables_unseen(void);

#endif
