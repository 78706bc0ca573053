// SPDX-License-Identifier: GPL-2.0-or-later
/* tolerance.c - see tolerance.h. */
#include "tolerance.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <wp.h>

#define PERCENT_MAX 100

static char *word(char **s)
{
	char *w;

	*s += strspn(*s, " \t");
	w = *s;
	*s += strcspn(*s, " \t");
	if (**s)
		*(*s)++ = '\0';
	return w;
}

static int parse_line(struct tolerance *t, char *s)
{
	char *metric = word(&s), *where = word(&s), *percent = word(&s), *end;
	double v = strtod(percent, &end);

	s += strspn(s, " \t");
	if (!*where || end == percent || *end || !(v >= 0) || v > PERCENT_MAX || !*s)
		return -1;
	*t = (struct tolerance){wp_strdup(metric), wp_strdup(where), wp_strdup(s), v};
	return 0;
}

void tolerances_parse(struct tolerances *t, const char *path, const char *text)
{
	char *copy = wp_strdup(text), *rest = copy, *s;
	unsigned int at = 0;

	*t = (struct tolerances){0};
	while ((s = strsep(&rest, "\n"))) {
		at++;
		if (!*s || *s == '#')
			continue;
		t->list = wp_realloc(t->list, (t->n + 1) * sizeof(*t->list));
		if (parse_line(&t->list[t->n], s))
			wp_die_at(WP_USAGE, path, at,
				  "not `<metric> <where> <percent> <reason>', percent from 0 to %d",
				  PERCENT_MAX);
		t->n++;
	}
	free(copy);
}

void tolerances_load(struct tolerances *t, const char *path)
{
	struct wp_buf b = {0};

	if (wp_read_file(path, &b))
		wp_die(WP_USAGE, "%s: %m", path);
	tolerances_parse(t, path, b.data ? b.data : "");
	wp_buf_free(&b);
}

void tolerances_free(struct tolerances *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->list[i].metric);
		free(t->list[i].where);
		free(t->list[i].reason);
	}
	free(t->list);
}

const struct tolerance *tolerance_of(const struct tolerances *t, const char *metric,
				     const char *where)
{
	for (size_t i = t->n; i--;)
		if (!strcmp(t->list[i].metric, metric) && !fnmatch(t->list[i].where, where, 0))
			return &t->list[i];
	wp_die(WP_USAGE, "the tolerances have no line for %s of %s", metric, where);
}
