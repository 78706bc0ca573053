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
#include "macro.h"
#include "names.h"
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
	unsigned int repeat;   /* depth of .rept, .irp */
	unsigned int irp;      /* the depth that body belongs to; 0: none */
	struct macro body;     /* what gives \op its meaning here */
	struct names *names;   /* if the plan names sites */
	enum site_kind mark;   /* of the next instruction */
	enum site_kind region; /* of all read-modify-writes here */
	const char *mark_at, *region_at;
	struct span file_name; /* of `.file "name"` */
	struct span cpp_file;  /* of the first linemarker */
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

/* The source file's name without directories, as the file symbol has it. */
static struct span base_name(const struct ab_parser *ps)
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

/* What the plan gives this site.  What stands in a macro may become many sites: no name. */
static struct plan_entry planned(struct ab_parser *ps, enum site_kind kind)
{
	const struct section *sec = sections_current(ps->sections);

	if (!ps->names || ps->macro || ps->repeat)
		return plan_lookup(ps->t->plan, kind, NULL);
	return names_lookup(ps->names, ps->t->plan, kind, sec->name, base_name(ps));
}

/* Decides how the site that ends at @end is padded. */
static void plan_site(struct ab_parser *ps, const char *end, struct site *s, bool shadow)
{
	const struct section *sec = sections_current(ps->sections);
	struct plan_entry plan = planned(ps, s->kind);
	bool nofall = kind_info[s->kind].flags & KF_NOFALL;
	struct stmt next;

	s->flags |= sec->flags | (nofall ? AB_F_NOFALL : 0);
	s->group = sec->group;
	s->total = sec->flags & AB_F_ALTERNATIVE ? 0 : (unsigned int)plan.pad;
	/* Where nothing follows, trailing NOPs are free, and prefixes might be read as hints. */
	s->prefixes = s->prefixes && plan.style == STYLE_PREFIX && !nofall && s->total;
	/* A NOP would take the place of what is protected: sti;ret, mov %ss;mov %rsp. */
	s->nops = s->total && !(shadow && (!peek(ps, end, true, &next) || *next.p == '.' ||
					   *next.p == '\\' || insn_leaves(next.p, next.end)));
	ps->t->sites++;
}

/* Makes the text from @start to @end a site. */
static void put_site(struct ab_parser *ps, const char *start, const char *end, const struct site *s)
{
	struct wp_buf *body = &ps->t->body;
	size_t at;

	copy_to(ps, start);
	at = body->len;
	emit_before(body, s);
	note_insertion(ps->t, at);
	copy_to(ps, end);
	at = body->len;
	emit_after(body, s);
	note_insertion(ps->t, at);
}

