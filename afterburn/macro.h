/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * macro.h - instructions that come into a macro as its argument:
 *
 *	.macro op_safe_regs op		.irp op, rdmsr, wrmsr
 *	1: \op
 *
 * What \op stands for is said where the macro is used, so the text is searched for
 * the uses of all its macros, once, and only if a macro has such a statement.
 */
#ifndef AFTERBURN_MACRO_H
#define AFTERBURN_MACRO_H

#include "insn.h"
#include "section.h"

#define MACRO_MAX_VALUES 16
#define MACRO_MAX_TEXT	 64 /* a longer argument is no instruction */
#define MACRO_CHAINS	 4096

/* One thing that a statement `\op ...` can become. */
struct macro_value {
	char text[MACRO_MAX_TEXT]; /* the argument as given, without quotes */
	struct insn insn;	   /* the whole statement with it; STMT_SENSITIVE */
};

/* What the macros of a text are used with: each argument once. */
struct macro_uses {
	const char *text, *end;
	bool searched;
	struct said *chain[MACRO_CHAINS];
};

/* The macro or .irp whose body is read. */
struct macro {
	struct span name;	 /* of .macro; len 0: none */
	struct macro_uses *uses; /* of .macro */
	struct span given;	 /* .irp: its arguments */
};

/* Forgets what was found; from now on it is about @text..@end, which must stay. */
void macro_uses_reset(struct macro_uses *u, const char *text, const char *end);

/* @args..@end: what follows .macro or .irp. */
void macro_begin(struct macro *m, struct macro_uses *uses, const char *args, const char *end);
void macro_begin_irp(struct macro *m, const char *args, const char *end);
void macro_end(struct macro *m);

/*
 * The sensitive instructions that the statement @stmt..@end can become, each
 * value once.  @parameter gets the text that names the parameter ("\op").
 */
unsigned int macro_values(struct macro *m, const char *stmt, const char *end,
			  struct span *parameter, struct macro_value value[MACRO_MAX_VALUES]);

#endif
