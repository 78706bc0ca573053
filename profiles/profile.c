// SPDX-License-Identifier: GPL-2.0-or-later
/* profile.c - parse, print and merge profiles (grammar in profile.h). */
#include "profile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const unit_name[] = {
	[UNIT_EXECUTIONS] = "executions",
	[UNIT_EMULATIONS] = "emulations",
	[UNIT_SAMPLES] = "samples",
};
#define UNITS (sizeof(unit_name) / sizeof(unit_name[0]))

const char *profile_unit_name(enum profile_unit unit)
{
	return unit_name[unit];
}

void profile_add_workload(struct profile *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->workloads && strcmp(p->workload[i], name) < 0; i++)
		;
	if (i < p->workloads && !strcmp(p->workload[i], name))
		return;
	p->workload = wp_realloc(p->workload, (p->workloads + 1) * sizeof(*p->workload));
	memmove(p->workload + i + 1, p->workload + i, (p->workloads - i) * sizeof(*p->workload));
	p->workload[i] = wp_strdup(name);
	p->workloads++;
}

void profile_add(struct profile_list *l, const char *name, uint64_t count)
{
	/* doubling: grow at each power of two */
	if (!(l->n & (l->n - 1)))
		l->count = wp_realloc(l->count, (l->n ? l->n * 2 : 1) * sizeof(*l->count));
	l->count[l->n++] = (struct profile_count){wp_strdup(name), count};
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct profile_count *)a)->name,
		      ((const struct profile_count *)b)->name);
}

/* Sorts, and adds up what has one name. */
static int sort_list(struct profile_list *l)
{
	size_t kept = 0;
	int status = 0;

	if (!l->n)
		return 0;
	qsort(l->count, l->n, sizeof(*l->count), by_name);
	for (size_t i = 1; i < l->n; i++) {
		if (strcmp(l->count[i].name, l->count[kept].name)) {
			l->count[++kept] = l->count[i];
			continue;
		}
		if (__builtin_add_overflow(l->count[kept].count, l->count[i].count,
					   &l->count[kept].count))
			status = -1;
		free(l->count[i].name);
	}
	l->n = kept + 1;
	return status;
}

int profile_sort(struct profile *p)
{
	int sites = sort_list(&p->sites), places = sort_list(&p->places);

	return sites || places ? -1 : 0;
}

uint64_t profile_count(const struct profile_list *l, const char *name)
{
	struct profile_count key = {(char *)name, 0}, *c;

	c = l->n ? bsearch(&key, l->count, l->n, sizeof(key), by_name) : NULL;
	return c ? c->count : 0;
}

static char *next_word(char **line)
{
	char *p = *line + strspn(*line, " \t"), *end = p + strcspn(p, " \t");

	if (p == end)
		return NULL;
	*line = *end ? end + 1 : end;
	*end = '\0';
	return p;
}

static const char *read_build(struct profile *p, char *word)
{
	size_t len = strlen(word);

	if (*p->build)
		return "a second `build': profiles of two kernels are merged by `profile merge'";
	if (len > PROFILE_BUILD_MAX || strspn(word, "0123456789abcdef") != len)
		return "`build' takes a build id in lower-case hexadecimal digits";
	memcpy(p->build, word, len + 1);
	return NULL;
}

static const char *read_workload(struct profile *p, char *word)
{
	profile_add_workload(p, word);
	return NULL;
}

static const char *read_unit(struct profile *p, char *word)
{
	for (size_t i = 1; i < UNITS && !p->unit; i++)
		if (!strcmp(word, unit_name[i])) {
			p->unit = (enum profile_unit)i;
			return NULL;
		}
	return p->unit ? "a second `unit'" : "`unit' takes executions, emulations or samples";
}

static const struct {
	const char *word;
	const char *(*read)(struct profile *p, char *word);
} headers[] = {
	{"build", read_build},
	{"workload", read_workload},
	{"unit", read_unit},
};

static const char *read_count(struct profile_list *l, char *name, char *count)
{
	char *end;
	uint64_t n;

	if (!count)
		return "a count is missing after the name";
	errno = 0;
	n = strtoull(count, &end, 10);
	if (*count < '0' || *count > '9' || *end || errno)
		return "a count is a decimal number of at most 64 bits";
	profile_add(l, name, n);
	return NULL;
}

