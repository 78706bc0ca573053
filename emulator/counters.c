// SPDX-License-Identifier: GPL-2.0-or-later
/* counters.c - counters, sites and snapshots; the file they end up in. */
#include "counters.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "output.h"

struct counters counters;

static struct site {
	uint64_t addr, count;
} * sites;
static size_t n_sites;

static struct snapshot {
	unsigned int code;
	struct counters counters;
	uint64_t *sites;
} * snapshots;
static size_t n_snapshots;

static int by_address(const void *a, const void *b)
{
	const struct site *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

void sites_load(const char *path)
{
	struct wp_buf text = {0};
	unsigned int number = 0;
	char *line, *rest;
	size_t i, kept = 0;

	if (wp_read_file(path, &text))
		wp_die(WP_USAGE, "sites=%s: %s", path, strerror(errno));
	for (rest = text.data; (line = strsep(&rest, "\n"));) {
		uint64_t addr;
		char *end;

		number++;
		line += strspn(line, " \t\r");
		if (!*line || *line == '#')
			continue;
		errno = 0;
		addr = strtoull(line, &end, 16);
		end += strspn(end, " \t\r");
		if (errno || *end)
			wp_die_at(WP_USAGE, path, number, "not a hexadecimal address: '%s'", line);
		sites = wp_realloc(sites, (n_sites + 1) * sizeof(*sites));
		sites[n_sites++] = (struct site){addr, 0};
	}
	wp_buf_free(&text);
	if (!n_sites)
		return;
	/* Sorted for the search, and each address once. */
	qsort(sites, n_sites, sizeof(*sites), by_address);
	for (i = 1; i < n_sites; i++)
		if (sites[i].addr != sites[kept].addr)
			sites[++kept] = sites[i];
	n_sites = kept + 1;
}

uint64_t *site_counter(uint64_t addr)
{
	struct site key = {addr, 0}, *s;

	if (!n_sites)
		return NULL;
	s = bsearch(&key, sites, n_sites, sizeof(key), by_address);
	return s ? &s->count : NULL;
}

void snapshot_take(unsigned int code)
{
	struct snapshot *s;

	snapshots = wp_realloc(snapshots, (n_snapshots + 1) * sizeof(*snapshots));
	s = &snapshots[n_snapshots++];
	s->code = code;
	s->counters = counters;
	s->sites = wp_alloc(n_sites * sizeof(uint64_t));
	for (size_t i = 0; i < n_sites; i++)
		s->sites[i] = sites[i].count;
}

static void print(struct wp_buf *b, const struct snapshot *s)
{
	wp_buf_printf(b, "snapshot %u\n", s->code);
	for (int who = 0; who < EXECUTORS; who++)
		wp_buf_printf(b, "insns %s %" PRIu64 "\n", executor_name[who],
			      s->counters.insns[who]);
	for (int ev = EV_NONE + 1; ev < EVENTS; ev++)
		for (int who = 0; who < EXECUTORS; who++)
			if (s->counters.events[ev][who])
				wp_buf_printf(b, "event %s %s %" PRIu64 "\n", event_name[ev],
					      executor_name[who], s->counters.events[ev][who]);
	for (size_t i = 0; i < n_sites; i++)
		if (s->sites[i])
			wp_buf_printf(b, "site %" PRIx64 " %" PRIu64 "\n", sites[i].addr,
				      s->sites[i]);
	wp_buf_str(b, "end\n");
}

void snapshots_write(const char *path)
{
	struct wp_buf b = {0};

	wp_buf_str(&b, "wedgeperf-counts 1\n");
	for (size_t i = 0; i < n_snapshots; i++)
		print(&b, &snapshots[i]);
	output_write(path, &b);
	wp_buf_free(&b);
}
