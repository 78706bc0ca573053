// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * text.c - one pass over assembly text: find the statements, keep track of
 * section, syntax and markers, and insert what makes a statement a site.
 *
 * Text is copied in long runs; only at a site something is put in between.
 */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include <wedgeperf/annotation.h>
#include "emit.h"
#include "insn.h"
#include "scan.h"
#include "section.h"

struct ab_parser {
	struct ab_text *t;
	const char *file, *text, *end; /* this input */
	const char *copied;	       /* up to here the input is in t->body */
	const char *failed;	       /* where an error was found */
	struct sections *sections;
	bool other_code; /* .code32 or .code16 */
	bool intel;
	bool app;	       /* between #APP and #NO_APP */
	bool any_app;	       /* the text has such lines: a compiler wrote it */
	unsigned int macro;    /* depth of .macro */
	enum site_kind mark;   /* of the next instruction */
	enum site_kind region; /* of all read-modify-writes here */
	const char *mark_at, *region_at;
	bool has_file;	      /* saw `.file "name"` */
	struct span cpp_file; /* of the first linemarker */
};

/* A statement found ahead. */
struct stmt {
	const char *p, *end;
};

/*
 * Messages name the source line: the linemarkers up to @at are applied only now,
 * when one is needed.
 */
static void complain(const struct ab_parser *ps, const char *at, const char *message,
		     struct span word)
{
	const char *p = ps->text, *next;
	struct span file = {ps->file, strlen(ps->file)};
	unsigned int line = 1;
	char *name;

	for (; (next = scan_line(p, ps->end)) < at; p = next + 1) {
		line++;
		if (next - p > 3 && p[0] == '#' && p[1] == ' ' && p[2] >= '0' && p[2] <= '9') {
			const char *quote = memchr(p, '"', (size_t)(next - p)), *close;

			close = quote ? memchr(quote + 1, '"', (size_t)(next - quote - 1)) : NULL;
			if (close) {
				file = (struct span){quote + 1, (size_t)(close - quote - 1)};
				line = (unsigned int)strtoul(p + 2, NULL, 10);
			}
		}
	}
	name = wp_format("%.*s", (int)file.len, file.p);
	wp_warn_at(name, line, "%s%s%.*s%s", message, word.len ? ": `" : "", (int)word.len, word.p,
		   word.len ? "'" : "");
	free(name);
}

static void fail(struct ab_parser *ps, const char *at, const char *message, struct span word)
{
	if (!ps->failed)
		complain(ps, at, message, word);
	ps->failed = at;
}

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

static enum site_kind marker_kind(struct ab_parser *ps, struct span word)
{
	int k;

	for (k = 1; k < SITE_KINDS; k++)
		if (kind_info[k].name && is(word, kind_info[k].name))
			return k;
	fail(ps, word.p, "unknown kind in an afterburn marker", word);
	return SITE_NONE;
}

#define MARKER "@afterburn"

/* @p..@end: a comment after its '#'.  Says whether it is a marker for one instruction. */
static enum site_kind read_marker(struct ab_parser *ps, const char *p, const char *end)
{
	struct span word = next_word(&p, end);

	if (!is(word, MARKER))
		return SITE_NONE;
	word = next_word(&p, end);
	if (is(word, "begin")) {
		if (ps->region)
			fail(ps, word.p, "an afterburn region begins inside another", word);
		ps->region = marker_kind(ps, next_word(&p, end));
		ps->region_at = word.p;
		return SITE_NONE;
	}
	if (is(word, "end")) {
		if (!ps->region)
			fail(ps, word.p, "an afterburn region ends that never began", word);
		ps->region = SITE_NONE;
		return SITE_NONE;
	}
	return marker_kind(ps, word);
}

/* A comment that starts a line: marker, linemarker, #APP. */
static void line_comment(struct ab_parser *ps, const char *p, const char *end)
{
	size_t len = (size_t)(end - p);
	enum site_kind kind;

	if (len >= 4 && !memcmp(p, "#APP", 4)) {
		ps->app = ps->any_app = true;
	} else if (len >= 7 && !memcmp(p, "#NO_APP", 7)) {
		ps->app = false;
	} else if (len > 4 && p[1] == ' ' && p[2] >= '0' && p[2] <= '9' && !ps->cpp_file.p) {
		const char *quote = memchr(p, '"', len), *close;

		close = quote ? memchr(quote + 1, '"', (size_t)(end - quote - 1)) : NULL;
		if (close)
			ps->cpp_file = (struct span){quote + 1, (size_t)(close - quote - 1)};
	} else if ((kind = read_marker(ps, p + 1, end))) {
		if (ps->mark)
			fail(ps, p, "an afterburn marker follows another: no instruction between",
			     (struct span){p, len});
		ps->mark = kind;
		ps->mark_at = p;
	}
}

