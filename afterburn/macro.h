/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * macro.h - instructions that come into a macro as its argument:
 *
 *	.macro op_safe_regs op		.irp op, rdmsr, wrmsr
 *	1: \op
 *
 * What \op stands for is said where the macro is used, so the rest of the text
 * is searched for that, once a macro and only if its body has such a statement.
 */
#ifndef AFTERBURN_MACRO_H
#define AFTERBURN_MACRO_H

#include "insn.h"
#include "section.h"

#define MACRO_MAX_VALUES 16

/* One thing that a statement `\op ...` can become. */
struct macro_value {
	char text[64];	  /* the argument as given, without quotes */
	struct insn insn; /* the whole statement with it; STMT_SENSITIVE */
};

struct macro {
	struct span name;	 /* of .macro; len 0: .irp */
	struct span given;	 /* .irp: its arguments */
	const char *after, *end; /* the text in which uses are searched */
	bool searched;
	struct span *arg; /* all arguments of all uses */
	size_t n_args;
};

/* @args..@end: what follows .macro or .irp; uses are found before @text_end. */
void macro_begin(struct macro *m, bool irp, const char *args, const char *end,
		 const char *text_end);
void macro_free(struct macro *m);

/*
 * The sensitive instructions that the statement @stmt..@end can become, each
 * value once.  @parameter gets the text that names the parameter ("\op").
 */
unsigned int macro_values(struct macro *m, const char *stmt, const char *end,
			  struct span *parameter, struct macro_value value[MACRO_MAX_VALUES]);

#endif
