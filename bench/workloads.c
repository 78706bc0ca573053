// SPDX-License-Identifier: GPL-2.0-or-later
/* workloads.c - asks the guest's runner what it can run. */
#include "workloads.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wp.h>

#include "capture.h"
#include "run.h"

#define FIELDS 8

static const char *const peer_names[] = {"none", "source", "sink"};

static uint64_t parse_number(const char *name, unsigned int line, const char *s)
{
	char *end;
	unsigned long long v;

	errno = 0;
	v = strtoull(s, &end, 10);
	if (errno || end == s || *end || !v)
		wp_die_at(WP_USAGE, name, line, "'%s' is not a number from 1 up", s);
	return v;
}

static void parse_line(struct workload *w, const char *name, unsigned int line, char *s)
{
	char *field[FIELDS];
	uint64_t boots;

	for (size_t i = 0; i < FIELDS; i++) {
		field[i] = strsep(&s, "\t");
		if (!field[i] || !*field[i])
			wp_die_at(WP_USAGE, name, line, "a workload has %d fields, not %zu", FIELDS,
				  i);
	}
	boots = parse_number(name, line, field[6]);
	if (boots > RUN_PERTURB_MAX)
		wp_die_at(WP_USAGE, name, line, "%s boots are more than %d", field[6],
			  RUN_PERTURB_MAX);
	*w = (struct workload){
		.name = wp_strdup(field[0]),
		.unit = wp_strdup(field[1]),
		.full_ops = parse_number(name, line, field[2]),
		.quick_ops = parse_number(name, line, field[3]),
		.initrd = wp_strdup(field[4]),
		.boots = (unsigned int)boots,
		.text = wp_strdup(field[7]),
	};
	for (size_t i = 0; i < sizeof(peer_names) / sizeof(peer_names[0]); i++) {
		if (!strcmp(field[5], peer_names[i])) {
			w->peer = (enum peer_mode)i;
			return;
		}
	}
	wp_die_at(WP_USAGE, name, line, "peer '%s' is not one of none, source, sink", field[5]);
}

void workloads_parse(struct workloads *w, const char *name, const char *text)
{
	char *copy = wp_strdup(text), *rest = copy, *s;
	unsigned int line = 0;

	*w = (struct workloads){0};
	while ((s = strsep(&rest, "\n"))) {
		line++;
		if (!*s)
			continue;
		w->list = wp_realloc(w->list, (w->n + 1) * sizeof(*w->list));
		parse_line(&w->list[w->n++], name, line, s);
	}
	free(copy);
	if (!w->n)
		wp_die(WP_FAILED, "%s: lists no workload", name);
}

void workloads_load(struct workloads *w, const char *build)
{
	char *runner = wp_format("%s/guest/runner", build);
	char *const argv[] = {runner, "--list", NULL};
	struct wp_buf out = {0};

	if (capture(argv, &out))
		wp_die(WP_FAILED, "%s --list: failed; 'make bench' builds it", runner);
	workloads_parse(w, runner, out.data);
	wp_buf_free(&out);
	free(runner);
}

void workloads_free(struct workloads *w)
{
	for (size_t i = 0; i < w->n; i++) {
		free(w->list[i].name);
		free(w->list[i].unit);
		free(w->list[i].initrd);
		free(w->list[i].text);
	}
	free(w->list);
	*w = (struct workloads){0};
}

const struct workload *workload_find(const struct workloads *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (!strcmp(w->list[i].name, name))
			return &w->list[i];
	return NULL;
}

bool workload_is_bytes(const char *unit)
{
	return !strcmp(unit, "byte");
}