static const char *parse_line(struct profile *p, char *line)
{
	char *what = next_word(&line), *word = next_word(&line), *count;

	if (!what || *what == '#')
		return NULL;
	if (!word)
		return "a word is missing at the end of the line";
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (!strcmp(what, headers[i].word)) {
			if (p->sites.n || p->places.n)
				return "build, workload and unit stand before the first site";
			if (next_word(&line))
				return "one word only is expected here";
			return headers[i].read(p, word);
		}
	if (strcmp(what, "site") && strcmp(what, "place"))
		return "a line starts with build, workload, unit, site, place or #";
	if (!*p->build || !p->workloads || !p->unit)
		return "build, workload and unit must stand before the first site";
	if (*what == 's' && (!strchr(word, '/') || !strchr(word, '#')))
		return "a site's name is function/kind#number";
	if (*what == 'p' && !strstr(word, "+0x"))
		return "a place is function+0xoffset";
	count = next_word(&line);
	if (next_word(&line))
		return "a line ends behind its count";
	return read_count(*what == 's' ? &p->sites : &p->places, word, count);
}

/* A name that stands twice is a sign of a bad edit: which count was meant? */
static const char *twice(struct profile_list *l)
{
	size_t n = l->n;

	if (sort_list(l))
		return "a count of more than 64 bits";
	return l->n == n ? NULL : "a name stands twice";
}

int profile_parse(struct profile *p, const char *file, const char *text, size_t len)
{
	char *copy = wp_alloc(len + 1), *line, *next;
	const char *wrong = NULL;
	unsigned int n = 0;

	memset(p, 0, sizeof(*p));
	memcpy(copy, text, len);
	if (memchr(copy, '\0', len))
		wrong = "not a text file: a profile starts with the line `" PROFILE_MAGIC "'";
	for (line = copy; !wrong && (*line || !n); line = next) {
		n++;
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		line[strcspn(line, "\r")] = '\0';
		if (n > 1)
			wrong = parse_line(p, line);
		else if (strcmp(line, PROFILE_MAGIC))
			wrong = "a profile of this version starts with the line `" PROFILE_MAGIC
				"'";
	}
	if (!wrong && (!*p->build || !p->workloads || !p->unit))
		wrong = "it ends before it has said build, workload and unit";
	if (!wrong)
		wrong = twice(&p->sites);
	if (!wrong)
		wrong = twice(&p->places);
	free(copy);
	if (!wrong)
		return 0;
	wp_warn_at(file, n, "%s", wrong);
	profile_free(p);
	return -1;
}

int profile_read(struct profile *p, const char *path)
{
	struct wp_buf b = {0};
	int status = -1;

	if (wp_read_file(path, &b))
		wp_warn_at(path, 0, "cannot read this profile: %s", strerror(errno));
	else
		status = profile_parse(p, path, b.data ? b.data : "", b.len);
	wp_buf_free(&b);
	return status;
}

static void free_list(struct profile_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->count[i].name);
	free(l->count);
}

void profile_free(struct profile *p)
{
	for (size_t i = 0; i < p->workloads; i++)
		free(p->workload[i]);
	free(p->workload);
	free_list(&p->sites);
	free_list(&p->places);
	memset(p, 0, sizeof(*p));
}

static void print_list(const struct profile_list *l, const char *what, struct wp_buf *b)
{
	for (size_t i = 0; i < l->n; i++)
		wp_buf_printf(b, "%s %s %" PRIu64 "\n", what, l->count[i].name, l->count[i].count);
}

void profile_print(const struct profile *p, struct wp_buf *b)
{
	wp_buf_printf(b, PROFILE_MAGIC "\nbuild %s\n", p->build);
	for (size_t i = 0; i < p->workloads; i++)
		wp_buf_printf(b, "workload %s\n", p->workload[i]);
	wp_buf_printf(b, "unit %s\n", unit_name[p->unit]);
	print_list(&p->sites, "site", b);
	print_list(&p->places, "place", b);
}

static bool overflows(const struct profile_list *to, const struct profile_list *from)
{
	uint64_t sum;

	for (size_t i = 0; i < from->n; i++)
		if (__builtin_add_overflow(from->count[i].count,
					   profile_count(to, from->count[i].name), &sum))
			return true;
	return false;
}

const char *profile_merge(struct profile *to, const struct profile *from)
{
	if (strcmp(to->build, from->build))
		return "it is of another build: match both by name with one vmlinux first "
		       "(--by-name)";
	if (to->unit != from->unit)
		return "it counts in another unit";
	if (overflows(&to->sites, &from->sites) || overflows(&to->places, &from->places))
		return "a sum of counts exceeds 64 bits";
	for (size_t i = 0; i < from->workloads; i++)
		profile_add_workload(to, from->workload[i]);
	for (size_t i = 0; i < from->sites.n; i++)
		profile_add(&to->sites, from->sites.count[i].name, from->sites.count[i].count);
	for (size_t i = 0; i < from->places.n; i++)
		profile_add(&to->places, from->places.count[i].name, from->places.count[i].count);
	profile_sort(to);
	return NULL;
}
