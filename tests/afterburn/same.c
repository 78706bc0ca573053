// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * same.c - is a padded object the same code as the plain one?
 *
 *	same plain.o padded.o
 *
 * Walks both instruction streams side by side: at a site the annotated prefixes
 * and NOPs are taken off and checked, elsewhere NOPs (alignment) are passed over.
 * What is left must be the same instructions, numbered in their order.  Whatever
 * refers to code (jumps, RIP-relative operands, relocations of code and of tables
 * such as __ex_table) must mean the instruction of the same number: a jump to
 * somewhere inside a site means none.  Prints the number of sites and references.
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
	uint64_t at;	   /* offset in sec */
	uint32_t **number; /* [section][offset]: of the instruction there, from 1; 0: none */
};

/* An address that both mean in the same place: kept until all code is numbered. */
struct reference {
	struct end {
		const struct image_section *from, *to;
		uint64_t at, offset; /* in these; offset may be outside of `to` */
	} a, b;
};

static csh capstone;
static struct sites sites;
static struct stream a, b;
static uint32_t number; /* of the next instruction */
static struct reference *references;
static size_t n_references;

_Noreturn static void differ(const char *what)
{
	wp_die(WP_FINDING, "%s: %s+%#llx and %s: +%#llx: %s", a.img.path, a.sec->name,
	       (unsigned long long)a.at, b.img.path, (unsigned long long)b.at, what);
}

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

static void set_number(struct stream *s)
{
	s->number[s->sec - s->img.section][s->at] = number;
}

static void refer(struct end from_a, struct end from_b)
{
	if (!(n_references & (n_references - 1)))
		references = wp_realloc(references, (n_references * 2 + 1) * sizeof(*references));
	references[n_references++] = (struct reference){from_a, from_b};
}

/* Which instruction, or else which place in data; 0: none. */
static uint64_t meaning(const struct stream *s, const struct end *e)
{
	if (!e->to->exec || !e->to->size)
		return e->offset + 1;
	return e->offset <= e->to->size ? s->number[e->to - s->img.section][e->offset] : 0;
}

static void check_references(void)
{
	size_t i;

	for (i = 0; i < n_references; i++) {
		const struct reference *r = &references[i];

		if (!strcmp(r->a.to->name, r->b.to->name) && meaning(&a, &r->a) &&
		    meaning(&a, &r->a) == meaning(&b, &r->b))
			continue;
		wp_die(WP_FINDING, "%s: %s+%#llx means %s+%#llx, %s: +%#llx means %s+%#llx",
		       a.img.path, r->a.from->name, (unsigned long long)r->a.at, r->a.to->name,
		       (unsigned long long)r->a.offset, b.img.path, (unsigned long long)r->b.at,
		       r->b.to->name, (unsigned long long)r->b.offset);
	}
}

static bool is_pcrel(uint32_t type)
{
	return type == R_X86_64_PC32 || type == R_X86_64_PLT32 || type == R_X86_64_PC64;
}

/* @end_a, @end_b: what the CPU adds to a distance; the field itself in data. */
static void relocations(const struct image_reloc *x, const struct image_reloc *y, uint64_t end_a,
			uint64_t end_b)
{
	const struct image_symbol *s = &a.img.symbol[x->symbol], *t = &b.img.symbol[y->symbol];
	struct end from_a = {a.sec, &a.img.section[s->section], x->offset, 0};
	struct end from_b = {b.sec, &b.img.section[t->section], y->offset, 0};

	if (x->type != y->type || !s->section != !t->section)
		differ("different relocations");
	if (!s->section) {
		if (strcmp(s->name, t->name) || x->addend != y->addend)
			differ("relocations against different symbols");
		return;
	}
	from_a.offset = s->addr + (uint64_t)x->addend - from_a.to->addr;
	from_b.offset = t->addr + (uint64_t)y->addend - from_b.to->addr;
	if (is_pcrel(x->type)) {
		from_a.offset += end_a - x->offset;
		from_b.offset += end_b - y->offset;
	}
	refer(from_a, from_b);
}

