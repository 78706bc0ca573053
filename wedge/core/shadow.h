/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shadow.h - machine tables that stand for the guest's: what shadow.c (levels 4
 * to 2) and mirror.c (level 1 of user space) share.
 */
#ifndef WEDGE_SHADOW_H
#define WEDGE_SHADOW_H

#include <stdbool.h>
#include <stdint.h>

#include "wedge.h"

#define ENTRIES	 512
#define NO_FRAME 0
/*
 * A not-present machine entry that remembers its leaf table: the address of the
 * table stands in it.  Bit 9 is free for software.
 */
#define PTE_PARKED (1ull << 9)

struct shadow {
	uint32_t frame; /* the guest's table, or NO_FRAME */
	uint32_t next;	/* other shadow of the same frame, or free */
	uint64_t table, user_table;
	uint8_t level;
	bool image;	      /* holds the way to the wedge's image */
	bool kernel;	      /* below the upper half of a root */
	bool vacant;	      /* of user space, without a guest table: kept for the next one */
	bool dirty;	      /* level 1: on the list of those that differ from the guest's */
	uint16_t refs;	      /* shadow entries that refer to it */
	uint16_t live;	      /* user space: entries that stand for one of the guest's */
	uint16_t first, last; /* level 1: the entries that may differ */
	uint32_t parent;      /* level 1: entry of the one level-2 shadow that refers to it; or 0 */
	uint32_t owner;	      /* user space: the one root that it is part of; 0: several */
	uint32_t time;	      /* level 4: of its kernel half */
	uint64_t va;	      /* user space, with an owner: the first address that it translates */
	uint64_t used[ENTRIES / 64]; /* level 4: entries that are not zero */
};

/* --- shadow.c ---------------------------------------------------------- */
extern struct shadow *shadows; /* [0] is not used */
extern struct shadow *root;    /* that is loaded */
extern uint32_t *by_frame;     /* first shadow of a guest frame; owner of a shadow table's frame */

static inline struct shadow *shadow_at(uint32_t number)
{
	return &shadows[number];
}

static inline uint32_t shadow_number(const struct shadow *s)
{
	return (uint32_t)(s - shadows);
}

/* The only shadow of the frame at @pa, if that is a leaf table of user space; or NULL. */
static inline struct shadow *shadow_of_leaf(uint64_t pa)
{
	struct shadow *s = &shadows[by_frame[pa / PAGE_SIZE]];

	return s->level == 1 && !s->next ? s : NULL; /* that with number 0 has level 0 */
}

/* Entries @first to @last of the frame at @pa, or some of them, have been stored to. */
void shadow_noted(uint64_t pa, unsigned int first, unsigned int last);
/* Is a note enough for stores to the frame at @pa?  Is it a leaf table of user space, in use? */
bool shadow_may_note(uint64_t pa);
bool shadow_is_mirrored(uint64_t pa);
/* Store in entry @i of the machine's table, or of both tables of a root. */
void shadow_set(struct shadow *s, unsigned int i, uint64_t value);
/* Entry @i of @s is to follow the guest's (again). */
void shadow_relink(struct shadow *s, unsigned int i);
/* Call @with for each leaf shadow. */
void shadow_each_leaf(void (*with)(const struct shadow *s, uint64_t arg), uint64_t arg);

/* --- mirror.c ---------------------------------------------------------- */
void mirror_start(uint32_t max_shadows);
/* The guest has stored in entries @first to @last of the table that @s stands for. */
void mirror_mark(struct shadow *s, unsigned int first, unsigned int last);
/*
 * Make entries @first to @last of the machine's table agree with the guest's.
 * @fresh: what the machine's has now is of no meaning.  Returns true if any did not.
 */
bool mirror_sync(struct shadow *s, unsigned int first, unsigned int last, bool fresh);
/*
 * All that was marked.  Returns true if the translation of @invlpg, an address of a page, has been
 * invalidated on the way.
 */
bool mirror_commit(uint64_t invlpg);
/* Level-1 shadow @s is to be referred to again: by the entry that this returns. */
uint64_t mirror_link(struct shadow *s, uint64_t flags);

#endif
