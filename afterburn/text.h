/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text.h - the afterburner proper: assembly text in, padded and annotated
 * assembly text out.  No files, no processes; the driver (as.c) does those, the
 * unit tests and the fuzzer call this directly.
 */
#ifndef AFTERBURN_TEXT_H
#define AFTERBURN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <wedgeperf/kinds.h>
#include "plan.h"
#include "wp.h"

/* A piece of output that was not in the input. */
struct ab_insertion {
	size_t at, len; /* in the output */
};

struct ab_text {
	/* Set by the caller. */
	const struct plan *plan; /* NULL: the defaults of kinds.def */
	bool keep_insertions;	 /* fill `insertions` (tests) */

	struct ab_parser *parser; /* what lasts from one input to the next */

	/* The result; the caller frees it with ab_text_free(). */
	struct wp_buf head; /* goes before `body`: one line, ends in a newline */
	struct wp_buf body;
	unsigned int sites;
	struct ab_insertion *insertions; /* into body */
	size_t n_insertions;
};

/*
 * Appends the treated @text to t->body.  @file is its name for messages.
 * Returns 0; or -1 after a message naming file and line (an unknown marker).
 * Several inputs are given one after the other, as to `as`.
 */
int ab_text_add(struct ab_text *t, const char *file, const char *text, size_t len);

/* After the last input: fills t->head when there are sites. */
void ab_text_finish(struct ab_text *t);

void ab_text_free(struct ab_text *t);

#endif