/* The relocations in @size bytes at s->at. */
static size_t relocations_at(const struct stream *s, size_t size, const struct image_reloc **first)
{
	size_t low = 0, high = s->sec->nrelocs, n = 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->sec->reloc[mid].offset < s->at)
			low = mid + 1;
		else
			high = mid;
	}
	*first = s->sec->reloc + low;
	while (low + n < s->sec->nrelocs && s->sec->reloc[low + n].offset < s->at + size)
		n++;
	return n;
}

/* What distances of the instructions mean, if no relocation says it. */
static void distances(const cs_insn *insn_a, const cs_insn *insn_b, bool relative)
{
	const cs_x86 *x = &insn_a->detail->x86, *y = &insn_b->detail->x86;
	struct end from_a = {a.sec, a.sec, a.at, 0}, from_b = {b.sec, b.sec, b.at, 0};
	int i;

	for (i = 0; i < x->op_count; i++) {
		const cs_x86_op *p = &x->operands[i], *q = &y->operands[i];

		if (relative && p->type == X86_OP_IMM) {
			from_a.offset = a.at + (uint64_t)p->imm;
			from_b.offset = b.at + (uint64_t)q->imm;
		} else if (p->type == X86_OP_MEM && p->mem.base == X86_REG_RIP) {
			from_a.offset = a.at + insn_a->size + (uint64_t)p->mem.disp;
			from_b.offset = b.at + insn_b->size + (uint64_t)q->mem.disp;
		} else {
			continue;
		}
		refer(from_a, from_b);
	}
}

/* The same but for distances, which depend on the layout. */
static bool same_insn(const cs_insn *insn_a, const cs_insn *insn_b, bool relative)
{
	const cs_x86 *x = &insn_a->detail->x86, *y = &insn_b->detail->x86;
	int i;

	if (insn_a->id != insn_b->id || x->op_count != y->op_count)
		return false;
	for (i = 0; i < x->op_count && !relative; i++) {
		const cs_x86_op *p = &x->operands[i], *q = &y->operands[i];

		if (p->type != q->type || p->size != q->size)
			return false;
		if (p->type == X86_OP_REG && p->reg != q->reg)
			return false;
		if (p->type == X86_OP_IMM && p->imm != q->imm)
			return false;
		if (p->type == X86_OP_MEM &&
		    (p->mem.segment != q->mem.segment || p->mem.base != q->mem.base ||
		     p->mem.index != q->mem.index || p->mem.scale != q->mem.scale ||
		     (p->mem.base != X86_REG_RIP && p->mem.disp != q->mem.disp)))
			return false;
	}
	return true;
}

static void skip_nops(struct stream *s, cs_insn *insn, bool padded)
{
	while (s->at < s->sec->size && !(padded && sites_at(&sites, s->sec->addr + s->at)) &&
	       decode(s, insn) && is_nop(insn)) {
		set_number(s);
		s->at += insn->size;
	}
}

/* One instruction of each; bytes that are none must be equal. */
static void step(cs_insn *x, cs_insn *y)
{
	bool known = decode(&a, x), other = decode(&b, y), relative;
	size_t size = known ? x->size : 1, n;
	const struct image_reloc *p, *q;

	if (known != other)
		differ("one is no instruction");
	if (!known && a.sec->data[a.at] != b.sec->data[b.at])
		differ("different bytes");
	relative = known && cs_insn_group(capstone, x, CS_GRP_BRANCH_RELATIVE);
	if (known && !same_insn(x, y, relative))
		differ("different instructions");
	n = relocations_at(&a, size, &p);
	if (n != relocations_at(&b, known ? y->size : 1, &q))
		differ("not as many relocations");
	if (known && !n)
		distances(x, y, relative);
	a.at += size;
	b.at += known ? y->size : 1;
	for (; n; n--)
		relocations(p++, q++, a.at, b.at);
	number++;
}

static void step_site(const struct site *site, cs_insn *x, cs_insn *y)
{
	uint64_t start = b.at, end = start + site->total;
	unsigned int i;

	if (end > b.sec->size)
		differ("the site ends outside its section");
	for (i = 0; i < AB_PREFIXES(site->flags); i++)
		if (b.sec->data[b.at++] != AB_PREFIX_BYTE)
			differ("not a prefix byte");
	for (start = b.at; b.at < start + site->length;) {
		uint64_t from = a.at;

		if (b.at > start) { /* pop behind pushf */
			set_number(&a);
			set_number(&b);
		}
		step(x, y);
		if (memcmp(a.sec->data + from, b.sec->data + b.at - (a.at - from), a.at - from))
			differ("the site's bytes were changed");
	}
	if (b.at != start + site->length)
		differ("the site's length is wrong");
	for (; b.at < end; b.at += y->size)
		if (!decode(&b, y) || !is_nop(y))
			differ("a pad is not of NOPs");
	if (b.at != end)
		differ("the site's total is wrong");
}

