/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.h - results as a table for people and as JSON for programs. */
#ifndef MICROBENCH_REPORT_H
#define MICROBENCH_REPORT_H

#include <stddef.h>
#include <stdio.h>

#include "measure.h"

void report_table(FILE *out, const struct counters *cs, const struct method *m,
		  const struct result *r, size_t count);
/* docs/microbench.md says what is in it.  The text is the caller's to free. */
char *report_json(const struct counters *cs, const struct method *m, const struct result *r,
		  size_t count);

#endif
