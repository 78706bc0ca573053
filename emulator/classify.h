/* SPDX-License-Identifier: GPL-2.0-or-later */
/* classify.h - which event an x86-64 instruction is, from its bytes. */
#ifndef WEDGEPERF_CLASSIFY_H
#define WEDGEPERF_CLASSIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event {
	EV_NONE,
#define EVENT(name, text) EV_##name,
#include "events.def"
	EVENTS
};

/* Name of an event as snapshots print it; NULL for EV_NONE. */
extern const char *const event_name[EVENTS];

/*
 * The event of the instruction at @code in 64-bit mode, of which @len bytes are
 * known (1 to 15; more than one instruction may follow).  EV_NONE: of no
 * interest, or not whole.  `syscall` is EV_syscall whoever executes it.
 */
enum event classify(const uint8_t *code, size_t len);

/*
 * The target of a direct near jump, conditional jump or call of @len bytes at
 * address @pc; 0 if it is none.
 */
uint64_t branch_target(const uint8_t *code, size_t len, uint64_t pc);

/* Can the next instruction be the one behind it?  (Not so after a jump, call or return.) */
bool falls_through(const uint8_t *code, size_t len);

/* The NOP of <wedgeperf/marker.h>: returns its code (1..65535), 0 if it is none. */
unsigned int marker_code(const uint8_t *code, size_t len);

#endif