/* One past the colon if a label starts at @p, else NULL. */
static const char *label_end(const char *p, const char *end)
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

/*
 * The next statement after @p that makes code: past separators, comments,
 * linemarkers, line information, and labels if @labels.  False if something
 * else comes first.
 */
static bool peek(const struct ab_parser *ps, const char *p, bool labels, struct stmt *s)
{
	const char *end = ps->end, *q;

	for (;;) {
		p = scan_blanks(p, end);
		if (p == end)
			return false;
		if (*p == '\n' || *p == ';') {
			p++;
		} else if (*p == '#') {
			/* A marker concerns what follows it. */
			q = p + 1;
			if (is(next_word(&q, scan_line(p, end)), MARKER))
				return false;
			p = scan_line(p, end);
		} else if ((q = label_end(p, end))) {
			if (!labels)
				return false;
			p = q;
		} else {
			s->p = p;
			s->end = scan_statement(p, end);
			if (*p != '.' || insn_directive(p, s->end) != DIR_LINE_INFO)
				return true;
			p = s->end;
		}
	}
}

static void copy_to(struct ab_parser *ps, const char *to)
{
	wp_buf_add(&ps->t->body, ps->copied, (size_t)(to - ps->copied));
	ps->copied = to;
}

static void note_insertion(struct ab_text *t, size_t at)
{
	if (!t->keep_insertions)
		return;
	t->insertions = wp_realloc(t->insertions, (t->n_insertions + 1) * sizeof(*t->insertions));
	t->insertions[t->n_insertions++] = (struct ab_insertion){at, t->body.len - at};
}

/* Makes the text from @start to @end a site. */
static void put_site(struct ab_parser *ps, const char *start, const char *end, struct site *s,
		     bool shadow)
{
	const struct section *sec = sections_current(ps->sections);
	struct plan_entry plan = plan_lookup(ps->t->plan, s->kind, NULL);
	bool nofall = kind_info[s->kind].flags & KF_NOFALL;
	struct stmt next;
	size_t at;

	s->flags |= sec->flags | (nofall ? AB_F_NOFALL : 0);
	s->group = sec->group;
	s->total = sec->flags & AB_F_ALTERNATIVE ? 0 : (unsigned int)plan.pad;
	/* Where nothing follows, trailing NOPs are free, and prefixes might be read as hints. */
	s->prefixes = s->prefixes && plan.style == STYLE_PREFIX && !nofall && s->total;
	/* A NOP would take the place of what is protected: sti;ret, mov %ss;mov %rsp. */
	s->nops = s->total && !(shadow && (!peek(ps, end, true, &next) || *next.p == '.' ||
					   *next.p == '\\' || insn_leaves(next.p, next.end)));

	copy_to(ps, start);
	at = ps->t->body.len;
	emit_before(&ps->t->body, s);
	note_insertion(ps->t, at);
	copy_to(ps, end);
	at = ps->t->body.len;
	emit_after(&ps->t->body, s);
	note_insertion(ps->t, at);
	ps->t->sites++;
}

static enum site_kind joined_kind(const struct insn *first, const struct insn *second,
				  unsigned int pop)
{
	if (first->kind == SITE_pushf && pop)
		return SITE_pushf_pop;
	if (first->kind == SITE_sti && second->kind == SITE_hlt)
		return SITE_sti_hlt;
	if (first->kind == SITE_sti && second->kind == SITE_mwait)
		return SITE_sti_mwait;
	return SITE_NONE;
}

/* The comment that ends the line at @p, if it is a marker. */
static enum site_kind trailing_marker(struct ab_parser *ps, const char *p)
{
	const char *line = scan_line(p, ps->end);

	if (p == ps->end || *p != '#' || !memmem(p, (size_t)(line - p), MARKER, sizeof(MARKER) - 1))
		return SITE_NONE;
	return read_marker(ps, p + 1, line);
}

/*
 * An instruction, or what may be one, from @p to @end.  Returns where to go on:
 * @end, or further if the next statement belongs to the same site.
 */
