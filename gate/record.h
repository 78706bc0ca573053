/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.h - what one revision measured: the gate's baseline, and what it compares it with.
 *
 * Text, so that a change of the committed baseline can be read; docs/gate.md has the grammar.
 * The last line is the SHA-256 of all before it: a record that was cut off, damaged or edited
 * by hand is refused.  Everything in it is a raw count; what is derived (per operation,
 * modelled cycles) is derived anew on each comparison, for both sides alike.
 */
#ifndef WEDGEPERF_GATE_RECORD_H
#define WEDGEPERF_GATE_RECORD_H

#include "../bench/result.h"

#define RECORD_MAGIC "wedgeperf-baseline 1"

/* Something that is not of this repository and that figures depend on. */
struct rec_input {
	char *name, *sha256;
	char *text; /* a version, for people */
};

/* A file that was booted, or loaded into the emulator: made from inputs and this repository. */
struct rec_image {
	char *path, *sha256;
};

/* A figure of the build alone, as bytes of code. */
struct rec_static {
	char *name;
	uint64_t value;
};

/* What stands at a site. */
enum site_how {
	HOW_NATIVE, /* the instruction itself */
	HOW_TRAP,
	HOW_CALL,
	HOW_INLINE,
	HOWS
};

extern const char *const site_how_names[HOWS];

/* One line of a ledger (bench/ledger.h). */
struct rec_site {
	char *name;
	enum site_how how;
	uint64_t begun;
	uint64_t insns[EXECUTORS];
};

struct rec_run {
	char id[RUN_ID_MAX], unit[WORD_MAX], check[WORD_MAX * 2 + 1];
	char key[WP_SHA256_HEX];
	uint64_t ops, bytes;
	struct counts measured;
	struct insns boot[EXECUTORS];
	bool ledger; /* the two below are known */
	struct rec_site *site;
	size_t sites;
	uint64_t rest[EXECUTORS]; /* booked on no site */
};

struct record {
	char *revision; /* the commit that was measured, or "unknown" */
	bool dirty;	/* with uncommitted changes */
	char *date;
	struct rec_input *input;
	struct rec_image *image;
	struct rec_static *stat;
	struct rec_run *run;
	size_t inputs, images, stats, runs;
};

/*
 * Reads one.  Returns 0, or -1 with file, line and reason in @why: it is then damaged, or
 * not there.
 */
int record_read(struct record *r, const char *path, char *why, size_t len);
int record_parse(struct record *r, const char *path, const char *text, size_t size, char *why,
		 size_t len);

/* Its text: equal records are equal bytes. */
void record_print(const struct record *r, struct wp_buf *b);
void record_free(struct record *r);

struct rec_input *record_add_input(struct record *r, const char *name, const char *sha256,
				   const char *text);
/* Once for each path; equal ones are one. */
void record_add_image(struct record *r, const char *path, const char *sha256);
void record_add_static(struct record *r, const char *name, uint64_t value);
struct rec_run *record_add_run(struct record *r, const char *id);
struct rec_site *record_add_site(struct rec_run *run, const char *name);

/* NULL: it has none such. */
const struct rec_run *record_run(const struct record *r, const char *id);
const struct rec_input *record_input(const struct record *r, const char *name);
const struct rec_image *record_image(const struct record *r, const char *path);
const struct rec_static *record_static(const struct record *r, const char *name);

/* @to's own copy of a run of another record. */
void record_copy_run(struct record *to, const struct rec_run *run);

#endif
