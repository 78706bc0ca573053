// SPDX-License-Identifier: GPL-2.0-or-later
/* macro.c - instructions that come into a macro as its argument. */
#include "macro.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scan.h"
#include "words.h"
#include "wp.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Arguments are separated by commas and blanks; quotes keep them together. */
static struct span next_argument(const char **at, const char *end)
{
	const char *p = *at, *start;
	struct span s;

	while (p < end && (is_blank(*p) || *p == ','))
		p++;
	start = p;
	if (p < end && *p == '"') {
		p = scan_string(p, end);
		s = (struct span){start + 1, (size_t)(p - start) - 1};
		if (s.len && p[-1] == '"')
			s.len--;
		*at = p;
		return s;
	}
	while (p < end && !is_blank(*p) && *p != ',' && *p != '=')
		p++;
	if (p < end && *p == '=') { /* keyword=value */
		*at = p + 1;
		return next_argument(at, end);
	}
	*at = p;
	return (struct span){start, (size_t)(p - start)};
}

/* What was said already: a macro's name (of is NULL), or an argument of that macro. */
struct said {
	const struct said *of;
	struct span text;
	struct said *first, *last; /* arguments of this macro, in the order of the text */
	struct said *sibling;
	struct said *chained;
};

static bool same(struct span a, struct span b)
{
	return a.len == b.len && !memcmp(a.p, b.p, a.len);
}

/* NULL if there is none and @make is not set. */
static struct said *said(struct macro_uses *u, const struct said *of, struct span text, bool make)
{
	size_t h = 5381 + (uintptr_t)of / sizeof(*of), i;
	struct said **at, *s;

	for (i = 0; i < text.len; i++)
		h = h * 33 + (unsigned char)text.p[i];
	for (at = &u->chain[h % MACRO_CHAINS]; (s = *at); at = &s->chained)
		if (s->of == of && same(s->text, text))
			return s;
	if (!make)
		return NULL;
	*at = s = wp_alloc(sizeof(*s));
	s->of = of;
	s->text = text;
	return s;
}

/* It must fit into .ifeqs "\op","value" and be one statement. */
static bool is_usable(struct span arg)
{
	return arg.len && arg.len < MACRO_MAX_TEXT &&
	       scan_statement(arg.p, arg.p + arg.len) == arg.p + arg.len &&
	       !memchr(arg.p, '"', arg.len) && !memchr(arg.p, '\\', arg.len);
}

static void take_arguments(struct macro_uses *u, struct said *macro, const char *p, const char *end)
{
	while ((p = scan_blanks(p, end)) < end) {
		struct span text = next_argument(&p, end);
		struct said *s;

		if (!is_usable(text))
			continue;
		s = said(u, macro, text, true);
		if (s->sibling || s == macro->last)
			continue;
		if (macro->last)
			macro->last->sibling = s;
		else
			macro->first = s;
		macro->last = s;
	}
}

/* Where a statement can begin from @p on: behind a separator or a label. */
static const char *next_statement(const char *p, const char *end)
{
	while (p < end && *p != '\n' && *p != ';' && *p != ':')
		p++;
	return p < end ? p + 1 : end;
}

/* All macros' names first: a use may stand in a body before the definition. */
static void search(struct macro_uses *u)
{
	const char *p, *end = u->end;
	struct said *macro;

	u->searched = true;
	for (p = u->text; (p = memmem(p, (size_t)(end - p), ".macro", 6));) {
		p += 6;
		if (p < end && is_blank(*p))
			said(u, NULL, next_argument(&p, scan_line(p, end)), true);
	}
	for (p = u->text; p < end; p = next_statement(p, end)) {
		const char *name = scan_blanks(p, end);

		p = word_end(name, end);
		if (p == name || p == end || !is_blank(*p))
			continue;
		macro = said(u, NULL, (struct span){name, (size_t)(p - name)}, false);
		if (macro)
			take_arguments(u, macro, p, scan_statement(p, end));
	}
}

