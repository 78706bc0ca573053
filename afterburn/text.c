// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * text.c - one pass over assembly text: find the statements and keep track of
 * section, syntax, macros and markers.  site.c inserts what makes a statement a
 * site; text is copied in long runs, only at a site something is put in between.
 */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "parser.h"
#include "scan.h"
#include "words.h"

/* The linemarkers up to @at are applied only now, when they are needed. */
void parser_fail(struct ab_parser *ps, const char *at, const char *message, struct span word)
{
	struct span file = {ps->file, strlen(ps->file)}, other;
	const char *p = ps->text, *next;
	unsigned int line = 1;
	char *name;

	if (!ps->failed) {
		for (; (next = scan_line(p, ps->end)) < at; p = next + 1) {
			line++;
			other = scan_linemarker(p, next, &line);
			if (other.p)
				file = other;
		}
		name = wp_format("%.*s", (int)file.len, file.p);
		wp_warn_at(name, line, "%s%s%.*s%s", message, word.len ? ": `" : "", (int)word.len,
			   word.p, word.len ? "'" : "");
		free(name);
	}
	ps->failed = at;
}

struct span parser_base_name(const struct ab_parser *ps)
{
	struct span name = ps->file_name.p  ? ps->file_name
			   : ps->cpp_file.p ? ps->cpp_file
					    : (struct span){ps->file, strlen(ps->file)};
	const char *slash = memrchr(name.p, '/', name.len);

	if (slash) {
		name.len -= (size_t)(slash + 1 - name.p);
		name.p = slash + 1;
	}
	return name;
}

const char *parser_label_end(const char *p, const char *end)
{
	const char *start = p;

	if (p < end && *p == '"') {
		p = scan_string(p, end);
	} else {
		while (p < end && (is_symbol_char(*p) || *p == '\\' || *p == '@' ||
				   (p > start &&
				    ((*p == '(' && p[-1] == '\\') || (*p == ')' && p[-1] == '(')))))
			p++;
	}
	p = scan_blanks(p, end);
	return p < end && *p == ':' ? p + 1 : NULL;
}

static struct span symbol_at(const char *p, const char *end)
{
	return (struct span){p, (size_t)(word_end(p, end) - p)};
}

static const char *directive(struct ab_parser *ps, const char *p, const char *end)
{
	enum directive d = insn_directive(p, end);
	const char *args = word_end(p, end);

	switch (d) {
	case DIR_TEXT:
		sections_text(ps->sections);
		break;
	case DIR_DATA:
		sections_data(ps->sections);
		break;
	case DIR_SECTION:
		sections_section(ps->sections, args, end);
		break;
	case DIR_PUSHSECTION:
		sections_push(ps->sections, args, end);
		break;
	case DIR_POPSECTION:
		sections_pop(ps->sections);
		break;
	case DIR_PREVIOUS:
		sections_previous(ps->sections);
		break;
	case DIR_CODE64:
		ps->other_code = false;
		break;
	case DIR_CODE_OTHER:
		ps->other_code = true;
		break;
	case DIR_INTEL:
		ps->intel = true;
		break;
	case DIR_ATT:
		ps->intel = false;
		break;
	case DIR_MACRO:
		if (!ps->macro++) {
			sections_enter_macro(ps->sections);
			macro_begin(&ps->body, &ps->uses, args, end);
		}
		break;
	case DIR_ENDM:
		if (ps->macro && !--ps->macro) {
			sections_leave_macro(ps->sections);
			macro_end(&ps->body);
		}
		break;
	case DIR_REPEAT:
	case DIR_IRP:
		ps->repeat++;
		if (d == DIR_IRP && !ps->macro) {
			ps->irp = ps->repeat;
			macro_begin_irp(&ps->body, args, end);
		}
		break;
	case DIR_ENDR:
		if (ps->irp && ps->irp == ps->repeat) {
			ps->irp = 0;
			macro_end(&ps->body);
		}
		ps->repeat -= ps->repeat > 0;
		break;
	case DIR_SIZE:
		if (ps->names)
			names_size(ps->names, symbol_at(scan_blanks(args, end), end));
		break;
	case DIR_FILE:
		args = scan_blanks(args, end);
		if (args < end && *args == '"' && !ps->file_name.p) {
			const char *quote = memchr(args + 1, '"', (size_t)(end - args - 1));

			if (quote)
				ps->file_name = (struct span){args + 1, (size_t)(quote - args - 1)};
		}
		break;
	case DIR_BYTE:
		if (!ps->other_code)
			return site_instruction(ps, p, end);
		break;
	default:
		break;
	}
	return end;
}

