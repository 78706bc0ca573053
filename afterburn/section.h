/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section.h - which section the assembler is in, as far as sites care:
 * executable or not, early, a replacement that boot code copies, in which group.
 *
 * Names point into the text given; it must outlive the stack.
 */
#ifndef AFTERBURN_SECTION_H
#define AFTERBURN_SECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "scan.h"

struct section {
	struct span name;
	struct span group;  /* COMDAT group signature, len 0: none */
	bool code;	    /* executable */
	unsigned int flags; /* AB_F_EARLY, AB_F_ALTERNATIVE */
};

struct sections;

struct sections *sections_new(void);
void sections_free(struct sections *s);

const struct section *sections_current(const struct sections *s);

/* @args..@end: what follows the directive. */
void sections_section(struct sections *s, const char *args, const char *end);
void sections_push(struct sections *s, const char *args, const char *end);
void sections_text(struct sections *s);
void sections_data(struct sections *s);
void sections_pop(struct sections *s);
void sections_previous(struct sections *s);

/* A macro's body is not assembled where it stands: all changes end with it. */
void sections_enter_macro(struct sections *s);
void sections_leave_macro(struct sections *s);

#endif
