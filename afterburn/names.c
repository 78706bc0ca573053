// SPDX-License-Identifier: GPL-2.0-or-later
/* names.c - functions, as the assembler will see them, and ordinals in them. */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "insn.h"
#include "scan.h"
#include "words.h"
#include "wp.h"

#define MAX_NESTING 16 /* functions that are open at the same time */
#define MAX_NAMES   16 /* of one place; further ones are not looked up */

struct symbol {
	struct span name;
	bool sized, global;
	struct symbol *aliases;	   /* `.set alias, name` */
	struct symbol *next_alias; /* ... of the same */
	bool is_alias;
	unsigned int n_aliases;
	struct symbol *next; /* in its hash chain */
	struct symbol *twin; /* another name for the same place */
};

struct function {
	struct symbol *first; /* and its twins */
	struct span section;
	bool begun; /* some code has come: further labels are not twins */
	unsigned int twins;
	unsigned short count[SITE_KINDS];
};

#define CHAINS 4096

struct names {
	struct symbol *chain[CHAINS];
	struct function open[MAX_NESTING];
	unsigned int n_open;
};

struct names *names_new(void)
{
	return wp_alloc(sizeof(struct names));
}

void names_free(struct names *n)
{
	struct symbol *s, *next;
	size_t i;

	if (!n)
		return;
	for (i = 0; i < CHAINS; i++) {
		for (s = n->chain[i]; s; s = next) {
			next = s->next;
			free(s);
		}
	}
	free(n);
}

static bool same(struct span a, struct span b)
{
	return a.len == b.len && !memcmp(a.p, b.p, a.len);
}

static struct symbol *symbol(struct names *n, struct span name, bool make)
{
	struct symbol **at, *s;
	size_t h = 5381, i;

	for (i = 0; i < name.len; i++)
		h = h * 33 + (unsigned char)name.p[i];
	for (at = &n->chain[h % CHAINS]; (s = *at); at = &s->next)
		if (same(s->name, name))
			return s;
	if (!make)
		return NULL;
	s = wp_alloc(sizeof(*s));
	s->name = name;
	*at = s;
	return s;
}

static struct span next_symbol(const char **p, const char *end)
{
	const char *start;

	while (*p < end && (**p == ' ' || **p == '\t' || **p == ','))
		(*p)++;
	start = *p;
	*p = word_end(*p, end);
	return (struct span){start, (size_t)(*p - start)};
}

static void learn(struct names *n, enum directive d, const char *p, const char *end)
{
	struct span name = next_symbol(&p, end), other;
	struct symbol *s;

	if (!name.len)
		return;
	s = symbol(n, name, true);
	switch (d) {
	case DIR_SIZE:
		s->sized = true;
		break;
	case DIR_GLOBAL:
	case DIR_WEAK:
		for (; name.len; name = next_symbol(&p, end))
			symbol(n, name, true)->global = true;
		break;
	default: /* DIR_SET */
		other = next_symbol(&p, end);
		if (other.len && scan_blanks(p, end) == end && !same(name, other) && !s->is_alias) {
			struct symbol *of = symbol(n, other, true);

			if (of->n_aliases == MAX_NAMES)
				break;
			of->n_aliases++;
			s->is_alias = true;
			s->next_alias = of->aliases;
			of->aliases = s;
		}
		break;
	}
}

void names_read(struct names *n, const char *text, const char *end)
{
	const char *p = text, *line, *q;

	/* These directives stand first on their lines or behind a ';'. */
	for (; p < end; p = line < end ? line + 1 : end) {
		line = scan_line(p, end);
		while (p < line) {
			enum directive d;

			p = scan_blanks(p, line);
			q = scan_statement(p, line);
			d = p < q && *p == '.' ? insn_directive(p, q) : DIR_OTHER;
			if (d == DIR_SIZE || d == DIR_GLOBAL || d == DIR_WEAK || d == DIR_SET) {
				p = word_end(p, q);
				learn(n, d, p, q);
			}
			p = q < line && *q == ';' ? q + 1 : line;
		}
	}
}

void names_code(struct names *n)
{
	if (n->n_open)
		n->open[n->n_open - 1].begun = true;
}

static bool has_name(const struct function *f, const struct symbol *s)
{
	const struct symbol *t;

	for (t = f->first; t; t = t->twin)
		if (t == s)
			return true;
	return false;
}

void names_label(struct names *n, struct span label, struct span section)
{
	struct symbol *s = symbol(n, label, false);
	struct function *f = n->n_open ? &n->open[n->n_open - 1] : NULL;

	if (!s || !s->sized)
		return;
	if (f && !f->begun && same(f->section, section)) {
		if (f->twins == MAX_NAMES || has_name(f, s))
			return;
		f->twins++;
		s->twin = f->first;
		f->first = s;
		return;
	}
	if (n->n_open == MAX_NESTING) {
		memmove(n->open, n->open + 1, sizeof(n->open) - sizeof(n->open[0]));
		n->n_open--;
	}
	f = &n->open[n->n_open++];
	s->twin = NULL;
	*f = (struct function){.first = s, .section = section};
}

void names_size(struct names *n, struct span name)
{
	struct symbol *s = symbol(n, name, false);
	unsigned int i;

	for (i = n->n_open; i-- > 0;) {
		if (!has_name(&n->open[i], s))
			continue;
		memmove(&n->open[i], &n->open[i + 1], (n->n_open - i - 1) * sizeof(n->open[0]));
		n->n_open--;
		return;
	}
}

/* Does the plan name this site by @s? */
static bool named(const struct plan *plan, const struct symbol *s, enum site_kind kind,
		  unsigned int ordinal, struct span file, struct plan_entry *entry)
{
	char *name = wp_format("%.*s%s%.*s/%s#%u", s->global ? 0 : (int)file.len, file.p,
			       s->global ? "" : ":", (int)s->name.len, s->name.p,
			       kind_info[kind].name, ordinal);
	bool found = plan_names(plan, name);

	if (found)
		*entry = plan_lookup(plan, kind, name);
	free(name);
	return found;
}

struct plan_entry names_lookup(struct names *n, const struct plan *plan, enum site_kind kind,
			       struct span section, struct span file)
{
	struct plan_entry entry = plan_lookup(plan, kind, NULL);
	struct function *f = NULL;
	struct symbol *s, *a;
	unsigned int i, ordinal;

	for (i = n->n_open; i-- > 0 && !f;)
		if (same(n->open[i].section, section))
			f = &n->open[i];
	if (!f)
		return entry;
	ordinal = f->count[kind]++;
	for (s = f->first; s; s = s->twin) {
		if (named(plan, s, kind, ordinal, file, &entry))
			return entry;
		for (a = s->aliases; a; a = a->next_alias)
			if (named(plan, a, kind, ordinal, file, &entry))
				return entry;
	}
	return entry;
}
