// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * emit.c - pads and annotations as assembly text.
 *
 * A site in full (the labels are left out where lengths are known numbers):
 *
 *	~1: <prefixes> ~4: instruction ~5: <NOPs> ~6: <annotation>
 *
 * Here ~ stands for digits that the text does not contain (labels_choose), so that
 * no jump of the text can mean a label of ours.  Unknown lengths (memory operands)
 * are left to the assembler as differences of these labels.  In its expressions a
 * true comparison is -1.
 */
#include "emit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wedgeperf/annotation.h>

#define START  "~1"
#define INSN   "~4"
#define AFTER  "~5"
#define END    "~6"
#define DESC   "~2" /* of the note header */
#define FINISH "~3"

#define MAX_NOP	    15u
#define MAX_TEXT    2048     /* of one formatted piece */
#define FIRST_LABEL 77310000 /* of labels of nine digits; gas allows up to INT_MAX */

const char *labels_find(const struct labels *l, const char *text, size_t len)
{
	return memmem(text, len, l->digits, strlen(l->digits));
}

void labels_choose(struct labels *l, const char *text, size_t len)
{
	unsigned int number = FIRST_LABEL;

	do
		snprintf(l->digits, sizeof(l->digits), "%u", number++);
	while (labels_find(l, text, len));
}

/* Formatted text; then the labels in it get their digits. */
__attribute__((format(printf, 3, 4))) static void put(struct wp_buf *out, const struct labels *l,
						      const char *fmt, ...)
{
	char text[MAX_TEXT], *p = text, *mark;
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) >= (int)sizeof(text))
		abort();
	va_end(ap);
	for (; (mark = strchr(p, '~')); p = mark + 1) {
		wp_buf_add(out, p, (size_t)(mark - p));
		wp_buf_str(out, l->digits);
	}
	wp_buf_str(out, p);
}

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static unsigned int minus(unsigned int a, unsigned int b)
{
	return a > b ? a - b : 0;
}

static unsigned int known_prefixes(const struct site *s)
{
	if (!s->prefixes)
		return 0;
	return min(minus(s->total, s->length), AB_MAX_INSN - s->first_length);
}

void emit_before(struct wp_buf *out, const struct labels *l, const struct site *s)
{
	static const char prefixes[] = ">>>>>>>>>>>>>>>"; /* 0x3e */

	put(out, l, START ":");
	if (s->length) {
		unsigned int n = known_prefixes(s);

		if (n)
			wp_buf_printf(out, ".ascii \"%.*s\";", (int)n, prefixes);
		return;
	}
	if (s->prefixes && s->total >= AB_MAX_INSN)
		put(out, l, ".fill %d-(" AFTER "f-" INSN "f),1,%d;", AB_MAX_INSN, AB_PREFIX_BYTE);
	else if (s->prefixes && s->total)
		put(out, l, ".fill (" AFTER "f-" INSN "f-%u<0)*(" AFTER "f-" INSN "f-%u),1,%d;",
		    s->total, s->total, AB_PREFIX_BYTE);
	put(out, l, INSN ":");
}

/* One NOP of 1 to 15 bytes, as the SDM recommends up to 9, then by more 0x66. */
static void nop(struct wp_buf *out, unsigned int n)
{
	static const char *const body[] = {
		"",
		"144",
		"102,144",
		"15,31,0",
		"15,31,64,0",
		"15,31,68,0,0",
		"102,15,31,68,0,0",
		"15,31,128,0,0,0,0",
		"15,31,132,0,0,0,0,0",
	};

	wp_buf_str(out, ";.byte ");
	for (; n > 8; n--)
		wp_buf_str(out, "102,");
	wp_buf_str(out, body[n]);
}

static void known_nops(struct wp_buf *out, unsigned int n)
{
	for (; n > MAX_NOP; n -= MAX_NOP)
		nop(out, MAX_NOP);
	if (n)
		nop(out, n);
}

