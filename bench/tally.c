// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tally.c - reads what the wedge says of its sites when the guest resets the machine, behind
 * everything that is measured (docs/wedge.md): `wedge: kind pte_store: inline: 58 sites,
 * emulated 4568 times`.
 */
#include "figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wp.h>

#define TAG "wedge: kind "

static int parse_line(struct tally *t, const char *s)
{
	struct tally_row *row = &t->row[t->n];
	int end = 0;

	if (t->n == TALLY_ROWS ||
	    sscanf(s, TAG "%23[^:]: %11[^:]: %" SCNu64 " sites, emulated %" SCNu64 " times%n",
		   row->kind, row->strategy, &row->sites, &row->emulated, &end) != 4 ||
	    !end || s[end])
		return -1;
	t->n++;
	return 0;
}

int tally_parse(struct tally *t, const char *text, char *why, size_t len)
{
	char *copy = wp_strdup(text), *rest = copy, *line;
	int ret = 0;

	t->n = 0;
	while (!ret && (line = strsep(&rest, "\n")) && rest) {
		line[strcspn(line, "\r")] = '\0';
		if (strncmp(line, TAG, strlen(TAG)))
			continue;
		ret = parse_line(t, line);
		if (ret)
			snprintf(why, len, "a garbled line '%.160s'", line);
	}
	free(copy);
	return ret;
}
