// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * record-text.c - records as text.
 *
 * One table of lines, each a word and a function that reads the rest.  Runs are blocks: what
 * follows a `run` line is of that run.  Names of sites stand once, numbered, since a site
 * appears in many runs.
 */
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

#define FIELDS_MAX 16

/* What to do about a record that cannot be read: who wrote it, by its name. */
static const struct writer {
	const char *name; /* a glob */
	const char *remedy;
} writers[] = {
	{"now.txt", "'make gate' measures it anew"},
	{"base.txt", "'make gate' measures it anew"},
	{"base-*.txt", "'make gate-aa' measures it anew"},
	{"*", "'make baseline' writes it anew, 'git checkout' brings the committed one back"},
};

static const char *remedy_of(const char *path)
{
	const struct writer *w = writers;
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	while (fnmatch(w->name, name, 0))
		w++;
	return w->remedy;
}

struct reader {
	struct record *r;
	struct rec_run *run; /* the one being read */
	char **name;	     /* of sites, by number */
	size_t names;
	char *field[FIELDS_MAX];
	size_t fields;
	char *rest; /* of the line, from field 2 on, unsplit */
};

static int number(const char *s, uint64_t *n)
{
	char *end;

	errno = 0;
	*n = strtoull(s, &end, 10);
	return errno || end == s || *end || !isdigit((unsigned char)*s) ? -1 : 0;
}

static int numbers(char **field, uint64_t *n, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (number(field[i], &n[i]))
			return -1;
	return 0;
}

static int is_sha(const char *s)
{
	return strlen(s) == WP_SHA256_HEX - 1 && strspn(s, "0123456789abcdef") == strlen(s);
}

static int read_revision(struct reader *x)
{
	if (x->r->revision || (strcmp(x->field[1], "clean") && strcmp(x->field[1], "dirty")))
		return -1;
	x->r->revision = wp_strdup(x->field[0]);
	x->r->dirty = !strcmp(x->field[1], "dirty");
	return 0;
}

static int read_date(struct reader *x)
{
	if (x->r->date)
		return -1;
	x->r->date = wp_strdup(x->field[0]);
	return 0;
}

static int read_input(struct reader *x)
{
	if (!is_sha(x->field[1]) || record_input(x->r, x->field[0]))
		return -1;
	record_add_input(x->r, x->field[0], x->field[1], x->rest);
	return 0;
}

static int read_image(struct reader *x)
{
	if (!is_sha(x->field[1]) || record_image(x->r, x->field[0]))
		return -1;
	record_add_image(x->r, x->field[0], x->field[1]);
	return 0;
}

static int read_static(struct reader *x)
{
	uint64_t n;

	if (number(x->field[1], &n) || record_static(x->r, x->field[0]))
		return -1;
	record_add_static(x->r, x->field[0], n);
	return 0;
}

static int read_name(struct reader *x)
{
	uint64_t n;

	if (number(x->field[0], &n) || n != x->names)
		return -1;
	x->name = wp_realloc(x->name, (x->names + 1) * sizeof(char *));
	x->name[x->names++] = wp_strdup(x->field[1]);
	return 0;
}

/* run <id> <unit> <ops> <bytes> <check> <key> */
static int read_run(struct reader *x)
{
	uint64_t n[2];

	if (record_run(x->r, x->field[0]) || strlen(x->field[0]) >= RUN_ID_MAX ||
	    strlen(x->field[1]) >= WORD_MAX || numbers(x->field + 2, n, 2) || !n[0] ||
	    strlen(x->field[4]) >= sizeof(x->run->check) || !is_sha(x->field[5]))
		return -1;
	x->run = record_add_run(x->r, x->field[0]);
	strcpy(x->run->unit, x->field[1]);
	x->run->ops = n[0];
	x->run->bytes = n[1];
	strcpy(x->run->check, x->field[4]);
	strcpy(x->run->key, x->field[5]);
	return 0;
}

static int read_insns(struct reader *x)
{
	uint64_t n[EXECUTORS];

	if (!x->run || numbers(x->field, n, EXECUTORS))
		return -1;
	for (size_t e = 0; e < EXECUTORS; e++)
		x->run->measured.insns[e].n = n[e];
	return 0;
}

static int read_boot(struct reader *x)
{
	uint64_t n[EXECUTORS];

	if (!x->run || numbers(x->field, n, EXECUTORS))
		return -1;
	for (size_t e = 0; e < EXECUTORS; e++)
		x->run->boot[e].n = n[e];
	return 0;
}

