// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * same.c - is a padded object the same code as the plain one?
 *
 *	same plain.o padded.o
 *
 * Walks both instruction streams side by side: at a site the annotated prefixes
 * and NOPs are taken off and checked, elsewhere NOPs (alignment) are passed over.
 * What is left must be the same instructions; only the distances of jumps and of
 * RIP-relative operands may differ.  Prints the number of sites.
 */
#include <capstone/capstone.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sites.h"
#include "wp.h"

struct stream {
	struct image img;
	const struct image_section *sec;
	uint64_t at; /* offset in sec */
};

static csh capstone;
static struct sites sites;

static bool decode(const struct stream *s, cs_insn *insn)
{
	const uint8_t *p = s->sec->data + s->at;
	size_t size = s->sec->size - s->at;
	uint64_t address = 0;

	return cs_disasm_iter(capstone, &p, &size, &address, insn);
}

static bool is_nop(const cs_insn *insn)
{
	return insn->id == X86_INS_NOP || insn->id == X86_INS_INT3;
}

/* Jump distances and RIP-relative displacements depend on the layout. */
static bool same_insn(const cs_insn *a, const cs_insn *b)
{
	const cs_x86 *x = &a->detail->x86, *y = &b->detail->x86;
	bool relative = cs_insn_group(capstone, a, CS_GRP_BRANCH_RELATIVE);

	if (a->id != b->id || x->op_count != y->op_count)
		return false;
	if (relative)
		return true;
	for (int i = 0; i < x->op_count; i++) {
		const cs_x86_op *p = &x->operands[i], *q = &y->operands[i];

		if (p->type != q->type || p->size != q->size)
			return false;
		if (p->type == X86_OP_REG && p->reg != q->reg)
			return false;
		if (p->type == X86_OP_IMM && p->imm != q->imm)
			return false;
		if (p->type == X86_OP_MEM &&
		    (p->mem.base != q->mem.base || p->mem.index != q->mem.index ||
		     p->mem.scale != q->mem.scale ||
		     (p->mem.base != X86_REG_RIP && p->mem.disp != q->mem.disp)))
			return false;
	}
	return true;
}

static void skip_nops(struct stream *s, cs_insn *insn, bool padded)
{
	while (s->at < s->sec->size && !(padded && sites_at(&sites, s->sec->addr + s->at)) &&
	       decode(s, insn) && is_nop(insn))
		s->at += insn->size;
}

_Noreturn static void differ(const struct stream *a, const struct stream *b, const char *what)
{
	wp_die(WP_FINDING, "%s: %s+%#llx and %s: +%#llx: %s", a->img.path, a->sec->name,
	       (unsigned long long)a->at, b->img.path, (unsigned long long)b->at, what);
}

/* One instruction of each; bytes that are none must be equal. */
static void step(struct stream *a, struct stream *b, cs_insn *x, cs_insn *y)
{
	bool known = decode(a, x), other = decode(b, y);

	if (known != other)
		differ(a, b, "one is no instruction");
	if (!known) {
		if (a->sec->data[a->at++] != b->sec->data[b->at++])
			differ(a, b, "different bytes");
		return;
	}
	if (!same_insn(x, y))
		differ(a, b, "different instructions");
	a->at += x->size;
	b->at += y->size;
}

static void step_site(struct stream *a, struct stream *b, const struct site *site, cs_insn *x,
		      cs_insn *y)
{
	uint64_t start = b->at, end = start + site->total;
	unsigned int i;

	if (end > b->sec->size)
		differ(a, b, "the site ends outside its section");
	for (i = 0; i < AB_PREFIXES(site->flags); i++)
		if (b->sec->data[b->at++] != AB_PREFIX_BYTE)
			differ(a, b, "not a prefix byte");
	for (start = b->at; b->at < start + site->length;) {
		uint64_t from = a->at;

		step(a, b, x, y);
		if (memcmp(a->sec->data + from, b->sec->data + b->at - (a->at - from),
			   a->at - from))
			differ(a, b, "the site's bytes were changed");
	}
	if (b->at != start + site->length)
		differ(a, b, "the site's length is wrong");
	for (; b->at < end; b->at += y->size)
		if (!decode(b, y) || !is_nop(y))
			differ(a, b, "a pad is not of NOPs");
	if (b->at != end)
		differ(a, b, "the site's total is wrong");
}

static void compare(struct stream *a, struct stream *b)
{
	cs_insn *x = cs_malloc(capstone), *y = cs_malloc(capstone);

	a->at = b->at = 0;
	for (;;) {
		const struct site *site;

		skip_nops(b, y, true);
		site = b->at < b->sec->size ? sites_at(&sites, b->sec->addr + b->at) : NULL;
		skip_nops(a, x, false);
		if (a->at == a->sec->size || b->at == b->sec->size)
			break;
		if (site)
			step_site(a, b, site, x, y);
		else
			step(a, b, x, y);
	}
	if (a->at != a->sec->size || b->at != b->sec->size)
		differ(a, b, "one has more");
	cs_free(x, 1);
	cs_free(y, 1);
}

static const struct image_section *next_code(const struct image *img, size_t *i)
{
	for (; *i < img->nsections; (*i)++)
		if (img->section[*i].exec && img->section[*i].size)
			return &img->section[(*i)++];
	return NULL;
}

int main(int argc, char **argv)
{
	struct stream a, b;
	size_t i = 0, j = 0;
	char *error;

	wp_program = "same";
	if (argc != 3)
		wp_die(WP_USAGE, "usage: same plain.o padded.o");
	if (image_open(&a.img, argv[1], &error))
		wp_die_at(WP_USAGE, argv[1], 0, "%s", error);
	if (image_open(&b.img, argv[2], &error) || sites_load(&sites, &b.img, &error))
		wp_die_at(WP_USAGE, argv[2], 0, "%s", error);
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &capstone) ||
	    cs_option(capstone, CS_OPT_DETAIL, CS_OPT_ON))
		wp_die(WP_FAILED, "capstone does not start");
	for (;;) {
		a.sec = next_code(&a.img, &i);
		b.sec = next_code(&b.img, &j);
		if (!a.sec || !b.sec)
			break;
		if (strcmp(a.sec->name, b.sec->name))
			wp_die(WP_FINDING, "section %s against %s", a.sec->name, b.sec->name);
		compare(&a, &b);
	}
	if (a.sec || b.sec)
		wp_die(WP_FINDING, "%s has more code", a.sec ? argv[1] : argv[2]);
	printf("%zu sites\n", sites.n);
	cs_close(&capstone);
	sites_free(&sites);
	image_close(&a.img);
	image_close(&b.img);
	return WP_OK;
}
