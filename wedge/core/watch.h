/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.h - pages to which patched sites store without entering the wedge. */
#ifndef WEDGE_WATCH_H
#define WEDGE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "../../fastpath/fastpath.h"
#include "wedge.h"

void watch_start(void);
/* Is the page at @va one of them (and there is room for notes)? */
static inline bool watch_has(uint64_t va)
{
	return (fp_pages[va / PAGE_SIZE % FP_PAGES] ^ va) < PAGE_SIZE && fp_log_next < FP_LOG;
}
/* A store at kernel address @va, memory @pa, was emulated: need the next ones be? */
void watch_offer(uint64_t va, uint64_t pa);
/* The frame at @pa becomes a table to which no store may pass unseen. */
void watch_end(uint64_t pa);
/* The guest has invalidated the translation of @va, or all. */
void watch_forget(uint64_t va);
void watch_forget_all(void);
/* Pass all notes on to shadow_noted(). */
void watch_collect(void);
/* If there is one note, of the entry at @pa: take it.  Else they remain. */
bool watch_only_note(uint64_t *pa);

#endif
