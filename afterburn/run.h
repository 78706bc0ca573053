/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.h - find, start, feed and await the real assembler. */
#ifndef AFTERBURN_RUN_H
#define AFTERBURN_RUN_H

#include "cmdline.h"
#include "wp.h"

/*
 * The real `as`: $AFTERBURN_AS, or the next `as` in $PATH that is not this
 * program.  Ends the program with a message when there is none.
 */
const char *run_find(void);

/* Becomes `as` with these arguments. */
_Noreturn void run_exec(const char *as, char **argv);

/*
 * Runs `as` with @head and @body as its only input and c->output as its output, which
 * appears complete or not at all, whatever kills whom.  @name is what messages shall
 * call the input; NULL: it is standard input.  Returns its exit status.
 */
int run_as(const char *as, const struct cmdline *c, const char *name, const struct wp_buf *head,
	   const struct wp_buf *body);

#endif