static int read_event(struct reader *x)
{
	struct event_count *e;
	uint64_t n[EXECUTORS];

	if (!x->run || x->run->measured.nevents == EVENT_CLASSES ||
	    strlen(x->field[0]) >= WORD_MAX || numbers(x->field + 1, n, EXECUTORS))
		return -1;
	e = &x->run->measured.event[x->run->measured.nevents++];
	strcpy(e->class, x->field[0]);
	for (size_t i = 0; i < EXECUTORS; i++)
		e->by[i].n = n[i];
	return 0;
}

/* site <number of its name> <how> <begun> <user> <kernel> <wedge> <hypervisor> */
static int read_site(struct reader *x)
{
	uint64_t name, n[1 + EXECUTORS];
	struct rec_site *s;
	size_t how = 0;

	while (how < HOWS && strcmp(site_how_names[how], x->field[1]))
		how++;
	if (!x->run || how == HOWS || number(x->field[0], &name) || name >= x->names ||
	    numbers(x->field + 2, n, 1 + EXECUTORS))
		return -1;
	s = record_add_site(x->run, x->name[name]);
	s->how = (enum site_how)how;
	s->begun = n[0];
	memcpy(s->insns, n + 1, sizeof(s->insns));
	return 0;
}

static int read_rest(struct reader *x)
{
	if (!x->run || numbers(x->field, x->run->rest, EXECUTORS))
		return -1;
	x->run->ledger = true;
	return 0;
}

static const struct line {
	const char *word;
	size_t fields; /* after the word */
	bool rest;     /* and then free text */
	int (*read)(struct reader *x);
} lines[] = {
	{"revision", 2, false, read_revision},
	{"date", 1, false, read_date},
	{"input", 2, true, read_input},
	{"image", 2, false, read_image},
	{"static", 2, false, read_static},
	{"name", 2, false, read_name},
	{"run", 6, false, read_run},
	{"insns", EXECUTORS, false, read_insns},
	{"boot", EXECUTORS, false, read_boot},
	{"event", 1 + EXECUTORS, false, read_event},
	{"site", 3 + EXECUTORS, false, read_site},
	{"rest", EXECUTORS, false, read_rest},
};

static int read_line(struct reader *x, char *s)
{
	const char *word = strsep(&s, " ");
	const struct line *l = NULL;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!strcmp(lines[i].word, word))
			l = &lines[i];
	if (!l)
		return -1;
	for (x->fields = 0; s && x->fields < l->fields; x->fields++) {
		x->field[x->fields] = strsep(&s, " ");
		if (!*x->field[x->fields])
			return -1;
	}
	if (x->fields != l->fields || (l->rest ? !s : !!s))
		return -1;
	x->rest = s;
	return l->read(x);
}

/* Where the last line begins, if it is the right checksum of what stands before it; or NULL. */
static const char *checksum_line(const char *text, size_t size, const char **bad)
{
	char hex[WP_SHA256_HEX];
	const char *last;

	*bad = "it is cut off: its last line is not its checksum";
	if (size < 2 || text[size - 1] != '\n' || memchr(text, '\0', size))
		return NULL;
	last = memrchr(text, '\n', size - 1);
	if (!last || strncmp(++last, "sha256 ", 7) ||
	    (size_t)(text + size - last) != 7 + WP_SHA256_HEX)
		return NULL;
	*bad = "it was damaged or edited by hand: its checksum is not that of its content";
	wp_sha256(text, (size_t)(last - text), hex);
	return strncmp(last + 7, hex, WP_SHA256_HEX - 1) ? NULL : last;
}

int record_parse(struct record *r, const char *path, const char *text, size_t size, char *why,
		 size_t len)
{
	struct reader x = {.r = r};
	unsigned int at = 1;
	const char *bad, *end;
	char *copy, *rest, *s;
	int ret = -1;

	*r = (struct record){0};
	if (!size || strncmp(text, RECORD_MAGIC "\n", sizeof(RECORD_MAGIC))) {
		snprintf(why, len,
			 "%s:1: it is no record of the gate: its first line is not '%s'; %s", path,
			 RECORD_MAGIC, remedy_of(path));
		return -1;
	}
	end = checksum_line(text, size, &bad);
	if (!end) {
		snprintf(why, len, "%s: %s; %s", path, bad, remedy_of(path));
		return -1;
	}
	copy = rest = wp_strdup(text);
	rest[end - text] = '\0';
	strsep(&rest, "\n");
	while ((s = strsep(&rest, "\n"))) {
		at++;
		if (!*s && !rest)
			break;
		if (read_line(&x, s)) {
			snprintf(why, len, "%s:%u: this line makes no sense; %s", path, at,
				 remedy_of(path));
			goto out;
		}
	}
	if (!r->revision || !r->date || !r->runs)
		snprintf(why, len, "%s: it lacks a revision, a date or runs; %s", path,
			 remedy_of(path));
	else
		ret = 0;
out:
	for (size_t i = 0; i < x.names; i++)
		free(x.name[i]);
	free(x.name);
	free(copy);
	if (ret)
		record_free(r);
	return ret;
}

