/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output.h - the file a plugin writes when QEMU ends. */
#ifndef WEDGEPERF_OUTPUT_H
#define WEDGEPERF_OUTPUT_H

#include "wp.h"

/*
 * A full disk shows at the end only, but a wrong path should not cost a whole
 * run: ends QEMU with exit code 2 if @path cannot be written.
 */
void output_check(const char *path);

/* All or nothing; ends QEMU at once, with exit code 3, if it fails. */
void output_write(const char *path, const struct wp_buf *b);

#endif
