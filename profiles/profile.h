/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile.h - profiles: how often each site of one kernel ran in a workload.
 * Text, one line each, so that it can be read, sorted, diffed and edited:
 *
 *	wedgeperf-profile 1
 *	# comment
 *	build <build id of the vmlinux, hexadecimal>
 *	workload <word>			one line for each that went in
 *	unit executions|emulations|samples
 *	site <site name> <count>	names: docs/annotations.md
 *	place <function>+0x<offset> <count>
 *
 * `place` is an instruction that should have been a site and is none: a store to a
 * page table that no annotation covers.  build, workload and unit stand
 * before the first site.  A name stands once.  See docs/profiles.md.
 */
#ifndef WEDGEPERF_PROFILE_H
#define WEDGEPERF_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wp.h"

#define PROFILE_MAGIC	  "wedgeperf-profile 1"
#define PROFILE_BUILD_MAX 128 /* hexadecimal digits; GNU ld writes 40 */

enum profile_unit {
	UNIT_UNSET,
	UNIT_EXECUTIONS, /* begun executions of a site, exact */
	UNIT_EMULATIONS, /* times the wedge emulated it: a lower bound, 0 for inlined sites */
	UNIT_SAMPLES	 /* perf's samples at it: weights, not counts */
};

struct profile_count {
	char *name;
	uint64_t count;
};

struct profile_list {
	struct profile_count *count; /* by name, each once, after profile_parse or _sort */
	size_t n;
};

struct profile {
	char build[PROFILE_BUILD_MAX + 1];
	enum profile_unit unit;
	char **workload; /* by name, each once */
	size_t workloads;
	struct profile_list sites, places;
};

const char *profile_unit_name(enum profile_unit unit);

/*
 * Reads a profile; @file names it in messages.  Returns 0, or -1 after a message
 * naming file and line (@p then needs no profile_free).
 */
int profile_parse(struct profile *p, const char *file, const char *text, size_t len);
int profile_read(struct profile *p, const char *path);
void profile_free(struct profile *p);

/* The text of a profile, by name: equal profiles give equal bytes. */
void profile_print(const struct profile *p, struct wp_buf *b);

/* Builds one: add in any order, equal names add up; then sort once. */
void profile_add_workload(struct profile *p, const char *name);
void profile_add(struct profile_list *l, const char *name, uint64_t count);
/* Returns -1 if a sum exceeds 64 bits. */
int profile_sort(struct profile *p);

/* The count of @name, 0 if it is not there. */
uint64_t profile_count(const struct profile_list *l, const char *name);

/*
 * Adds @from to @to.  Builds must have been made the same (names.h: profile_match).
 * Returns NULL, or what does not fit; @to is unchanged then.
 */
const char *profile_merge(struct profile *to, const struct profile *from);

#endif
