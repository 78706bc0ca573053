// SPDX-License-Identifier: GPL-2.0-or-later
/* counts.c - reads count.so's snapshots and takes their differences. */
#include "figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wedgeperf/marker.h>
#include <wp.h>

const char *const executor_names[EXECUTORS] = {"user", "kernel", "wedge", "hypervisor"};

struct insns counts_insns(const struct counts *c)
{
	struct insns sum = {0};

	for (size_t i = 0; i < EXECUTORS; i++)
		sum = insns_add(sum, c->insns[i]);
	return sum;
}

struct events event_total(const struct event_count *e)
{
	struct events sum = {0};

	for (size_t i = 0; i < EXECUTORS; i++)
		sum = events_add(sum, e->by[i]);
	return sum;
}

static int executor_find(const char *name)
{
	for (int i = 0; i < EXECUTORS; i++)
		if (!strcmp(executor_names[i], name))
			return i;
	return -1;
}

static int by_class(const void *a, const void *b)
{
	const struct event_count *x = a, *y = b;

	return strcmp(x->class, y->class);
}

static struct event_count *event_find(struct counts *c, const char *class)
{
	for (size_t i = 0; i < c->nevents; i++)
		if (!strcmp(c->event[i].class, class))
			return &c->event[i];
	if (c->nevents == EVENT_CLASSES)
		return NULL;
	snprintf(c->event[c->nevents].class, WORD_MAX, "%s", class);
	return &c->event[c->nevents++];
}

/* @a counted later than @b: *@a becomes what happened between the two. */
static int subtract(struct counts *a, struct counts *b)
{
	for (size_t e = 0; e < EXECUTORS; e++) {
		if (a->insns[e].n < b->insns[e].n)
			return -1;
		a->insns[e].n -= b->insns[e].n;
	}
	for (size_t i = 0; i < b->nevents; i++) {
		struct event_count *later = event_find(a, b->event[i].class);

		for (size_t e = 0; later && e < EXECUTORS; e++) {
			if (later->by[e].n < b->event[i].by[e].n)
				return -1;
			later->by[e].n -= b->event[i].by[e].n;
		}
		if (!later)
			return -1;
	}
	return 0;
}

enum {
	SLOTS = MARK_END + 1
};

struct reader {
	struct counts at[SLOTS];
	bool seen[SLOTS];
	struct counts *now; /* the snapshot being read; NULL between two */
};

static int read_snapshot(struct reader *r, unsigned int code)
{
	if (code < MARK_BOOT || code > MARK_END || r->seen[code] || r->now)
		return -1;
	r->seen[code] = true;
	r->now = &r->at[code];
	return 0;
}

static int read_line(struct reader *r, const char *s)
{
	char word[2][WORD_MAX];
	unsigned int code;
	uint64_t n;
	int exec, end = 0;

	if (sscanf(s, "snapshot %u%n", &code, &end) == 1 && !s[end])
		return read_snapshot(r, code);
	if (!r->now)
		return -1;
	if (!strcmp(s, "end")) {
		r->now = NULL;
		return 0;
	}
	if (sscanf(s, "insns %63s %" SCNu64 "%n", word[0], &n, &end) == 2 && !s[end]) {
		exec = executor_find(word[0]);
		if (exec < 0)
			return -1;
		r->now->insns[exec].n = n;
		return 0;
	}
	if (sscanf(s, "event %63s %63s %" SCNu64 "%n", word[0], word[1], &n, &end) == 3 &&
	    !s[end]) {
		struct event_count *e = event_find(r->now, word[0]);

		exec = executor_find(word[1]);
		if (exec < 0 || !e)
			return -1;
		e->by[exec].n = n;
		return 0;
	}
	return -1;
}

static int read_all(struct reader *r, char *text, char *why, size_t len)
{
	char *line = strsep(&text, "\n");
	unsigned int number = 1;

	if (!line || strcmp(line, "wedgeperf-counts 1")) {
		snprintf(why, len, "counts: line 1 is not 'wedgeperf-counts 1'");
		return -1;
	}
	while ((line = strsep(&text, "\n"))) {
		number++;
		if (*line && read_line(r, line)) {
			snprintf(why, len, "counts: line %u makes no sense: '%.80s'", number, line);
			return -1;
		}
	}
	if (r->now) {
		snprintf(why, len, "counts: cut off: the last snapshot has no 'end'");
		return -1;
	}
	for (int i = MARK_BOOT; i <= MARK_END; i++) {
		if (!r->seen[i]) {
			snprintf(why, len, "counts: the guest never passed marker %d", i);
			return -1;
		}
	}
	return 0;
}

int counts_parse(struct counts *measured, struct counts *boot, const char *text, char *why,
		 size_t len)
{
	struct reader *r = wp_alloc(sizeof(*r));
	char *copy = wp_strdup(text);
	int ret = read_all(r, copy, why, len);

	if (!ret && subtract(&r->at[MARK_END], &r->at[MARK_START])) {
		snprintf(why, len, "counts: a counter fell between two markers");
		ret = -1;
	}
	*measured = r->at[MARK_END];
	*boot = r->at[MARK_BOOT];
	qsort(measured->event, measured->nevents, sizeof(measured->event[0]), by_class);
	qsort(boot->event, boot->nevents, sizeof(boot->event[0]), by_class);
	free(copy);
	free(r);
	return ret;
}
