/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture.h - run a short-lived program and take what it prints. */
#ifndef WEDGEPERF_BENCH_CAPTURE_H
#define WEDGEPERF_BENCH_CAPTURE_H

#include <wp.h>

/*
 * Runs argv[0] (looked up in PATH) with no input and its messages dropped, and
 * appends its standard output to @out, which is NUL-terminated even if empty.
 * Returns 0 if it exited with 0, else -1.
 */
int capture(char *const argv[], struct wp_buf *out);

/* First line of what argv prints, or @fallback.  The caller frees it. */
char *capture_line(char *const argv[], const char *fallback);

#endif
