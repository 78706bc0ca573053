/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * figures.h - what one run yields, and the parsers of what reports it: the
 * console of the guest and of the wedge, count.so and peer.so.
 *
 * Nothing here depends on wall-clock time: two runs of the same inputs give
 * equal figures, bit for bit.
 */
#ifndef WEDGEPERF_BENCH_FIGURES_H
#define WEDGEPERF_BENCH_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "units.h"

enum executor {
	EXEC_USER,
	EXEC_KERNEL,
	EXEC_WEDGE,
	EXEC_HYPERVISOR,
	EXECUTORS
};

extern const char *const executor_names[EXECUTORS];

#define WORD_MAX      64
#define EVENT_CLASSES 128

struct event_count {
	char class[WORD_MAX];
	struct events by[EXECUTORS];
};

/* Counts between two snapshots, or since boot. */
struct counts {
	struct insns insns[EXECUTORS];
	struct event_count event[EVENT_CLASSES]; /* sorted by class */
	size_t nevents;
};

struct insns counts_insns(const struct counts *c); /* all executors */
struct events event_total(const struct event_count *e);

/* What the guest says on its console. */
struct console {
	bool booted, done;
	bool result; /* the result line came, whole; the fields below are valid */
	char fail[256];
	char name[WORD_MAX], check[WORD_MAX * 2 + 1];
	uint64_t ops, bytes;
	struct ticks ticks;
};

struct peer {
	bool present, ok;
	char reason[128]; /* where not ok */
	uint64_t bytes, retransmits, frames, dropped, connections;
	struct ticks first, last; /* since boot */
};

/*
 * What became of the sites of each kind: a row for each kind and strategy that there is, in the
 * order of the wedge's report.  A site is emulated when control reaches the wedge's C code; these
 * are counted since power-on, and what sequences do by themselves is not.
 */
#define TALLY_ROWS 256

struct tally_row {
	char kind[24], strategy[12];
	uint64_t sites, emulated;
};

struct tally {
	struct tally_row row[TALLY_ROWS];
	size_t n; /* 0: there is no wedge */
};

struct figures {
	struct console console;
	struct counts measured; /* between MARK_START and MARK_END */
	struct counts boot;	/* up to MARK_BOOT */
	struct peer peer;
	struct tally tally;
};

/*
 * Console text: `@wp` lines may end in CR, and kernel messages may come before
 * an `@wp` on its line and between the lines.  A last line without its end is
 * not looked at.  Returns 0, or -1 with a reason where an @wp line makes no
 * sense (two results, a field missing, a broken number).
 */
int console_parse(struct console *c, const char *text, char *why, size_t len);

/* count.so's file.  Each marker must have been passed exactly once. */
int counts_parse(struct counts *measured, struct counts *boot, const char *text, char *why,
		 size_t len);

/* The whole console.  Returns 0, or -1 with a reason where a line of the report is garbled. */
int tally_parse(struct tally *t, const char *text, char *why, size_t len);

int peer_parse(struct peer *p, const char *text, char *why, size_t len);

#endif