int record_read(struct record *r, const char *path, char *why, size_t len)
{
	struct wp_buf b = {0};
	int ret = -1;

	*r = (struct record){0};
	if (wp_read_file(path, &b))
		snprintf(why, len, "%s: %s; %s", path, strerror(errno), remedy_of(path));
	else
		ret = record_parse(r, path, b.data ? b.data : "", b.len, why, len);
	wp_buf_free(&b);
	return ret;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of all sites, sorted, each once.  The strings stay the record's. */
static char **site_names(const struct record *r, size_t *count)
{
	char **name;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < r->runs; i++)
		n += r->run[i].sites;
	name = wp_alloc((n + 1) * sizeof(char *));
	n = 0;
	for (size_t i = 0; i < r->runs; i++)
		for (size_t k = 0; k < r->run[i].sites; k++)
			name[n++] = r->run[i].site[k].name;
	qsort(name, n, sizeof(char *), by_text);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(name[kept - 1], name[i]))
			name[kept++] = name[i];
	*count = kept;
	return name;
}

static void print_numbers(struct wp_buf *b, const uint64_t *n, size_t count)
{
	for (size_t i = 0; i < count; i++)
		wp_buf_printf(b, " %" PRIu64, n[i]);
	wp_buf_str(b, "\n");
}

static void print_insns(struct wp_buf *b, const char *word, const struct insns *insns)
{
	wp_buf_str(b, word);
	for (size_t e = 0; e < EXECUTORS; e++)
		wp_buf_printf(b, " %" PRIu64, insns[e].n);
	wp_buf_str(b, "\n");
}

static void print_run(struct wp_buf *b, const struct rec_run *run, char **name, size_t names)
{
	wp_buf_printf(b, "run %s %s %" PRIu64 " %" PRIu64 " %s %s\n", run->id, run->unit, run->ops,
		      run->bytes, run->check, run->key);
	print_insns(b, "insns", run->measured.insns);
	print_insns(b, "boot", run->boot);
	for (size_t i = 0; i < run->measured.nevents; i++) {
		const struct event_count *e = &run->measured.event[i];

		wp_buf_printf(b, "event %s", e->class);
		for (size_t k = 0; k < EXECUTORS; k++)
			wp_buf_printf(b, " %" PRIu64, e->by[k].n);
		wp_buf_str(b, "\n");
	}
	for (size_t i = 0; i < run->sites; i++) {
		const struct rec_site *s = &run->site[i];
		char **at = bsearch(&s->name, name, names, sizeof(char *), by_text);

		wp_buf_printf(b, "site %zu %s %" PRIu64, (size_t)(at - name),
			      site_how_names[s->how], s->begun);
		print_numbers(b, s->insns, EXECUTORS);
	}
	if (run->ledger) {
		wp_buf_str(b, "rest");
		print_numbers(b, run->rest, EXECUTORS);
	}
}

void record_print(const struct record *r, struct wp_buf *b)
{
	char hex[WP_SHA256_HEX], **name;
	size_t names;

	wp_buf_printf(b, "%s\nrevision %s %s\ndate %s\n", RECORD_MAGIC, r->revision,
		      r->dirty ? "dirty" : "clean", r->date);
	for (size_t i = 0; i < r->inputs; i++)
		wp_buf_printf(b, "input %s %s %s\n", r->input[i].name, r->input[i].sha256,
			      r->input[i].text);
	for (size_t i = 0; i < r->images; i++)
		wp_buf_printf(b, "image %s %s\n", r->image[i].path, r->image[i].sha256);
	for (size_t i = 0; i < r->stats; i++)
		wp_buf_printf(b, "static %s %" PRIu64 "\n", r->stat[i].name, r->stat[i].value);
	name = site_names(r, &names);
	for (size_t i = 0; i < names; i++)
		wp_buf_printf(b, "name %zu %s\n", i, name[i]);
	for (size_t i = 0; i < r->runs; i++)
		print_run(b, &r->run[i], name, names);
	free(name);
	wp_sha256(b->data, b->len, hex);
	wp_buf_printf(b, "sha256 %s\n", hex);
}
