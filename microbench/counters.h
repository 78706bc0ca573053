/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counters.h - what is counted.  The time-stamp counter always is; events that libpfm4
 * can name are, where perf_event_open(2) lets us.  Events are read with rdpmc where
 * the kernel allows it, else with read(2).
 *
 * Units are never mixed: a TSC tick is a tick of a constant-rate clock, not a cycle
 * of the core (under QEMU's icount it is an instruction); cycles and the rest are
 * what the event counts.
 */
#ifndef MICROBENCH_COUNTERS_H
#define MICROBENCH_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#define MAX_COUNTERS 16

struct counter {
	char *name;	     /* as asked for; "tsc" */
	const char *unit;    /* "tsc ticks", "cycles", "instructions", or "events" */
	const char *how;     /* "rdtsc", "rdpmc" or "read"; NULL: not available ... */
	char *reason;	     /* ... because of this, and what to do about it */
	int fd;		     /* -1: the TSC, or not available */
	volatile void *page; /* perf_event_mmap_page, if it could be mapped */
};

struct counters {
	struct counter c[MAX_COUNTERS];
	int count;   /* c[0] is the TSC */
	bool rdtscp; /* the CPU has it */
};

/* Names to try when none are asked for. */
extern const char counters_default[];

/*
 * Opens @names (separated by commas).  An event that is not available is kept, with
 * its reason, unless @must: then, as for a name that libpfm4 does not know or a list
 * that is too long, the program ends with a message.
 */
void counters_open(struct counters *cs, const char *names, bool must);
void counters_close(struct counters *cs);

/* Values now, in @value[0 .. count-1]; of counters that are not available, 0. */
void counters_begin(const struct counters *cs, uint64_t *value);
void counters_end(const struct counters *cs, uint64_t *value);

/* False if the kernel had to share the hardware: values since opening are incomplete. */
bool counter_complete(const struct counter *c);

#endif
