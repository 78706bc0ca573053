// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * emit.c - pads and annotations as assembly text.
 *
 * A site in full (the labels are left out where lengths are known numbers):
 *
 *	7731: <prefixes> 7734: instruction 7735: <NOPs> 7736: <annotation>
 *
 * Unknown lengths (memory operands) are left to the assembler as differences of
 * these labels.  In its expressions a true comparison is -1.
 */
#include "emit.h"

#include <stdio.h>

#include <wedgeperf/annotation.h>

#define START  "7731"
#define INSN   "7734"
#define AFTER  "7735"
#define END    "7736"
#define DESC   "7732" /* of the note header */
#define FINISH "7733"

#define MAX_NOP 15u

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

void emit_before(struct wp_buf *out, const struct site *s)
{
	static const char prefixes[] = ">>>>>>>>>>>>>>>"; /* 0x3e */

	wp_buf_str(out, START ":");
	if (s->length) {
		unsigned int n = known_prefixes(s);

		if (n)
			wp_buf_printf(out, ".ascii \"%.*s\";", (int)n, prefixes);
		return;
	}
	if (s->prefixes && s->total >= AB_MAX_INSN)
		wp_buf_printf(out, ".fill %d-(" AFTER "f-" INSN "f),1,%d;", AB_MAX_INSN,
			      AB_PREFIX_BYTE);
	else if (s->prefixes && s->total)
		wp_buf_printf(out,
			      ".fill (" AFTER "f-" INSN "f-%u<0)*(" AFTER "f-" INSN "f-%u),1,%d;",
			      s->total, s->total, AB_PREFIX_BYTE);
	wp_buf_str(out, INSN ":");
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
static void unknown_nops(struct wp_buf *out, unsigned int total)
{
	char rest[64], x[320];
	int at;

	for (at = (int)total; at > 0; at -= (int)MAX_NOP) {
		snprintf(rest, sizeof(rest), "(%d-(" AFTER "b-" INSN "b))", at);
		snprintf(x, sizeof(x), "((%s>0)*((%s>15)*(15-%s)-%s))", rest, rest, rest, rest);
		wp_buf_printf(out, ";.fill (%s>9)*(9-%s),1,0x66;.nops (%s>9)*(%s-9)+%s", x, x, x, x,
			      x);
	}
}

static void entry(struct wp_buf *out, const struct site *s)
{
	if (s->length) {
		unsigned int prefixes = known_prefixes(s);
		unsigned int total = s->length + prefixes;

		if (s->nops && s->total > total)
			total = s->total;
		wp_buf_printf(out, ".long " START "b-.;.byte %d,%u,%u,%u", s->kind, s->length,
			      total, s->flags | prefixes << 4);
	} else {
		wp_buf_printf(out,
			      ".long " START "b-.;.byte %d," AFTER "b-" INSN "b," END "b-" START
			      "b,(" INSN "b-" START "b)*16+%u",
			      s->kind, s->flags);
	}
}

static const char header[] = ";.asciz \"" AB_NOTE_NAME "\";" DESC
			     ":.short 1,8;.long 0;"; /* AB_VERSION, entry size */

_Static_assert(AB_VERSION == 1 && sizeof(struct ab_site) == 8, "the header above says so");
_Static_assert(sizeof(AB_NOTE_NAME) == 12, "the note's name size is written below");

void emit_after(struct wp_buf *out, const struct site *s)
{
	if (s->length) {
		if (s->nops)
			known_nops(out, minus(s->total, s->length + known_prefixes(s)));
	} else {
		wp_buf_str(out, ";" AFTER ":");
		if (s->nops && s->prefixes)
			known_nops(out, minus(s->total, AB_MAX_INSN));
		else if (s->nops && s->total)
			unknown_nops(out, s->total);
		wp_buf_str(out, ";" END ":");
	}
	if (s->group.len) {
		/* A note of its own, that goes when the linker drops the group. */
		wp_buf_str(out, ";.pushsection " AB_NOTE_SECTION ",\"aG\",@note,");
		wp_buf_add(out, s->group.p, s->group.len);
		wp_buf_printf(out, ",comdat;.balign 4;.long 12,16,%d%s", NT_AFTERBURN, header);
	} else {
		wp_buf_str(out, ";.pushsection " AB_NOTE_SECTION ",1,\"a\",@note;");
	}
	entry(out, s);
	wp_buf_str(out, ";.popsection");
}

void emit_head(struct wp_buf *out, struct span file)
{
	if (file.len)
		wp_buf_printf(out, ".file \"%.*s\";", (int)file.len, file.p);
	/* Header in subsection 0, entries in 1, the end in 2. */
	wp_buf_printf(out,
		      ".pushsection " AB_NOTE_SECTION ",0,\"a\",@note;.balign 4;.long 12," FINISH
		      "f-" DESC "f,%d%s.popsection;.pushsection " AB_NOTE_SECTION ",2;" FINISH
		      ":.popsection\n",
		      NT_AFTERBURN, header);
}
