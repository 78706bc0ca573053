/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * samples.h - measurements on hardware, on disk: every sample, so that statistics can be made
 * anew.  They are of one CPU and one unit, and are never mixed with exact counts.
 *
 * Text (docs/gate.md):
 *	wedgeperf-samples 1
 *	cpu <brand; family, model, stepping; microcode>
 *	kernel <release and version of the kernel that ran>
 *	unit <unit of a value>
 *	name <what was measured: base, now, ...>
 *	date <UTC>
 *	sample <case> <value>		in the order in which they were taken
 *	sha256 <of all before>
 */
#ifndef WEDGEPERF_BENCH_SAMPLES_H
#define WEDGEPERF_BENCH_SAMPLES_H

#include <stddef.h>
#include <wp.h>

struct sample_case {
	char *name;
	double *value;
	size_t n;
};

struct samples {
	char *cpu, *kernel, *unit, *name, *date;
	struct sample_case *list; /* in the order of their first samples */
	size_t n;
};

void samples_add(struct samples *s, const char *name, double value);
const struct sample_case *samples_case(const struct samples *s, const char *name); /* or NULL */

void samples_print(const struct samples *s, struct wp_buf *b);

/* Returns 0, or -1 with file, line and reason in @why. */
int samples_parse(struct samples *s, const char *path, const char *text, size_t size, char *why,
		  size_t len);
int samples_read(struct samples *s, const char *path, char *why, size_t len);
void samples_free(struct samples *s);

/* NULL, or why @a and @b must not be compared (static). */
const char *samples_differ(const struct samples *a, const struct samples *b);

/*
 * The table of @base against @now: medians with 95 % intervals, ratio, Holm-corrected p.
 * Returns how many cases are slower (p < 0.05).  Cases that only one of them has are listed below.
 * Without @now the table of @base alone, and 0.
 */
size_t samples_table(const struct samples *base, const struct samples *now, struct wp_buf *b);

#endif
