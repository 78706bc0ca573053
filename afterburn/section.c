// SPDX-License-Identifier: GPL-2.0-or-later
/* section.c - the assembler's section stack, as far as sites care. */
#include "section.h"

#include <string.h>
#include <stdlib.h>

#include <wedgeperf/annotation.h>
#include "wp.h"

#define MAX_DEPTH 64 /* pushes deeper than that are counted, not kept */

struct level {
	struct section current, previous;
};

struct sections {
	struct level now;
	struct level stack[MAX_DEPTH];
	unsigned int depth;
	/* Where a macro's body began. */
	struct level outside;
	unsigned int outside_depth;
	/* Sections seen with flags, by name: later mentions may have none. */
	struct section *known;
	size_t n_known, slots;
};

static const struct section text_section = {.name = {".text", 5}, .code = true};
static const struct section data_section = {.name = {".data", 5}};

static const struct {
	const char *name;
	unsigned int flags;
} special[] = {
	{".head.text", AB_F_EARLY},
	{".altinstr_replacement", AB_F_ALTERNATIVE},
};

static bool is(struct span s, const char *name)
{
	return s.len == strlen(name) && !memcmp(s.p, name, s.len);
}

static bool starts(struct span s, const char *name)
{
	return s.len >= strlen(name) && !memcmp(s.p, name, strlen(name));
}

struct sections *sections_new(void)
{
	struct sections *s = wp_alloc(sizeof(*s));

	s->now.current = s->now.previous = text_section;
	return s;
}

void sections_free(struct sections *s)
{
	if (s)
		free(s->known);
	free(s);
}

const struct section *sections_current(const struct sections *s)
{
	return &s->now.current;
}

static struct section *slot(const struct sections *s, struct span name)
{
	size_t h = 2166136261u, i;

	for (i = 0; i < name.len; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619u;
	for (h &= s->slots - 1; s->known[h].name.p; h = (h + 1) & (s->slots - 1))
		if (s->known[h].name.len == name.len &&
		    !memcmp(s->known[h].name.p, name.p, name.len))
			break;
	return &s->known[h];
}

static void remember(struct sections *s, const struct section *sec)
{
	struct section *at;

	if (s->n_known * 2 >= s->slots) {
		struct section *old = s->known;
		size_t slots = s->slots, i;

		s->slots = slots ? slots * 2 : 64;
		s->known = wp_alloc(s->slots * sizeof(*s->known));
		for (i = 0; i < slots; i++)
			if (old[i].name.p)
				*slot(s, old[i].name) = old[i];
		free(old);
	}
	at = slot(s, sec->name);
	s->n_known += !at->name.p;
	*at = *sec;
}

static struct span trimmed(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	while (end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	if (end - p >= 2 && *p == '"' && end[-1] == '"') {
		p++;
		end--;
	}
	return (struct span){p, (size_t)(end - p)};
}

/* The next comma-separated argument; quotes protect commas. */
static struct span argument(const char **args, const char *end)
{
	const char *p = *args, *start = p;
	bool quoted = false;

	for (; p < end && (quoted || *p != ','); p++)
		quoted ^= *p == '"';
	*args = p < end ? p + 1 : end;
	return trimmed(start, p);
}

/* name[, subsection][, "flags"[, @type[, entsize][, group[, comdat]]]] */
static struct section parse(struct sections *s, const char *args, const char *end)
{
	struct section sec = {.name = argument(&args, end)};
	struct span flags = {NULL, 0}, arg;
	bool grouped;
	size_t i;

	while (args < end && !flags.p) {
		const char *start = args;

		arg = argument(&args, end);
		if (memchr(start, '"', (size_t)(args - start)))
			flags = arg;
	}
	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (is(sec.name, special[i].name))
			sec.flags = special[i].flags;
	if (!flags.p) {
		if (s->slots && slot(s, sec.name)->name.p)
			return *slot(s, sec.name);
		/* What gas and BFD know by name. */
		sec.code = is(sec.name, ".text") || starts(sec.name, ".text.") ||
			   is(sec.name, ".init") || is(sec.name, ".fini") ||
			   starts(sec.name, ".gnu.linkonce.t.");
		return sec;
	}
	sec.code = memchr(flags.p, 'x', flags.len) != NULL;
	if (memchr(flags.p, '?', flags.len))
		sec.group = s->now.current.group;
	grouped = memchr(flags.p, 'G', flags.len) != NULL;
	if (grouped) {
		argument(&args, end); /* @progbits */
		if (memchr(flags.p, 'M', flags.len))
			argument(&args, end); /* entry size */
		sec.group = argument(&args, end);
	}
	remember(s, &sec);
	return sec;
}

static void change(struct sections *s, struct section sec)
{
	s->now.previous = s->now.current;
	s->now.current = sec;
}

void sections_section(struct sections *s, const char *args, const char *end)
{
	change(s, parse(s, args, end));
}

void sections_push(struct sections *s, const char *args, const char *end)
{
	if (s->depth < MAX_DEPTH)
		s->stack[s->depth] = s->now;
	s->depth++;
	change(s, parse(s, args, end));
}

void sections_text(struct sections *s)
{
	change(s, text_section);
}

void sections_data(struct sections *s)
{
	change(s, data_section);
}

void sections_pop(struct sections *s)
{
	if (!s->depth)
		return;
	s->depth--;
	if (s->depth < MAX_DEPTH)
		s->now = s->stack[s->depth];
}

void sections_previous(struct sections *s)
{
	struct section sec = s->now.previous;

	change(s, sec);
}

/* Macros are taken for code: what they are used for is not known yet. */
void sections_enter_macro(struct sections *s)
{
	s->outside = s->now;
	s->outside_depth = s->depth;
	s->now.current = s->now.previous = text_section;
}

void sections_leave_macro(struct sections *s)
{
	s->now = s->outside;
	s->depth = s->outside_depth;
}
