// SPDX-License-Identifier: GPL-2.0-or-later
/* collect.c - exact counts: from the emulator's plugins and from the wedge. */
#include "collect.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wedgeperf/marker.h>

struct lines {
	struct wp_buf text;
	const char *path;
	char *rest;
	unsigned int number;
};

static void open_lines(struct lines *l, const char *path)
{
	memset(l, 0, sizeof(*l));
	l->path = path;
	if (wp_read_file(path, &l->text))
		wp_die_at(WP_USAGE, path, 0, "%s", strerror(errno));
	if (l->text.data && memchr(l->text.data, '\0', l->text.len))
		wp_die_at(WP_USAGE, path, 0, "not a text file");
	l->rest = l->text.data;
}

static char *next_line(struct lines *l)
{
	char *line = strsep(&l->rest, "\n");

	if (line) {
		l->number++;
		line[strcspn(line, "\r")] = '\0';
	}
	return line;
}

static void expect_magic(struct lines *l, const char *magic, const char *from)
{
	char *line = next_line(l);

	if (!line || strcmp(line, magic))
		wp_die_at(WP_USAGE, l->path, 1, "%s starts with the line `%s'", from, magic);
}

/* Counts at MARK_START are taken off those at MARK_END. */
struct at_addr {
	uint64_t addr, count;
};

static uint64_t count_at(const struct at_addr *a, size_t n, uint64_t addr)
{
	for (size_t low = 0, high = n; low < high;) {
		size_t mid = low + (high - low) / 2;

		if (a[mid].addr == addr)
			return a[mid].count;
		if (a[mid].addr < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return 0;
}

void collect_counts(const struct kernel *k, struct profile *p, const char *path)
{
	struct at_addr *start = NULL, now;
	size_t n = 0, found = 0;
	unsigned int snapshot = 0, code;
	bool started = false, ended = false;
	struct lines l;
	char *line;

	open_lines(&l, path);
	expect_magic(&l, "wedgeperf-counts 1", "a file of count.so");
	while (!ended && (line = next_line(&l))) {
		if (sscanf(line, "snapshot %u", &code) == 1) {
			/* Of a second START the counts are part of what is measured. */
			snapshot = code == MARK_START && started ? 0 : code;
		} else if (!strcmp(line, "end")) {
			started |= snapshot == MARK_START;
			ended = started && snapshot == MARK_END;
		} else if (sscanf(line, "site %" SCNx64 " %" SCNu64, &now.addr, &now.count) == 2) {
			if (snapshot == MARK_START) {
				if (!(n & (n - 1)))
					start = wp_realloc(start, (n ? n * 2 : 1) * sizeof(*start));
				start[n++] = now;
			} else if (started && snapshot == MARK_END) {
				uint64_t before = count_at(start, n, now.addr);

				if (now.count < before)
					wp_die_at(WP_USAGE, path, l.number,
						  "a count fell between START and END");
				if (now.count > before)
					kernel_count(k, p, now.addr, now.count - before);
				found++;
			}
		}
	}
	if (!ended)
		wp_die_at(WP_USAGE, path, l.number,
			  "no counts between START and END: the workload was not completed");
	if (!found)
		wp_die_at(WP_USAGE, path, l.number,
			  "it counts no sites: run count.so with sites=<file>, made by `profile "
			  "sites'");
	free(start);
	wp_buf_free(&l.text);
}

void collect_stores(const struct kernel *k, struct profile *p, const char *path)
{
	unsigned int level;
	uint64_t addr, count;
	bool ended = false;
	struct lines l;
	char *line;

	open_lines(&l, path);
	expect_magic(&l, "wedgeperf-ptstores 1", "a file of ptstores.so");
	while ((line = next_line(&l))) {
		ended |= !strcmp(line, "end");
		if (sscanf(line, "store %" SCNx64 " %u %" SCNu64, &addr, &level, &count) == 3 &&
		    !sites_at(&k->sites, addr))
			kernel_count(k, p, addr, count);
	}
	if (!ended)
		wp_die_at(WP_USAGE, path, l.number, "it is cut off");
	wp_buf_free(&l.text);
}

#define WEDGE_SITE "wedge: site "

static void read_report(const struct kernel *k, struct profile *p, const char *path)
{
	uint64_t addr, count;
	bool found = false;
	struct lines l;
	char *line;

	open_lines(&l, path);
	while ((line = next_line(&l))) {
		if (sscanf(line, WEDGE_SITE "%" SCNx64 " emulated %" SCNu64 " times", &addr,
			   &count) != 2)
			continue;
		if (!sites_at(&k->sites, addr))
			wp_die_at(WP_USAGE, path, l.number, "%s has no site at %" PRIx64,
				  k->image.path, addr);
		kernel_count(k, p, addr, count);
		found = true;
	}
	if (!found)
		wp_die_at(WP_USAGE, path, 0,
			  "no line `" WEDGE_SITE "...': boot with wedge.report=1, and let the "
			  "guest reset the machine");
	wp_buf_free(&l.text);
	if (profile_sort(p))
		wp_die_at(WP_USAGE, path, 0, "a sum of counts exceeds 64 bits");
}

void collect_wedge(const struct kernel *k, struct profile *p, const char *path, const char *minus)
{
	struct profile before = {0};
	size_t kept = 0;

	read_report(k, p, path);
	if (!minus)
		return;
	read_report(k, &before, minus);
	for (size_t i = 0; i < p->sites.n; i++) {
		struct profile_count c = p->sites.count[i];
		uint64_t off = profile_count(&before.sites, c.name);

		/* The other run may have waited a little longer somewhere. */
		if (c.count > off) {
			c.count -= off;
			p->sites.count[kept++] = c;
		} else {
			free(c.name);
		}
	}
	p->sites.n = kept;
	profile_free(&before);
}