/* `\op` in a macro: a site for each sensitive instruction that it is used with. */
static void put_macro_sites(struct ab_parser *ps, const char *start, const char *end)
{
	struct macro_value value[MACRO_MAX_VALUES];
	struct wp_buf *body = &ps->t->body;
	struct site site[MACRO_MAX_VALUES];
	struct span parameter;
	unsigned int n = macro_values(&ps->body, start, end, &parameter, value), i;
	size_t at;

	if (!n)
		return;
	copy_to(ps, start);
	at = body->len;
	for (i = 0; i < n; i++) {
		site[i] = (struct site){.kind = value[i].insn.kind,
					.length = value[i].insn.length,
					.first_length = value[i].insn.length,
					.prefixes = !value[i].insn.no_prefix};
		plan_site(ps, end, &site[i], value[i].insn.shadow);
		wp_buf_printf(body, ".ifeqs \"%.*s\",\"%s\";", (int)parameter.len, parameter.p,
			      value[i].text);
		emit_before(body, &site[i]);
		wp_buf_str(body, ";.endif;");
	}
	note_insertion(ps->t, at);
	copy_to(ps, end);
	at = body->len;
	for (i = 0; i < n; i++) {
		wp_buf_printf(body, ";.ifeqs \"%.*s\",\"%s\"", (int)parameter.len, parameter.p,
			      value[i].text);
		emit_after(body, &site[i]);
		wp_buf_str(body, ";.endif");
	}
	note_insertion(ps->t, at);
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

/* What the markers say about the instruction @s: the kind of its site, or none. */
static enum site_kind marked_kind(struct ab_parser *ps, const struct stmt *s)
{
	enum site_kind mark = ps->mark;

	ps->mark = SITE_NONE;
	if (mark)
		return mark;
	if (ps->region && (ps->app || !ps->any_app) && insn_is_rmw(s->p, s->end))
		return ps->region;
	return SITE_NONE;
}

/* `pushf; pop reg` and the like: makes @s the site of both, @last the second's end. */
static void join(const struct ab_parser *ps, struct insn *in, struct site *s, const char **last)
{
	struct insn second;
	enum site_kind kind;
	struct stmt next;
	unsigned int pop, length;

	if ((in->kind != SITE_pushf && in->kind != SITE_sti) || !s->length ||
	    !peek(ps, *last, false, &next))
		return;
	second = insn_classify(next.p, next.end);
	pop = insn_pop_register(next.p, next.end);
	kind = joined_kind(in, &second, pop);
	length = kind == SITE_pushf_pop ? pop : second.length;
	if (!kind || !length)
		return;
	s->kind = kind;
	s->length += length;
	in->shadow = false; /* it ends inside the site */
	*last = next.end;
}

/*
 * An instruction, or what may be one, from @p to @end.  Returns where to go on:
 * @end, or further if more belongs to the same site.
 */
static const char *instruction(struct ab_parser *ps, const char *p, const char *end)
{
	struct insn in = insn_classify(p, end);
	struct stmt body = {p, end}; /* the instruction behind its prefixes */
	struct site s = {0};
	const char *last, *next;
	enum site_kind mark;

	if (ps->names && !ps->macro)
		names_code(ps->names);
	if (in.class == STMT_PREFIX) {
		/* `rep; insb`: a site starts at its prefix. */
		bool no_prefix = in.no_prefix;

		if (!peek(ps, end, false, &body))
			return end;
		in = insn_classify(body.p, body.end);
		in.length = 0;
		in.no_prefix |= no_prefix;
	}
	last = next = body.end;
	mark = trailing_marker(ps, last);
	if (mark)
		next = scan_line(last, ps->end);
	else
		mark = marked_kind(ps, &body);
	if (!sections_current(ps->sections)->code)
		return next;
	if (!mark && in.class != STMT_SENSITIVE) {
		if (memchr(p, '\\', (size_t)(insn_word_end(p, end) - p)))
			put_macro_sites(ps, p, end);
		return next;
	}
	s.kind = mark ? mark : in.kind;
	s.length = s.first_length = mark ? 0 : in.length;
	s.prefixes = !in.no_prefix && !(mark && insn_has_override(body.p, body.end));
	if (!mark) {
		join(ps, &in, &s, &last);
		next = last;
	}
	plan_site(ps, last, &s, in.shadow);
	put_site(ps, p, last, &s);
	return next;
}

static struct span symbol_at(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && is_symbol_char(*p))
		p++;
	return (struct span){start, (size_t)(p - start)};
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
		if (!ps->macro++) {
			sections_enter_macro(ps->sections);
			macro_begin(&ps->body, false, args, end, ps->end);
		}
		break;
	case DIR_ENDM:
		if (ps->macro && !--ps->macro) {
			sections_leave_macro(ps->sections);
			macro_free(&ps->body);
		}
		break;
	case DIR_REPEAT:
	case DIR_IRP:
		ps->repeat++;
		if (d == DIR_IRP && !ps->macro) {
			ps->irp = ps->repeat;
			macro_begin(&ps->body, true, args, end, ps->end);
		}
		break;
	case DIR_ENDR:
		if (ps->irp && ps->irp == ps->repeat) {
			ps->irp = 0;
			macro_free(&ps->body);
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
	struct span name;

	if (!t->sites)
		return;
	name = base_name(ps);
	if (ps->file_name.p || memchr(name.p, '"', name.len) || memchr(name.p, '\\', name.len))
		name.len = 0;
	emit_head(&t->head, name);
}

void ab_text_free(struct ab_text *t)
{
	if (t->parser) {
		sections_free(t->parser->sections);
		names_free(t->parser->names);
		macro_free(&t->parser->body);
	}
	free(t->parser);
	free(t->insertions);
	wp_buf_free(&t->head);
	wp_buf_free(&t->body);
}
