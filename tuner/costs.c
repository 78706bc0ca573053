// SPDX-License-Identifier: GPL-2.0-or-later
/* costs.c - parse and look up costs (grammar in costs.h). */
#include "costs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wp.h"

struct row {
	char *key; /* "<workload or nothing> <kind or site name> <strategy>" */
	int64_t cost;
};

struct costs {
	struct row *row; /* by key */
	size_t n;
	char **workload; /* those that have costs of their own */
	size_t workloads;
	char *unit;
	int64_t prefix, nop;
};

enum site_kind kind_named(const char *word, size_t len)
{
	for (int k = 1; k < SITE_KINDS; k++)
		if (kind_info[k].name && strlen(kind_info[k].name) == len &&
		    !memcmp(kind_info[k].name, word, len))
			return (enum site_kind)k;
	return SITE_NONE;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->key, ((const struct row *)b)->key);
}

/* NO_COST: it is no value. */
static int64_t read_value(const char *word)
{
	int64_t value = 0;
	int decimals = -1;

	for (const char *p = word; *p; p++) {
		if (*p == '.' && decimals < 0 && p > word && p[1]) {
			decimals = 0;
			continue;
		}
		if (*p < '0' || *p > '9' || decimals == 2 || value > COST_MAX)
			return NO_COST;
		value = value * 10 + (*p - '0');
		if (decimals >= 0)
			decimals++;
	}
	for (decimals = decimals < 0 ? 0 : decimals; decimals < 2; decimals++)
		value *= 10;
	return *word && value <= COST_MAX ? value : NO_COST;
}

static bool is_strategy(const char *word)
{
	return !strcmp(word, "native") || !strcmp(word, "trap") || !strcmp(word, "call") ||
	       !strcmp(word, "inline") || (!strncmp(word, "inline:", 7) && word[7]);
}

static const char *set_unit(struct costs *c, const char *word)
{
	if (!word || c->unit)
		return "`unit' takes one word and stands once";
	c->unit = wp_strdup(word);
	return NULL;
}

static const char *set_workload(struct costs *c, const char *word)
{
	if (!word)
		return "`workload' takes one word, which is its name";
	for (size_t i = 0; i < c->workloads; i++)
		if (!strcmp(c->workload[i], word))
			return "this workload has had its costs: they stand together";
	c->workload = wp_realloc(c->workload, (c->workloads + 1) * sizeof(*c->workload));
	c->workload[c->workloads++] = wp_strdup(word);
	return NULL;
}

static const char *set_native(struct costs *c, const char *what, int64_t value)
{
	int64_t *to = !strcmp(what, "prefix") ? &c->prefix : !strcmp(what, "nop") ? &c->nop : NULL;

	if (c->workloads)
		return "what a pad costs natively is no workload's: it stands before them";
	if (!to)
		return "`native' is followed by prefix or nop, and a value";
	if (*to != NO_COST)
		return "it stands there twice";
	*to = value;
	return NULL;
}

static char *key_of(const char *workload, const char *name, const char *strategy)
{
	return wp_format("%s %s %s", workload ? workload : "", name, strategy);
}

static const char *add_row(struct costs *c, char *name, char *strategy, int64_t cost)
{
	const char *workload = c->workloads ? c->workload[c->workloads - 1] : NULL;

	if (!is_strategy(strategy))
		return "a strategy is native, trap, call, inline or inline:<variant>";
	/* doubling: grow at each power of two */
	if (!(c->n & (c->n - 1)))
		c->row = wp_realloc(c->row, (c->n ? c->n * 2 : 1) * sizeof(*c->row));
	c->row[c->n++] = (struct row){key_of(workload, name, strategy), cost};
	return NULL;
}

static bool is_site_name(const char *name)
{
	const char *kind = strrchr(name, '/'), *number = strrchr(name, '#');

	return kind && number && number > kind && kind_named(kind + 1, (size_t)(number - kind - 1));
}