static void compare_code(void)
{
	cs_insn *x = cs_malloc(capstone), *y = cs_malloc(capstone);

	a.number[a.sec - a.img.section] = wp_alloc((a.sec->size + 1) * sizeof(**a.number));
	b.number[b.sec - b.img.section] = wp_alloc((b.sec->size + 1) * sizeof(**b.number));
	for (;;) {
		const struct site *site;

		skip_nops(&b, y, true);
		site = b.at < b.sec->size ? sites_at(&sites, b.sec->addr + b.at) : NULL;
		skip_nops(&a, x, false);
		set_number(&a);
		set_number(&b);
		if (a.at == a.sec->size || b.at == b.sec->size)
			break;
		if (site)
			step_site(site, x, y);
		else
			step(x, y);
	}
	if (a.at != a.sec->size || b.at != b.sec->size)
		differ("one has more");
	number++; /* the end of one section is not the start of the next */
	cs_free(x, 1);
	cs_free(y, 1);
}

/* Distances in constants may be from a table's start (switch), which is not said. */
static void compare_data(void)
{
	bool constants = !strncmp(a.sec->name, ".rodata", 7);
	size_t i;

	if (a.sec->nrelocs != b.sec->nrelocs)
		differ("not as many relocations");
	for (i = 0; i < a.sec->nrelocs; i++) {
		const struct image_reloc *x = &a.sec->reloc[i], *y = &b.sec->reloc[i];

		if (!constants || !is_pcrel(x->type))
			relocations(x, y, x->offset, y->offset);
	}
}

static const struct image_section *next_section(const struct image *img, size_t *i)
{
	for (; *i < img->nsections; (*i)++) {
		const struct image_section *s = &img->section[*i];

		if (s->alloc && s->size && strcmp(s->name, AB_NOTE_SECTION)) {
			(*i)++;
			return s;
		}
	}
	return NULL;
}

static void compare(void)
{
	size_t i = 0, j = 0;

	for (number = 1;;) {
		a.sec = next_section(&a.img, &i);
		b.sec = next_section(&b.img, &j);
		a.at = b.at = 0;
		if (!a.sec || !b.sec)
			break;
		if (strcmp(a.sec->name, b.sec->name) || a.sec->exec != b.sec->exec)
			wp_die(WP_FINDING, "section %s against %s", a.sec->name, b.sec->name);
		if (a.sec->exec)
			compare_code();
		else
			compare_data();
	}
	if (a.sec || b.sec)
		wp_die(WP_FINDING, "%s has more sections", a.sec ? a.img.path : b.img.path);
	check_references();
}

static void open_stream(struct stream *s, const char *path)
{
	char *error;

	if (image_open(&s->img, path, &error))
		wp_die_at(WP_USAGE, path, 0, "%s", error);
	s->number = wp_alloc(s->img.nsections * sizeof(*s->number));
}

static void close_stream(struct stream *s)
{
	size_t i;

	for (i = 0; i < s->img.nsections; i++)
		free(s->number[i]);
	free(s->number);
	image_close(&s->img);
}

int main(int argc, char **argv)
{
	char *error;

	wp_program = "same";
	if (argc != 3)
		wp_die(WP_USAGE, "usage: same plain.o padded.o");
	open_stream(&a, argv[1]);
	open_stream(&b, argv[2]);
	if (sites_load(&sites, &b.img, &error))
		wp_die_at(WP_USAGE, argv[2], 0, "%s", error);
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &capstone) ||
	    cs_option(capstone, CS_OPT_DETAIL, CS_OPT_ON))
		wp_die(WP_FAILED, "capstone does not start");
	compare();
	printf("%zu sites, %zu references\n", sites.n, n_references);
	cs_close(&capstone);
	free(references);
	sites_free(&sites);
	close_stream(&a);
	close_stream(&b);
	return WP_OK;
}
