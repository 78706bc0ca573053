/* SPDX-License-Identifier: GPL-2.0-or-later */
/* leaf.h - leaf tables of the kernel's half, which are machine tables while linked. */
#ifndef WEDGE_LEAF_H
#define WEDGE_LEAF_H

#include <stdbool.h>
#include <stdint.h>

void leaf_start(void);
bool leaf_is_table(uint64_t pa);
/* One reference more or less to the leaf table at @pa. */
void leaf_link(uint64_t pa);
void leaf_unlink(uint64_t pa);
/* The guest stores @size bytes of @value in a linked leaf table. */
void leaf_store(uint64_t pa, uint64_t value, unsigned int size);
uint64_t leaf_count(void);
/* What the machine may see of the guest's entry @value. */
uint64_t leaf_permitted(uint64_t value);
/* The entry at @entry of a linked table may be writable again. */
void leaf_give_back(uint64_t entry);

#endif