static const char *parse_line(struct costs *c, char *line)
{
	char *word[5], *save = NULL;
	size_t n = 0;
	int64_t value;

	for (char *w = strtok_r(line, " \t", &save); w && *w != '#' && n < 5;
	     w = strtok_r(NULL, " \t", &save))
		word[n++] = w;
	if (!n)
		return NULL;
	if (!strcmp(word[0], "unit"))
		return set_unit(c, n == 2 ? word[1] : NULL);
	if (!c->unit)
		return "the unit must be said first: unit <word>";
	if (!strcmp(word[0], "workload"))
		return set_workload(c, n == 2 ? word[1] : NULL);
	if (n < 3 || n > 4)
		return "a line is native <what> <value>, kind <kind> <strategy> <value>, site "
		       "<name> <strategy> <value> or workload <word>";
	value = read_value(word[n - 1]);
	if (value == NO_COST)
		return "a value is a number of at most ten million, with at most two decimals";
	if (n == 3 && !strcmp(word[0], "native"))
		return set_native(c, word[1], value);
	if (n == 4 && !strcmp(word[0], "kind"))
		return kind_named(word[1], strlen(word[1])) ? add_row(c, word[1], word[2], value)
							    : "this kind is not in kinds.def";
	if (n == 4 && !strcmp(word[0], "site"))
		return is_site_name(word[1]) ? add_row(c, word[1], word[2], value)
					     : "a site's name is function/kind#number";
	return "a line starts with unit, native, kind, site, workload or #";
}

static const char *complete(struct costs *c)
{
	if (!c->unit || c->prefix == NO_COST || c->nop == NO_COST)
		return "it ends before it has said unit, native prefix and native nop";
	if (c->n)
		qsort(c->row, c->n, sizeof(*c->row), by_key);
	for (size_t i = 1; i < c->n; i++)
		if (!strcmp(c->row[i].key, c->row[i - 1].key))
			return "a kind or site has two costs for one strategy";
	return NULL;
}

struct costs *costs_parse(const char *file, const char *text, size_t len)
{
	struct costs *c = wp_alloc(sizeof(*c));
	char *copy = wp_alloc(len + 1), *line, *next;
	const char *wrong = NULL;
	unsigned int n = 0;

	c->prefix = c->nop = NO_COST;
	memcpy(copy, text, len);
	if (memchr(copy, '\0', len))
		wrong = "not a text file: costs start with the line `" COSTS_MAGIC "'";
	for (line = copy; !wrong && (*line || !n); line = next) {
		n++;
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		line[strcspn(line, "\r")] = '\0';
		if (n > 1)
			wrong = parse_line(c, line);
		else if (strcmp(line, COSTS_MAGIC))
			wrong = "costs of this version start with the line `" COSTS_MAGIC "'";
	}
	if (!wrong)
		wrong = complete(c);
	free(copy);
	if (!wrong)
		return c;
	wp_warn_at(file, n, "%s", wrong);
	costs_free(c);
	return NULL;
}

struct costs *costs_read(const char *path)
{
	struct wp_buf b = {0};
	struct costs *c = NULL;

	if (wp_read_file(path, &b))
		wp_warn_at(path, 0, "cannot read these costs: %s", strerror(errno));
	else
		c = costs_parse(path, b.data ? b.data : "", b.len);
	wp_buf_free(&b);
	return c;
}

void costs_free(struct costs *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		free(c->row[i].key);
	free(c->row);
	for (size_t i = 0; i < c->workloads; i++)
		free(c->workload[i]);
	free(c->workload);
	free(c->unit);
	free(c);
}

const char *costs_unit(const struct costs *c)
{
	return c->unit;
}

int64_t costs_prefix(const struct costs *c)
{
	return c->prefix;
}

int64_t costs_nop(const struct costs *c)
{
	return c->nop;
}

static int64_t find(const struct costs *c, const char *workload, const char *name,
		    const char *strategy)
{
	struct row key = {key_of(workload, name, strategy), 0}, *r;

	r = c->n ? bsearch(&key, c->row, c->n, sizeof(key), by_key) : NULL;
	free(key.key);
	return r ? r->cost : NO_COST;
}

int64_t costs_of(const struct costs *c, const char *workload, enum site_kind kind, const char *name,
		 const char *strategy)
{
	const char *const whose[] = {workload, NULL}, *const what[] = {name, kind_info[kind].name};
	int64_t cost = NO_COST;

	for (size_t i = 0; c && i < 4 && cost == NO_COST; i++)
		if (what[i % 2])
			cost = find(c, whose[i / 2], what[i % 2], strategy);
	return cost;
}
