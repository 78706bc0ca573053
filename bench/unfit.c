// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unfit.c - systems that cannot be looked up as they are built now, and why.
 *
 * One stale image must not hide the results of all the other systems; nor may its
 * system go without a word.
 */
#include "unfit.h"

#include <stdlib.h>
#include <string.h>
#include <wp.h>

void unfit_add(struct unfit *u, const char *system, const char *why)
{
	char *line = wp_format("%s: %s", system, why);

	for (size_t i = 0; i < u->n; i++) {
		if (!strcmp(u->line[i], line)) {
			free(line);
			return;
		}
	}
	u->line = wp_realloc(u->line, (u->n + 1) * sizeof(*u->line));
	u->line[u->n++] = line;
}

void unfit_warn(const struct unfit *u)
{
	for (size_t i = 0; i < u->n; i++)
		wp_warn("MISSING: system %s", u->line[i]);
}

void unfit_free(struct unfit *u)
{
	for (size_t i = 0; i < u->n; i++)
		free(u->line[i]);
	free(u->line);
	*u = (struct unfit){0};
}
