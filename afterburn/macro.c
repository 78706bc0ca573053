// SPDX-License-Identifier: GPL-2.0-or-later
/* macro.c - instructions that come into a macro as its argument. */
#include "macro.h"

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

void macro_begin(struct macro *m, bool irp, const char *args, const char *end, const char *text_end)
{
	macro_free(m);
	m->after = end;
	m->end = text_end;
	if (irp) {
		next_argument(&args, end); /* the parameter */
		m->given = (struct span){args, (size_t)(end - args)};
	} else {
		m->name = next_argument(&args, end);
	}
}

void macro_free(struct macro *m)
{
	free(m->arg);
	*m = (struct macro){0};
}

static void take_arguments(struct macro *m, const char *p, const char *end)
{
	while ((p = scan_blanks(p, end)) < end) {
		struct span s = next_argument(&p, end);

		/* Room by powers of two. */
		if (!(m->n_args & (m->n_args - 1)))
			m->arg = wp_realloc(m->arg, (m->n_args * 2 + 1) * sizeof(*m->arg));
		m->arg[m->n_args++] = s;
	}
}

/* Is @p where a statement can begin: after a separator or a label? */
static bool at_statement(const char *p, const char *start)
{
	while (p > start && is_blank(p[-1]))
		p--;
	return p == start || p[-1] == '\n' || p[-1] == ';' || p[-1] == ':';
}

static void search(struct macro *m)
{
	const char *p = m->after, *q;

	m->searched = true;
	if (m->given.p)
		take_arguments(m, m->given.p, m->given.p + m->given.len);
	if (!m->name.len)
		return;
	while ((q = memmem(p, (size_t)(m->end - p), m->name.p, m->name.len))) {
		p = q + m->name.len;
		if (p < m->end && is_blank(*p) && at_statement(q, m->after))
			take_arguments(m, p, scan_statement(p, m->end));
	}
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

unsigned int macro_values(struct macro *m, const char *stmt, const char *end,
			  struct span *parameter, struct macro_value value[MACRO_MAX_VALUES])
{
	const char *slash = memchr(stmt, '\\', (size_t)(end - stmt));
	unsigned int n = 0, k;
	char text[128];
	size_t i;

	if (!slash)
		return 0;
	*parameter = (struct span){slash, (size_t)(parameter_end(slash, end) - slash)};
	if (parameter->len < 2)
		return 0;
	if (!m->searched)
		search(m);
	for (i = 0; i < m->n_args && n < MACRO_MAX_VALUES; i++) {
		struct span arg = m->arg[i];
		struct macro_value *v = &value[n];

		/* It must fit into .ifeqs "\op","value" and be one statement. */
		if (!arg.len || arg.len >= sizeof(v->text) ||
		    scan_statement(arg.p, arg.p + arg.len) < arg.p + arg.len ||
		    memchr(arg.p, '"', arg.len) || memchr(arg.p, '\\', arg.len) ||
		    !substitute(text, sizeof(text), (struct span){stmt, (size_t)(end - stmt)},
				*parameter, arg))
			continue;
		v->insn = insn_classify(text, text + strlen(text));
		if (v->insn.class != STMT_SENSITIVE)
			continue;
		memcpy(v->text, arg.p, arg.len);
		v->text[arg.len] = '\0';
		for (k = 0; k < n && strcmp(value[k].text, v->text); k++)
			;
		n += k == n;
	}
	return n;
}
