/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scan.h - where statements, comments and strings of AT&T x86 assembly end.
 * The same rules as gas's scrubber (binutils, gas/app.c) for x86 Linux: `#`
 * starts a comment anywhere, `/` only in the first column, ';' and newline
 * end a statement, 'x and "..." quote.
 */
#ifndef AFTERBURN_SCAN_H
#define AFTERBURN_SCAN_H

#include <stddef.h>

/* A piece of the text. */
struct span {
	const char *p;
	size_t len;
};

/* From inside a statement to what ends it: newline, ';', '#' or @end. */
const char *scan_statement(const char *p, const char *end);

/* Past a string; @p is at its opening quote. */
const char *scan_string(const char *p, const char *end);

/* Past a comment of slash and star; @p is at its slash. */
const char *scan_block_comment(const char *p, const char *end);

/* To the newline or @end. */
const char *scan_line(const char *p, const char *end);

/*
 * A comment `# 12 "foo.c"` of a preprocessor: the name, and in @line, unless NULL,
 * the number.  .p is NULL if it is something else.
 */
struct span scan_linemarker(const char *p, const char *end, unsigned int *line);

/*
 * Past blanks and block comments: where a label, statement or its end begins.
 */
const char *scan_blanks(const char *p, const char *end);

#endif