static const char *instruction(struct ab_parser *ps, const char *p, const char *end)
{
	struct insn in = insn_classify(p, end);
	struct site s = {0};
	const char *last = end;
	struct stmt next;
	enum site_kind mark;

	if (in.class == STMT_PREFIX) {
		/* `rep; insb`: a site starts at its prefix. */
		struct insn second;

		if (!peek(ps, end, false, &next))
			return end;
		second = insn_classify(next.p, next.end);
		second.length = 0;
		second.no_prefix |= in.no_prefix;
		in = second;
		p = p < next.p ? p : next.p;
		last = next.end;
		if (ps->region && !in.kind && insn_is_rmw(next.p, next.end))
			in.kind = ps->region;
	} else {
		next = (struct stmt){p, end};
	}
	mark = trailing_marker(ps, last);
	if (ps->mark) {
		mark = ps->mark;
		ps->mark = SITE_NONE;
	}
	if (mark)
		s.kind = mark;
	else if (in.class == STMT_SENSITIVE)
		s.kind = in.kind;
	else if (ps->region && (ps->app || !ps->any_app) && insn_is_rmw(next.p, next.end))
		s.kind = ps->region;
	if (!s.kind || !sections_current(ps->sections)->code)
		return last;

	s.length = s.first_length = mark ? 0 : in.length;
	s.prefixes = !in.no_prefix;
	if (!mark && (in.kind == SITE_pushf || in.kind == SITE_sti) && s.length &&
	    peek(ps, last, false, &next)) {
		struct insn second = insn_classify(next.p, next.end);
		unsigned int pop = insn_pop_register(next.p, next.end);
		enum site_kind joined = joined_kind(&in, &second, pop);
		unsigned int length = joined == SITE_pushf_pop ? pop : second.length;

		if (joined && length) {
			s.kind = joined;
			s.length += length;
			last = next.end;
			in.shadow = false;
		}
	}
	put_site(ps, p, last, &s, in.shadow);
	return last;
}

static const char *directive(struct ab_parser *ps, const char *p, const char *end)
{
	enum directive d = insn_directive(p, end);
	const char *args = p;

	while (args < end && is_symbol_char(*args))
		args++;
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
		if (!ps->macro++)
			sections_enter_macro(ps->sections);
		break;
	case DIR_ENDM:
		if (ps->macro && !--ps->macro)
			sections_leave_macro(ps->sections);
		break;
	case DIR_FILE:
		ps->has_file |= *scan_blanks(args, end) == '"';
		break;
	case DIR_BYTE:
		if (!ps->other_code)
			return instruction(ps, p, end);
		break;
	default:
		break;
	}
	return end;
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
	bool fresh = true; /* at the first column, or just behind a ';' */

	ps->file = file;
	ps->text = ps->copied = text;
	ps->end = end;
	while (p < end && !ps->failed) {
		switch (*p) {
		case '\n':
		case ';':
			p++;
			fresh = true;
			continue;
		case ' ':
		case '\t':
		case '\r':
		case '\f':
			p++;
			continue;
		case '#':
			q = scan_line(p, end);
			line_comment(ps, p, q);
			p = q;
			continue;
		case '/':
			if (end - p > 1 && p[1] == '*') {
				p = scan_block_comment(p, end);
				continue;
			}
			if (fresh && (p == text || p[-1] == '\n' || p[-1] == ';')) {
				p = scan_line(p, end);
				continue;
			}
			break;
		default:
			break;
		}
		fresh = false;
		q = label_end(p, end);
		if (q) {
			p = q;
			continue;
		}
		q = scan_statement(p, end);
		if (*p == '.')
			p = directive(ps, p, q);
		else if (ps->other_code || ps->intel)
			p = q;
		else
			p = instruction(ps, p, q);
	}
	if (ps->mark)
		fail(ps, ps->mark_at, "an afterburn marker has no instruction after it",
		     (struct span){NULL, 0});
	if (ps->region)
		fail(ps, ps->region_at, "an afterburn region has no end", (struct span){NULL, 0});
	copy_to(ps, end);
	if (len && end[-1] != '\n')
		wp_buf_str(&t->body, "\n");
	return ps->failed ? -1 : 0;
}

void ab_text_finish(struct ab_text *t)
{
	struct ab_parser *ps = parser_of(t);
	struct span name = ps->cpp_file;
	char *file, *slash;

	if (!t->sites)
		return;
	if (!name.p)
		name = (struct span){ps->file, strlen(ps->file)};
	file = wp_format("%.*s", (int)name.len, name.p);
	slash = strrchr(file, '/');
	emit_head(&t->head, ps->has_file ? NULL : slash ? slash + 1 : file);
	free(file);
}

void ab_text_free(struct ab_text *t)
{
	if (t->parser)
		sections_free(t->parser->sections);
	free(t->parser);
	free(t->insertions);
	wp_buf_free(&t->head);
	wp_buf_free(&t->body);
}
