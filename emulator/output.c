// SPDX-License-Identifier: GPL-2.0-or-later
/* output.c - see output.h. */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void output_check(const char *path)
{
	char *probe = wp_format("%s.tmp.%ld", path, (long)getpid());
	FILE *f;

	if (!*path)
		wp_die(WP_USAGE, "out= names no file");
	f = fopen(probe, "w");
	if (f)
		fclose(f);
	else
		wp_die(WP_USAGE, "cannot write out=%s: %s", path, strerror(errno));
	unlink(probe);
	free(probe);
}

void output_write(const char *path, const struct wp_buf *b)
{
	if (!wp_write_file(path, b->data, b->len))
		return;
	wp_warn("cannot write out=%s: %s", path, strerror(errno));
	/* QEMU is exiting already: only this still changes its exit code. */
	_exit(WP_FAILED);
}
