/* SPDX-License-Identifier: GPL-2.0-or-later */
/* print.h - a comparison as text for people, and as JSON, TAP and JUnit XML for CI systems. */
#ifndef WEDGEPERF_GATE_PRINT_H
#define WEDGEPERF_GATE_PRINT_H

#include "explain.h"

struct report {
	const struct record *base, *now;
	const char *base_name; /* what the base is: a file, or a revision measured now */
	const struct comparison *c;
	const struct explanation *explanation;
	size_t explanations;
	const char *moved; /* lines of environment_moved(), or "" */
};

void print_text(const struct report *r, struct wp_buf *b);
void print_json(const struct report *r, struct wp_buf *b); /* schema: docs/gate.md */
void print_tap(const struct report *r, struct wp_buf *b);
void print_junit(const struct report *r, struct wp_buf *b);

/* The explanation: a part of print_text(). */
void print_explanations(const struct report *r, struct wp_buf *b);

/* "1,234.5": a figure with at most so many digits as it has meaning. */
void print_figure(char *out, size_t len, double v);
/* The same, with its sign if @sign; the string is good until eight more are made. */
const char *figure_text(double v, bool sign);

#endif
