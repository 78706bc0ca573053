// SPDX-License-Identifier: GPL-2.0-or-later
/* plan.c - parse and look up plans (grammar in plan.h). */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wp.h"

struct site_line {
	char *name;
	struct plan_entry entry;
	unsigned int line;	 /* that names it first */
	struct site_line *later; /* in the order of these */
	struct site_line *next;	 /* in its hash chain */
};

struct plan {
	struct plan_entry kind[SITE_KINDS];
	struct site_line **chain;
	size_t chains, sites;
	struct site_line *first, **last;
	char *text; /* what names and variants point into */
};

static const struct plan_entry unset = {.pad = -1};

static size_t hash(const char *s)
{
	size_t h = 5381;

	while (*s)
		h = h * 33 + (unsigned char)*s++;
	return h;
}

static struct site_line *find_site(const struct plan *p, const char *name)
{
	struct site_line *s;

	if (!p->chains)
		return NULL;
	for (s = p->chain[hash(name) & (p->chains - 1)]; s; s = s->next)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

/* Keeps chains short: as many as sites. */
static void grow(struct plan *p)
{
	size_t chains = p->chains ? p->chains * 2 : 64, i;
	struct site_line **chain = wp_alloc(chains * sizeof(*chain)), *s;

	for (i = 0; i < p->chains; i++) {
		while ((s = p->chain[i])) {
			size_t h = hash(s->name) & (chains - 1);

			p->chain[i] = s->next;
			s->next = chain[h];
			chain[h] = s;
		}
	}
	free(p->chain);
	p->chain = chain;
	p->chains = chains;
}

static struct plan_entry *add_site(struct plan *p, char *name, unsigned int line)
{
	struct site_line *s = find_site(p, name), **chain;

	if (s)
		return &s->entry;
	if (p->sites == p->chains)
		grow(p);
	s = wp_alloc(sizeof(*s));
	s->name = name;
	s->entry = unset;
	s->line = line;
	if (!p->first)
		p->last = &p->first;
	*p->last = s;
	p->last = &s->later;
	chain = &p->chain[hash(name) & (p->chains - 1)];
	s->next = *chain;
	*chain = s;
	p->sites++;
	return &s->entry;
}

static enum site_kind kind_by_name(const char *name, size_t len)
{
	int k;

	for (k = 1; k < SITE_KINDS; k++)
		if (kind_info[k].name && strlen(kind_info[k].name) == len &&
		    !memcmp(kind_info[k].name, name, len))
			return k;
	return SITE_NONE;
}

/* The next blank-separated word of a line, NUL-terminated in place. */
static char *next_word(char **line)
{
	char *p = *line + strspn(*line, " \t"), *end = p + strcspn(p, " \t");

	if (p == end)
		return NULL;
	*line = *end ? end + 1 : end;
	*end = '\0';
	return p;
}

static const char *set_pad(struct plan_entry *e, char *value)
{
	char *rest;
	long pad = strtol(value, &rest, 10);

	if (*value < '0' || *value > '9' || *rest || pad > PLAN_MAX_PAD)
		return "pad= takes a total length of 0 to 255 bytes";
	e->pad = (int)pad;
	return NULL;
}

static const char *set_style(struct plan_entry *e, char *value)
{
	if (!strcmp(value, "prefix"))
		e->style = STYLE_PREFIX;
	else if (!strcmp(value, "nop"))
		e->style = STYLE_NOP;
	else
		return "style= takes prefix or nop";
	return NULL;
}

static const char *set_strategy(struct plan_entry *e, char *value)
{
	char *variant = strchr(value, ':');

	if (variant)
		*variant++ = '\0';
	e->variant = variant;
	if (!strcmp(value, "inline") && (!variant || *variant)) {
		e->strategy = STRATEGY_INLINE;
		return NULL;
	}
	if (variant)
		return "only strategy=inline has a variant: inline:<name>";
	if (!strcmp(value, "trap"))
		e->strategy = STRATEGY_TRAP;
	else if (!strcmp(value, "call"))
		e->strategy = STRATEGY_CALL;
	else
		return "strategy= takes trap, call or inline[:variant]";
	return NULL;
}

static const struct {
	const char *name; /* with the '=' */
	const char *(*set)(struct plan_entry *e, char *value);
} attributes[] = {
	{"pad=", set_pad},
	{"style=", set_style},
	{"strategy=", set_strategy},
};

/* NULL, or what is wrong; may point to a buffer that the next call reuses. */
static const char *parse_line(struct plan *p, char *line, unsigned int lineno)
{
	static char message[256];
	char *what = next_word(&line), *name, *word;
	struct plan_entry *entry;
	size_t i;

	if (!what || *what == '#')
		return NULL;
	name = next_word(&line);
	if (strcmp(what, "kind") && strcmp(what, "site")) {
		snprintf(message, sizeof(message), "`%.40s': a line starts with kind, site or #",
			 what);
		return message;
	}
	if (!name)
		return "kind and site need a name after them";
	if (*what == 'k') {
		enum site_kind kind = kind_by_name(name, strlen(name));

		if (!kind) {
			snprintf(message, sizeof(message),
				 "`%.40s' is no kind; they are listed in kinds.def", name);
			return message;
		}
		entry = &p->kind[kind];
	} else {
		char *kind = strrchr(name, '/'), *number = strrchr(name, '#');

		if (!kind || !number || number < kind || !number[1] ||
		    number[1 + strspn(number + 1, "0123456789")] ||
		    !kind_by_name(kind + 1, (size_t)(number - kind - 1))) {
			snprintf(message, sizeof(message),
				 "`%.80s' is no site name: function/kind#number", name);
			return message;
		}
		entry = add_site(p, name, lineno);
	}
	while ((word = next_word(&line)) && *word != '#') {
		const char *wrong = NULL;

		for (i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
			size_t len = strlen(attributes[i].name);

			if (!strncmp(word, attributes[i].name, len)) {
				wrong = attributes[i].set(entry, word + len);
				break;
			}
		}
		if (i == sizeof(attributes) / sizeof(attributes[0])) {
			snprintf(message, sizeof(message),
				 "`%.40s': attributes are pad=, style= and strategy=", word);
			return message;
		}
		if (wrong)
			return wrong;
	}
	return NULL;
}

struct plan *plan_parse(const char *file, const char *text, size_t len)
{
	struct plan *p = wp_alloc(sizeof(*p));
	unsigned int n = 0;
	char *line, *next;
	int k;

