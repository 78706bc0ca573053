/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emit.h - the text that turns an instruction into a site: what goes before it,
 * what goes after it, what goes at the head of the file.
 *
 * Everything stays on the line of the instruction, so that the assembler's own
 * line numbers stay true, and uses numeric local labels only, so that it may
 * stand in a macro's body and be assembled many times.
 */
#ifndef AFTERBURN_EMIT_H
#define AFTERBURN_EMIT_H

#include <stdbool.h>

#include <wedgeperf/kinds.h>
#include "section.h"
#include "wp.h"

struct site {
	enum site_kind kind;
	unsigned int length; /* of all instructions of the site; 0: only the assembler knows */
	unsigned int first_length; /* of the first, which takes the prefixes; 0 likewise */
	unsigned int total;	   /* wanted length; 0: annotate only */
	unsigned int flags;	   /* AB_F_* */
	bool prefixes;		   /* may be padded by prefixes */
	bool nops;		   /* may be padded by trailing NOPs */
	struct span group;	   /* COMDAT group of its section */
	bool any_group;		   /* ... is not known: in a macro */
};

/* The labels: each is these digits and one more. */
struct labels {
	char digits[12];
};

/* Chooses digits that @text does not contain: nothing in it means our labels. */
void labels_choose(struct labels *l, const char *text, size_t len);

/* Where @text contains them after all; else NULL. */
const char *labels_find(const struct labels *l, const char *text, size_t len);

void emit_before(struct wp_buf *out, const struct labels *l, const struct site *s);
void emit_after(struct wp_buf *out, const struct labels *l, const struct site *s);

/* The note's header, and the file symbol if @file is not empty. */
void emit_head(struct wp_buf *out, const struct labels *l, struct span file);

#endif
