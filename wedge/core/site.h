/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * site.h - the annotated sites of the guest: where they are, what they were
 * before they were patched, and how each is handled.
 */
#ifndef WEDGE_SITE_H
#define WEDGE_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wedgeperf/annotation.h>

#include "insn.h"

enum strategy {
	STRATEGY_NONE,	 /* could not be patched */
	STRATEGY_NATIVE, /* means the same in ring 3: left as it is */
	STRATEGY_TRAP,	 /* int3 in the first byte */
	STRATEGY_CALL,	 /* a call into the wedge */
	STRATEGY_INLINE, /* a sequence in its place */
	STRATEGIES
};

struct site {
	const char *name; /* stable (docs/annotations.md); NULL: not known */
	uint64_t address; /* as linked */
	uint64_t count;	  /* times it was emulated */
	uint8_t kind, length, total, flags;
	uint8_t branch;	  /* bytes of a call or jump in its place: it has prefixes */
	uint8_t strategy; /* as patched */
	bool late; /* of code that came after the start: not in physically contiguous memory */
	uint8_t *original; /* its bytes before patching: `total` of them */
	struct insn insn;  /* insn.op OP_NONE: not one that the wedge knows */
};

/*
 * Collect the sites of the notes in @notes (mapped, linked at @address).
 * Returns NULL, or what is wrong with them.
 */
const char *sites_read(const void *notes, size_t size, uint64_t address);
/*
 * Name them: @names has a name a line, in the order of addresses.  Returns NULL, or what is
 * wrong with it.
 */
const char *sites_name(const char *names, size_t size);
/* Its name, or the kind's if it has none. */
const char *site_name(const struct site *s);
#define BRANCH_LENGTH 5 /* of a call or jump without prefixes */
size_t sites_count(void);
struct site *sites_all(void);
/* All of these and of those that came later, by number; NULL: no more. */
struct site *site_number(size_t n);
/* From now on, find the sites of code that came later too: these, while they are in this place. */
void sites_index(struct site *late, size_t n);
/* The site with this linked address, or NULL. */
struct site *site_find(uint64_t address);
const char *site_kind_name(const struct site *s);

/*
 * Make all of them trap until the guest executes one where it is linked: before that it may run
 * anywhere, with relative calls going astray.  Then they are patched: @offset and @strategy
 * are for sites_patch().
 */
void sites_trap(uint64_t offset, enum strategy strategy);
/* The guest has trapped at @rip. */
void sites_seen(uint64_t rip);
/*
 * Patch them all, as the plan says or else by @strategy.  @offset: physical address of the kernel
 * minus its linked one.  What cannot be done as planned is reported on the console.
 */
void sites_patch(uint64_t offset, enum strategy strategy);
/* Patch one of those that came later, by the plan's line for its kind or as all others. */
void site_patch(struct site *s);
/* Put the original bytes of a site back. */
void site_restore(struct site *s);
/* The site that a call with return address @from stands at, or NULL. */
struct site *site_called(uint64_t from);
/* An instruction of which a copy stands at @rip: boot-time alternatives copy code.  Or NULL. */
struct site *site_copied(uint64_t rip);
/* The site at @rip, which may be a physical address in early code. */
struct site *site_at(uint64_t rip);
/* Those that were emulated, and how often, on the console. */
void sites_report(void);
/* How many there are of each kind and strategy, and how often they were emulated, a line each: what
 * the harness reads. */
void sites_tally(void);

#endif
