// SPDX-License-Identifier: GPL-2.0-or-later
/* ledger-read.c - see ledger-read.h. */
#include "ledger-read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INT3	 0xcc
#define CALL	 0xe8
#define PREFIX	 0x3e /* what fills a call or a sequence up */
#define SLACK	 64   /* instructions between a marker's two plugins' callbacks */
#define CODE_MAX 15
#define REMEDY	 "; remove it and measure again"

enum site_how ledger_how(const uint8_t *code, size_t len, const uint8_t *was, size_t was_len)
{
	size_t at = 0;

	if (len && *code == INT3)
		return HOW_TRAP;
	if (was && len <= was_len && !memcmp(code, was, len))
		return HOW_NATIVE;
	while (at < len && code[at] == PREFIX)
		at++;
	return at < len && code[at] == CALL ? HOW_CALL : HOW_INLINE;
}

static size_t from_hex(const char *s, uint8_t *out, size_t max)
{
	size_t n = 0;
	unsigned int byte;

	for (; n < max && sscanf(s + 2 * n, "%2x", &byte) == 1; n++)
		out[n] = (uint8_t)byte;
	return n;
}

static void add(struct rec_run *run, const struct kernel *k, const char *addr, const char *hex,
		uint64_t begun, const uint64_t *insns)
{
	const struct site *site = sites_at(&k->sites, strtoull(addr, NULL, 16));
	const struct image_section *s = site ? site->section : NULL;
	uint64_t offset = s ? site->addr - s->addr : 0;
	struct rec_site *line;
	uint8_t code[CODE_MAX];
	enum site_how how;

	if (!site)
		wp_die(WP_FAILED, "%s: %s is no site of it", k->image.path, addr);
	how = ledger_how(code, from_hex(hex, code, sizeof(code)),
			 s && s->data ? s->data + offset : NULL, s ? s->size - offset : 0);
	line = record_add_site(run, site->name);
	line->how = how;
	line->begun = begun;
	memcpy(line->insns, insns, sizeof(line->insns));
}

static int by_name(const void *a, const void *b)
{
	const struct rec_site *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (int)x->how - (int)y->how;
}

/* Sites that share a name, and have been given the same, are one line. */
static void merge(struct rec_run *run)
{
	size_t kept = 0;

	qsort(run->site, run->sites, sizeof(*run->site), by_name);
	for (size_t i = 0; i < run->sites; i++) {
		struct rec_site *s = &run->site[i], *last = kept ? &run->site[kept - 1] : NULL;

		if (!last || by_name(s, last)) {
			run->site[kept++] = *s;
			continue;
		}
		last->begun += s->begun;
		for (size_t e = 0; e < EXECUTORS; e++)
			last->insns[e] += s->insns[e];
		free(s->name);
	}
	run->sites = kept;
}

static void check_sums(const struct rec_run *run, const char *path)
{
	for (size_t e = 0; e < EXECUTORS; e++) {
		uint64_t sum = run->rest[e], counted = run->measured.insns[e].n;

		for (size_t i = 0; i < run->sites; i++)
			sum += run->site[i].insns[e];
		if (sum > counted + SLACK || counted > sum + SLACK)
			wp_die(WP_FAILED,
			       "%s: %" PRIu64 " instructions of %s are booked, %" PRIu64
			       " were counted" REMEDY,
			       path, sum, executor_names[e], counted);
	}
}

void ledger_read(struct rec_run *run, const char *path, const struct kernel *k)
{
	struct wp_buf b = {0};
	unsigned int at = 0;
	bool whole = false;
	char *rest, *line;

	if (wp_read_file(path, &b) || !b.data)
		wp_die(WP_FAILED, "%s: %m" REMEDY, path);
	rest = b.data;
	while ((line = strsep(&rest, "\n"))) {
		char addr[32], hex[64];
		uint64_t begun, n[EXECUTORS];

		at++;
		whole |= !strcmp(line, "end");
		if (strncmp(line, "booked ", 7))
			continue;
		if (sscanf(line,
			   "booked %31s %63s %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
			   " %" SCNu64,
			   addr, hex, &begun, &n[0], &n[1], &n[2], &n[3]) != 3 + EXECUTORS)
			wp_die_at(WP_FAILED, path, at, "this line makes no sense" REMEDY);
		if (strcmp(addr, "none"))
			add(run, k, addr, hex, begun, n);
		else
			memcpy(run->rest, n, sizeof(run->rest));
	}
	wp_buf_free(&b);
	if (!whole)
		wp_die(WP_FAILED, "%s: it is cut off" REMEDY, path);
	run->ledger = true;
	merge(run);
	check_sums(run, path);
}
