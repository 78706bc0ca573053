/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parser.h - the state of the pass over a text; shared by text.c, site.c and marker.c. */
#ifndef AFTERBURN_PARSER_H
#define AFTERBURN_PARSER_H

#include "emit.h"
#include "insn.h"
#include "macro.h"
#include "names.h"
#include "section.h"
#include "text.h"

struct ab_parser {
	struct ab_text *t;
	const char *file, *text, *end; /* this input */
	const char *copied;	       /* up to here the input is in t->body */
	const char *failed;	       /* where an error was found */
	struct sections *sections;
	struct labels labels; /* ours; chosen by the first input */
	bool other_code;      /* .code32 or .code16 */
	bool intel;	      /* .intel_syntax */
	bool app;	      /* between #APP and #NO_APP */
	bool any_app;	      /* the text has such lines: a compiler wrote it */
	unsigned int macro;   /* depth of .macro */
	unsigned int repeat;  /* depth of .rept, .irp */
	unsigned int irp;     /* the depth that `body` belongs to; 0: none */
	struct macro body;    /* what gives \op its meaning here */
	struct macro_uses uses;
	struct names *names;   /* if the plan names sites */
	enum site_kind mark;   /* of the next instruction */
	enum site_kind region; /* of all read-modify-writes here */
	const char *mark_at, *region_at;
	struct span file_name; /* of `.file "name"` */
	struct span cpp_file;  /* of the first linemarker */
};

/* Prints a message naming the source line of @at, once; parsing ends. */
void parser_fail(struct ab_parser *ps, const char *at, const char *message, struct span word);

/* The source file's name without directories, as the file symbol has it. */
struct span parser_base_name(const struct ab_parser *ps);

/* One past the colon if a label starts at @p, else NULL. */
const char *parser_label_end(const char *p, const char *end);

/* marker.c: a comment at a statement's place: marker, linemarker, #APP. */
void marker_comment(struct ab_parser *ps, const char *p, const char *end);

/* The comment at @p, to the end of its line, as a marker of the instruction before it. */
enum site_kind marker_trailing(struct ab_parser *ps, const char *p);

/* Takes what the markers before it say about the instruction @p..@end: a kind or none. */
enum site_kind marker_take(struct ab_parser *ps, const char *p, const char *end);

/* Is this comment (its '#' at @p) a marker? */
bool marker_is(const char *p, const char *end);

/* All markers must be used up when an input ends. */
void marker_end(struct ab_parser *ps);

/*
 * site.c: an instruction, or what may be one, from @p to @end; makes it a site if
 * it is sensitive.  Returns where to go on: @end, or further if more belongs to it.
 */
const char *site_instruction(struct ab_parser *ps, const char *p, const char *end);

#endif
