/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmdline.h - the command line of `as`, as far as a wrapper must understand it. */
#ifndef AFTERBURN_CMDLINE_H
#define AFTERBURN_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

struct cmdline {
	char **args; /* all but inputs and -o, @files expanded; NULL at the end */
	size_t n_args;
	char **inputs; /* "-" is standard input; none: standard input too */
	size_t n_inputs;
	const char *output;  /* "a.out" if not said */
	const char *depends; /* file of --MD, or NULL */
	bool leave_alone;    /* not ours: another word size, syntax, or --version */
};

/*
 * @argv as main() gets it.  Everything in the result lives until the process
 * ends.  An @file that cannot be read stays an argument, as in `as`.
 */
void cmdline_parse(struct cmdline *c, char **argv);

#endif
