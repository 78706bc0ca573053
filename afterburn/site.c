// SPDX-License-Identifier: GPL-2.0-or-later
/* site.c - makes instructions sites: what belongs to one, how it is padded. */
#include <string.h>

#include <wedgeperf/annotation.h>
#include "emit.h"
#include "parser.h"
#include "scan.h"

/* A statement found ahead. */
struct stmt {
	const char *p, *end;
};

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
			if (marker_is(p, scan_line(p, end))) /* it concerns what follows */
				return false;
			p = scan_line(p, end);
		} else if ((q = parser_label_end(p, end))) {
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

/* What the plan gives this site.  What stands in a macro may become many sites: no name. */
static struct plan_entry planned(struct ab_parser *ps, enum site_kind kind)
{
	const struct section *sec = sections_current(ps->sections);

	if (!ps->names || ps->macro || ps->repeat)
		return plan_lookup(ps->t->plan, kind, NULL);
	return names_lookup(ps->names, ps->t->plan, kind, sec->name, parser_base_name(ps));
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
	s->any_group = ps->macro;
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
	emit_before(body, &ps->labels, s);
	note_insertion(ps->t, at);
	copy_to(ps, end);
	at = body->len;
	emit_after(body, &ps->labels, s);
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
		emit_before(body, &ps->labels, &site[i]);
		wp_buf_str(body, ";.endif;");
	}
	note_insertion(ps->t, at);
	copy_to(ps, end);
	at = body->len;
	for (i = 0; i < n; i++) {
		wp_buf_printf(body, ";.ifeqs \"%.*s\",\"%s\"", (int)parameter.len, parameter.p,
			      value[i].text);
		emit_after(body, &ps->labels, &site[i]);
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

/* `rep; insb`, `lock; btr`: the statement behind the prefixes, if it belongs to them. */
static bool behind_prefixes(struct ab_parser *ps, struct insn *in, struct stmt *body)
{
	bool no_prefix = in->no_prefix;
	struct stmt next;

	if (!peek(ps, body->end, false, &next))
		return false;
	*in = insn_classify(next.p, next.end);
	if (in->class != STMT_SENSITIVE && *next.p == '.')
		return false;
	in->length = 0; /* the prefix counts too */
	in->no_prefix |= no_prefix;
	*body = next;
	return true;
}

const char *site_instruction(struct ab_parser *ps, const char *p, const char *end)
{
	struct insn in = insn_classify(p, end);
	struct stmt body = {p, end}; /* the instruction behind its prefixes */
	struct site s = {0};
	const char *last, *next;
	enum site_kind mark;

	if (ps->names && !ps->macro)
		names_code(ps->names);
	if (in.class == STMT_PREFIX && !behind_prefixes(ps, &in, &body))
		return end;
	last = next = body.end;
	mark = marker_trailing(ps, last);
	if (mark)
		next = scan_line(last, ps->end);
	else
		mark = marker_take(ps, body.p, body.end);
	if (!sections_current(ps->sections)->code)
		return next;
	if (!mark && in.class != STMT_SENSITIVE) {
		if (memchr(p, '\\', (size_t)(insn_word_end(p, end) - p)))
			put_macro_sites(ps, p, end);
		return end;
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
