/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source.h - an input: a file, mapped, or a stream, read to its end. */
#ifndef AFTERBURN_SOURCE_H
#define AFTERBURN_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct source {
	const char *text;
	size_t len;
	bool mapped;
};

/* @path "-": standard input.  Returns 0, or -1 with errno set. */
int source_open(struct source *s, const char *path);
void source_close(struct source *s);

#endif
