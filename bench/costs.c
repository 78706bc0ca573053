// SPDX-License-Identifier: GPL-2.0-or-later
/* costs.c - the cost model and the file behind it. */
#include "costs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_ROW SIZE_MAX

static const char *const grades[] = {"measured", "source", "assumption", "definition"};

static size_t find(const struct costs *c, const char *class)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->row[i].class, class))
			return i;
	return NO_ROW;
}

static bool known_grade(const char *s)
{
	for (size_t i = 0; i < sizeof(grades) / sizeof(grades[0]); i++)
		if (!strcmp(grades[i], s))
			return true;
	return false;
}

static double parse_cycles(const char *path, unsigned int line, const char *s)
{
	char *end;
	double v = strtod(s, &end);

	if (end == s || *end || !(v >= 0 && v < 1e9))
		wp_die_at(WP_USAGE, path, line, "'%s' is not a number of cycles", s);
	return v;
}

static void parse_row(struct costs *c, const char *path, unsigned int line, char *s)
{
	struct cost_row r = {0};
	char *field[5];

	for (size_t i = 0; i < 5; i++) {
		field[i] = strsep(&s, ",");
		if (!field[i] || !*field[i])
			wp_die_at(WP_USAGE, path, line,
				  "a row is class,cycles,low,high,grade,source");
	}
	if (!s || !*s)
		wp_die_at(WP_USAGE, path, line, "a cost without a source");
	if (strlen(field[0]) >= sizeof(r.class) || !known_grade(field[4]))
		wp_die_at(WP_USAGE, path, line, "class or grade '%s' is not known", field[4]);
	if (find(c, field[0]) != NO_ROW)
		wp_die_at(WP_USAGE, path, line, "class %s has a row already", field[0]);
	strcpy(r.class, field[0]);
	strcpy(r.grade, field[4]);
	for (int p = COST_BASE; p < COST_POINTS; p++)
		r.at[p] = parse_cycles(path, line, field[1 + p]);
	if (r.at[COST_LOW] > r.at[COST_BASE] || r.at[COST_BASE] > r.at[COST_HIGH])
		wp_die_at(WP_USAGE, path, line, "low <= cycles <= high does not hold");
	r.source = wp_strdup(s);
	c->row = wp_realloc(c->row, (c->n + 1) * sizeof(*c->row));
	c->row[c->n++] = r;
}

void costs_parse(struct costs *c, const char *path, const char *text)
{
	char *copy = wp_strdup(text), *rest = copy, *line;
	unsigned int number = 0;

	*c = (struct costs){0};
	wp_sha256(text, strlen(text), c->sha256);
	while ((line = strsep(&rest, "\n"))) {
		number++;
		if (!*line || *line == '#' || !strncmp(line, "class,", 6))
			continue;
		if (!strncmp(line, "cpu,", 4) && !c->cpu)
			c->cpu = wp_strdup(line + 4);
		else
			parse_row(c, path, number, line);
	}
	free(copy);
	c->cpi = find(c, "instruction");
	c->other = find(c, "*");
	if (!c->cpu || c->cpi == NO_ROW || c->other == NO_ROW)
		wp_die(WP_USAGE, "%s: needs a cpu line and the rows 'instruction' and '*'", path);
}

void costs_load(struct costs *c, const char *path)
{
	struct wp_buf b = {0};

	if (wp_read_file(path, &b))
		wp_die(WP_USAGE, "%s: %m; --costs names a file of bench/costs/", path);
	costs_parse(c, path, b.data);
	wp_buf_free(&b);
}

void costs_free(struct costs *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->row[i].source);
	free(c->row);
	free(c->cpu);
	*c = (struct costs){0};
}

size_t costs_row(const struct costs *c, const char *class)
{
	size_t i = find(c, class);

	return i == NO_ROW ? c->other : i;
}

static double cost_at(const struct costs *c, struct scenario s, size_t row)
{
	if (s.row == COSTS_ALL)
		return c->row[row].at[row == c->cpi ? s.cpi : s.events];
	return c->row[row].at[row == s.row ? s.events : COST_BASE];
}

struct modelled costs_model(const struct costs *c, struct scenario s, const struct counts *counts)
{
	struct modelled m = {(double)counts_insns(counts).n * cost_at(c, s, c->cpi)};

	for (size_t i = 0; i < counts->nevents; i++) {
		const struct event_count *e = &counts->event[i];

		m.cycles += (double)event_total(e).n * cost_at(c, s, costs_row(c, e->class));
	}
	return m;
}

struct modelled costs_model_of(const struct costs *c, const struct counts *counts, enum executor e)
{
	struct modelled m = {(double)counts->insns[e].n * c->row[c->cpi].at[COST_BASE]};

	for (size_t i = 0; i < counts->nevents; i++)
		m.cycles += (double)counts->event[i].by[e].n *
			    c->row[costs_row(c, counts->event[i].class)].at[COST_BASE];
	return m;
}
