/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tolerance.h - how much a metric may rise, and why so much.
 *
 * Lines of the file gate/tolerances:
 *	<metric> <where> <percent> <reason ...>
 * where: a glob (fnmatch) for `system/workload` or `system@kernel/workload`.  Of several
 * lines that fit the last one counts.  A line without a reason is refused.
 */
#ifndef WEDGEPERF_GATE_TOLERANCE_H
#define WEDGEPERF_GATE_TOLERANCE_H

#include <stddef.h>

struct tolerance {
	char *metric, *where, *reason;
	double percent;
};

struct tolerances {
	struct tolerance *list;
	size_t n;
};

/* End the program with file:line (WP_USAGE) where the file makes no sense. */
void tolerances_load(struct tolerances *t, const char *path);
void tolerances_parse(struct tolerances *t, const char *path, const char *text);
void tolerances_free(struct tolerances *t);

/* Ends the program if no line fits: the file's first lines are for everything. */
const struct tolerance *tolerance_of(const struct tolerances *t, const char *metric,
				     const char *where);

#endif