	for (k = 0; k < SITE_KINDS; k++)
		p->kind[k] = unset;
	p->text = wp_alloc(len + 1);
	memcpy(p->text, text, len);
	if (memchr(p->text, '\0', len)) {
		wp_warn_at(file, 0, "not a text file: a plan starts with the line `%s'",
			   PLAN_MAGIC);
		goto bad;
	}
	for (line = p->text; *line || !n; line = next) {
		const char *wrong;

		n++;
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		line[strcspn(line, "\r")] = '\0';
		if (n == 1)
			wrong = strcmp(line, PLAN_MAGIC)
					? "a plan of this version starts with the line `" PLAN_MAGIC
					  "'"
					: NULL;
		else
			wrong = parse_line(p, line, n);
		if (wrong) {
			wp_warn_at(file, n, "%s", wrong);
			goto bad;
		}
	}
	return p;
bad:
	plan_free(p);
	return NULL;
}

void plan_free(struct plan *p)
{
	struct site_line *s;
	size_t i;

	if (!p)
		return;
	for (i = 0; i < p->chains; i++) {
		while ((s = p->chain[i])) {
			p->chain[i] = s->next;
			free(s);
		}
	}
	free(p->chain);
	free(p->text);
	free(p);
}

bool plan_has_sites(const struct plan *p)
{
	return p && p->sites;
}

bool plan_names(const struct plan *p, const char *name)
{
	return p && find_site(p, name);
}

void plan_each_site(const struct plan *p, plan_site_fn *fn, void *context)
{
	const struct site_line *s;

	for (s = p->first; s; s = s->later)
		fn(context, s->name, s->line);
}

static void merge(struct plan_entry *to, const struct plan_entry *from)
{
	if (from->pad >= 0)
		to->pad = from->pad;
	if (from->style)
		to->style = from->style;
	if (from->strategy) {
		to->strategy = from->strategy;
		to->variant = from->variant;
	}
}

struct plan_entry plan_lookup(const struct plan *p, enum site_kind kind, const char *name)
{
	struct plan_entry e = {.pad = kind_info[kind].total, .style = STYLE_PREFIX};
	struct site_line *s = p && name ? find_site(p, name) : NULL;

	if (p)
		merge(&e, &p->kind[kind]);
	if (s)
		merge(&e, &s->entry);
	return e;
}
