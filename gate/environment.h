/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * environment.h - the inputs that are not of this repository: packages that the guests are made
 * of, QEMU with its firmware, and the host's compiler.
 */
#ifndef WEDGEPERF_GATE_ENVIRONMENT_H
#define WEDGEPERF_GATE_ENVIRONMENT_H

#include "record.h"

/* Adds them to @r.  @cc is the compiler's driver, as in PATH. */
void environment_add(struct record *r, const char *build, const char *cc);

/*
 * Appends a line to @b for each input that both records have and that has moved from @base to
 * @now, and returns how many.  One that only one of them has is the repository's own doing.
 */
size_t environment_moved(const struct record *base, const struct record *now, struct wp_buf *b);

#endif
