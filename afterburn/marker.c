// SPDX-License-Identifier: GPL-2.0-or-later
/* marker.c - what comments say: markers of sites, and where the text came from. */
#include <string.h>

#include "parser.h"
#include "scan.h"

#define MARKER "@afterburn"

static const struct span nothing;

static struct span next_word(const char **p, const char *end)
{
	const char *start;

	while (*p < end && (**p == ' ' || **p == '\t'))
		(*p)++;
	for (start = *p; *p < end && **p != ' ' && **p != '\t' && **p != '\r';)
		(*p)++;
	return (struct span){start, (size_t)(*p - start)};
}

static bool is(struct span s, const char *word)
{
	return s.len == strlen(word) && !memcmp(s.p, word, s.len);
}

bool marker_is(const char *p, const char *end)
{
	p++;
	return is(next_word(&p, end), MARKER);
}

static enum site_kind kind_of(struct ab_parser *ps, struct span word)
{
	int k;

	for (k = 1; k < SITE_KINDS; k++)
		if (kind_info[k].name && is(word, kind_info[k].name))
			return k;
	parser_fail(ps, word.p, "unknown kind in an afterburn marker", word);
	return SITE_NONE;
}

/* A comment from its '#' on.  Returns the kind if it is a marker for one instruction. */
static enum site_kind read_marker(struct ab_parser *ps, const char *p, const char *end)
{
	struct span word;

	if (!marker_is(p, end))
		return SITE_NONE;
	p++;
	next_word(&p, end);
	word = next_word(&p, end);
	if (is(word, "begin")) {
		if (ps->region)
			parser_fail(ps, word.p, "an afterburn region begins inside another", word);
		ps->region = kind_of(ps, next_word(&p, end));
		ps->region_at = word.p;
		return SITE_NONE;
	}
	if (is(word, "end")) {
		if (!ps->region)
			parser_fail(ps, word.p, "an afterburn region ends that never began", word);
		ps->region = SITE_NONE;
		return SITE_NONE;
	}
	return kind_of(ps, word);
}

void marker_comment(struct ab_parser *ps, const char *p, const char *end)
{
	size_t len = (size_t)(end - p);
	enum site_kind kind;

	if (len >= 4 && !memcmp(p, "#APP", 4)) {
		ps->app = ps->any_app = true;
	} else if (len >= 7 && !memcmp(p, "#NO_APP", 7)) {
		ps->app = false;
	} else if (scan_linemarker(p, end, NULL).p) {
		if (!ps->cpp_file.p)
			ps->cpp_file = scan_linemarker(p, end, NULL);
	} else if ((kind = read_marker(ps, p, end))) {
		if (ps->mark)
			parser_fail(ps, p,
				    "an afterburn marker follows another, no instruction between",
				    nothing);
		ps->mark = kind;
		ps->mark_at = p;
	}
}

enum site_kind marker_trailing(struct ab_parser *ps, const char *p)
{
	if (p == ps->end || *p != '#')
		return SITE_NONE;
	return read_marker(ps, p, scan_line(p, ps->end));
}

enum site_kind marker_take(struct ab_parser *ps, const char *p, const char *end)
{
	enum site_kind mark = ps->mark;

	ps->mark = SITE_NONE;
	if (mark)
		return mark;
	/* A compiler's own instructions in a region (spills) are not meant. */
	if (ps->region && (ps->app || !ps->any_app) && insn_is_rmw(p, end))
		return ps->region;
	return SITE_NONE;
}

void marker_end(struct ab_parser *ps)
{
	if (ps->mark)
		parser_fail(ps, ps->mark_at, "an afterburn marker has no instruction after it",
			    nothing);
	if (ps->region)
		parser_fail(ps, ps->region_at, "an afterburn region has no end", nothing);
}