void macro_uses_reset(struct macro_uses *u, const char *text, const char *end)
{
	struct said *s, *next;
	size_t i;

	for (i = 0; u->searched && i < MACRO_CHAINS; i++) {
		for (s = u->chain[i]; s; s = next) {
			next = s->chained;
			free(s);
		}
	}
	*u = (struct macro_uses){.text = text, .end = end};
}

void macro_begin(struct macro *m, struct macro_uses *uses, const char *args, const char *end)
{
	*m = (struct macro){.uses = uses, .name = next_argument(&args, end)};
}

void macro_begin_irp(struct macro *m, const char *args, const char *end)
{
	next_argument(&args, end); /* the parameter */
	*m = (struct macro){.given = {args, (size_t)(end - args)}};
}

void macro_end(struct macro *m)
{
	*m = (struct macro){0};
}

static const char *parameter_end(const char *p, const char *end)
{
	for (p++; p < end && is_symbol_char(*p) && *p != '.'; p++)
		;
	return p;
}

/* @stmt with @parameter replaced by @arg; false if it has other parameters or is too long. */
static bool substitute(char *out, size_t size, struct span stmt, struct span parameter,
		       struct span arg)
{
	const char *p = stmt.p, *end = stmt.p + stmt.len;
	size_t n = 0;

	while (p < end) {
		struct span piece = {p, 1};

		if (*p == '\\' && end - p >= 3 && p[1] == '(' && p[2] == ')') {
			p += 3;
			continue;
		}
		if (*p == '\\') {
			if ((size_t)(end - p) < parameter.len ||
			    memcmp(p, parameter.p, parameter.len) ||
			    parameter_end(p, end) != p + parameter.len)
				piece.len = (size_t)(parameter_end(p, end) - p);
			else
				piece = arg;
			p = parameter_end(p, end);
		} else {
			p++;
		}
		if (n + piece.len >= size)
			return false;
		memcpy(out + n, piece.p, piece.len);
		n += piece.len;
	}
	out[n] = '\0';
	return true;
}

/* What becomes of the statement @stmt with @arg; added to @value if that is new. */
static unsigned int try_value(struct span stmt, struct span parameter, struct span arg,
			      struct macro_value *value, unsigned int n)
{
	struct macro_value *v = &value[n];
	char text[2 * MACRO_MAX_TEXT];
	unsigned int k;

	if (n == MACRO_MAX_VALUES || !substitute(text, sizeof(text), stmt, parameter, arg))
		return n;
	v->insn = insn_classify(text, text + strlen(text));
	if (v->insn.class != STMT_SENSITIVE)
		return n;
	memcpy(v->text, arg.p, arg.len);
	v->text[arg.len] = '\0';
	for (k = 0; k < n && strcmp(value[k].text, v->text); k++)
		;
	return n + (k == n);
}

unsigned int macro_values(struct macro *m, const char *stmt, const char *end,
			  struct span *parameter, struct macro_value value[MACRO_MAX_VALUES])
{
	const char *slash = memchr(stmt, '\\', (size_t)(end - stmt)), *p, *given_end;
	struct span whole = {stmt, (size_t)(end - stmt)}, arg;
	struct said *macro, *s;
	unsigned int n = 0;

	if (!slash)
		return 0;
	*parameter = (struct span){slash, (size_t)(parameter_end(slash, end) - slash)};
	if (parameter->len < 2)
		return 0;
	given_end = m->given.len ? m->given.p + m->given.len : NULL;
	for (p = m->given.p; given_end && (p = scan_blanks(p, given_end)) < given_end;) {
		arg = next_argument(&p, given_end);
		if (is_usable(arg))
			n = try_value(whole, *parameter, arg, value, n);
	}
	if (!m->name.len)
		return n;
	if (!m->uses->searched)
		search(m->uses);
	macro = said(m->uses, NULL, m->name, false);
	for (s = macro ? macro->first : NULL; s; s = s->sibling)
		n = try_value(whole, *parameter, s->text, value, n);
	return n;
}
