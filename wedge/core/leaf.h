/* SPDX-License-Identifier: GPL-2.0-or-later */
/* leaf.h - the guest's leaf tables, which are machine tables while linked. */
#ifndef WEDGE_LEAF_H
#define WEDGE_LEAF_H

#include <stdbool.h>
#include <stdint.h>

void leaf_start(void);
bool leaf_is_table(uint64_t pa);
/*
 * One reference more or less to the leaf table at @pa.  @parent: what to give to
 * shadow_detach() for the entry that refers to it.
 */
void leaf_link(uint64_t pa, uint32_t parent);
void leaf_unlink(uint64_t pa);
/* The guest stores @size bytes of @value in a linked leaf table. */
void leaf_store(uint64_t pa, uint64_t value, unsigned int size);
uint64_t leaf_count(void);
/* The guest returns to user mode. */
void leaf_end_run(void);

/*
 * shadow.c: take a leaf table out of the shadow that refers to it, until a fault
 * brings it back.  false: it is the kernel's and must stay.
 */
bool shadow_detach(uint32_t parent);

#endif