/* No number in the text may be one of our labels.  Macros last from input to input. */
static void avoid_labels(struct ab_parser *ps, const char *text, size_t len)
{
	const char *taken;

	if (!*ps->labels.digits) {
		labels_choose(&ps->labels, text, len);
		return;
	}
	taken = labels_find(&ps->labels, text, len);
	if (taken)
		parser_fail(ps, taken,
			    "give this input to an assembler run of its own; the "
			    "inputs before it have the afterburner's labels of this number",
			    (struct span){taken, strlen(ps->labels.digits)});
}

static struct ab_parser *parser_of(struct ab_text *t)
{
	if (!t->parser) {
		t->parser = wp_alloc(sizeof(*t->parser));
		t->parser->t = t;
		t->parser->sections = sections_new();
	}
	return t->parser;
}

int ab_text_add(struct ab_text *t, const char *file, const char *text, size_t len)
{
	struct ab_parser *ps = parser_of(t);
	const char *p = text, *end = text + len, *q;

	ps->file = file;
	ps->text = ps->copied = text;
	ps->end = end;
	avoid_labels(ps, text, len);
	macro_uses_reset(&ps->uses, text, end);
	if (plan_has_sites(t->plan)) {
		if (!ps->names)
			ps->names = names_new();
		names_read(ps->names, text, end);
	}
	while (p < end && !ps->failed) {
		switch (*p) {
		case '\n':
		case ';':
			p++;
			continue;
		case ' ':
		case '\t':
		case '\r':
		case '\f':
			p++;
			continue;
		case '#':
			q = scan_line(p, end);
			marker_comment(ps, p, q);
			p = q;
			continue;
		case '/':
			if (end - p > 1 && p[1] == '*') {
				p = scan_block_comment(p, end);
				continue;
			}
			if (p == text || p[-1] == '\n' || p[-1] == ';') {
				p = scan_line(p, end);
				continue;
			}
			break;
		default:
			break;
		}
		q = parser_label_end(p, end);
		if (q) {
			if (ps->names && !ps->macro)
				names_label(ps->names, symbol_at(p, end),
					    sections_current(ps->sections)->name);
			p = q;
			continue;
		}
		q = scan_statement(p, end);
		if (*p == '.')
			p = directive(ps, p, q);
		else if (ps->other_code || ps->intel)
			p = q;
		else
			p = site_instruction(ps, p, q);
	}
	marker_end(ps);
	wp_buf_add(&t->body, ps->copied, (size_t)(end - ps->copied));
	if (len && end[-1] != '\n')
		wp_buf_str(&t->body, "\n");
	return ps->failed ? -1 : 0;
}

void ab_text_finish(struct ab_text *t)
{
	struct ab_parser *ps = parser_of(t);
	struct span name;

	if (!t->sites)
		return;
	name = parser_base_name(ps);
	if (ps->file_name.p || memchr(name.p, '"', name.len) || memchr(name.p, '\\', name.len))
		name.len = 0;
	emit_head(&t->head, &ps->labels, name);
}

void ab_text_free(struct ab_text *t)
{
	if (t->parser) {
		sections_free(t->parser->sections);
		names_free(t->parser->names);
		macro_uses_reset(&t->parser->uses, NULL, NULL);
	}
	free(t->parser);
	free(t->insertions);
	wp_buf_free(&t->head);
	wp_buf_free(&t->body);
}