/*
 * NOPs up to @total when the instruction's length L is not known: for every 15
 * bytes one NOP of x = min(total - L - 15 i, 15) bytes: x - 9 bytes of 0x66 if
 * that is positive, then what `.nops` makes of the rest (at most 9: one NOP).
 */
static void unknown_nops(struct wp_buf *out, const struct labels *l, unsigned int total)
{
	char rest[64], x[320];
	int at;

	for (at = (int)total; at > 0; at -= (int)MAX_NOP) {
		snprintf(rest, sizeof(rest), "(%d-(" AFTER "b-" INSN "b))", at);
		snprintf(x, sizeof(x), "((%s>0)*((%s>15)*(15-%s)-%s))", rest, rest, rest, rest);
		put(out, l, ";.fill (%s>9)*(9-%s),1,0x66;.nops (%s>9)*(%s-9)+%s", x, x, x, x, x);
	}
}

static void entry(struct wp_buf *out, const struct labels *l, const struct site *s)
{
	if (s->length) {
		unsigned int prefixes = known_prefixes(s);
		unsigned int total = s->length + prefixes;

		if (s->nops && s->total > total)
			total = s->total;
		put(out, l, ".long " START "b-.;.byte %d,%u,%u,%u", s->kind, s->length, total,
		    s->flags | prefixes << 4);
	} else {
		put(out, l,
		    ".long " START "b-.;.byte %d," AFTER "b-" INSN "b," END "b-" START "b,(" INSN
		    "b-" START "b)*16+%u",
		    s->kind, s->flags);
	}
}

static const char header[] = ";.asciz \"" AB_NOTE_NAME "\";" DESC
			     ":.short 1,8;.long 0;"; /* AB_VERSION, entry size */

_Static_assert(AB_VERSION == 1 && sizeof(struct ab_site) == 8, "the header above says so");
_Static_assert(sizeof(AB_NOTE_NAME) == 12, "the note's name size is written below");

void emit_after(struct wp_buf *out, const struct labels *l, const struct site *s)
{
	if (s->length) {
		if (s->nops)
			known_nops(out, minus(s->total, s->length + known_prefixes(s)));
	} else {
		put(out, l, ";" AFTER ":");
		if (s->nops && s->prefixes)
			known_nops(out, minus(s->total, AB_MAX_INSN));
		else if (s->nops && s->total)
			unknown_nops(out, l, s->total);
		put(out, l, ";" END ":");
	}
	if (s->group.len || s->any_group) {
		/* A note of its own, that goes when the linker drops the group. */
		if (s->any_group) {
			wp_buf_str(out, ";.pushsection " AB_NOTE_SECTION ",3,\"a?\",@note");
		} else {
			wp_buf_str(out, ";.pushsection " AB_NOTE_SECTION ",\"aG\",@note,");
			wp_buf_add(out, s->group.p, s->group.len);
			wp_buf_str(out, ",comdat");
		}
		put(out, l, ";.balign 4;.long 12,16,%d%s", NT_AFTERBURN, header);
	} else {
		wp_buf_str(out, ";.pushsection " AB_NOTE_SECTION ",1,\"a\",@note;");
	}
	entry(out, l, s);
	wp_buf_str(out, ";.popsection");
}

void emit_head(struct wp_buf *out, const struct labels *l, struct span file)
{
	if (file.len)
		wp_buf_printf(out, ".file \"%.*s\";", (int)file.len, file.p);
	/* Header in subsection 0, entries in 1, the end in 2; notes of single sites in 3. */
	put(out, l,
	    ".pushsection " AB_NOTE_SECTION ",0,\"a\",@note;.balign 4;.long 12," FINISH "f-" DESC
	    "f,%d%s.popsection;.pushsection " AB_NOTE_SECTION ",2;" FINISH ":.popsection\n",
	    NT_AFTERBURN, header);
}
