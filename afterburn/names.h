/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * names.h - the stable names of sites, seen from the assembler's side: which
 * function a statement belongs to, and the how-manieth site of its kind it is
 * there.  Needed, and made, only when a plan names sites.
 *
 * The rule is in docs/annotations.md; readers of linked files apply it to the
 * ELF symbol table, here the directives that will make that table are read.
 */
#ifndef AFTERBURN_NAMES_H
#define AFTERBURN_NAMES_H

#include <stdbool.h>

#include "plan.h"
#include "section.h"

struct names;

struct names *names_new(void);
void names_free(struct names *n);

/* Learns the symbols of a whole input, before its statements come. */
void names_read(struct names *n, const char *text, const char *end);

/* In the order of the text: */
void names_label(struct names *n, struct span label, struct span section);
void names_size(struct names *n, struct span symbol);
void names_code(struct names *n); /* a statement that makes code */

/*
 * Counts a site of @kind at this place and returns what @plan says about it.
 * @file: basename of the source, for local functions.
 */
struct plan_entry names_lookup(struct names *n, const struct plan *plan, enum site_kind kind,
			       struct span section, struct span file);

#endif
