// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * scan.c - a linear walk over all executable sections.
 *
 * x86 code can be decoded from any byte, so what matters is to start where an
 * instruction starts.  The walk is put in step again at every symbol (functions,
 * and labels of assembly code) and at every site, and steps over data that a
 * symbol of type OBJECT declares.  Other data in the text is decoded as code:
 * that can only give findings too many, which is what the exceptions file is for.
 */
#include <stdlib.h>
#include "audit.h"

struct walk {
	struct audit *a;
	const struct image_section *section;
	uint64_t *stop; /* addresses to start anew at, ascending */
	size_t nstops;
	uint64_t *object; /* pairs: start and end of data */
	size_t nobjects;
};

static int by_value(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return a < b ? -1 : a > b;
}

static void find_stops(struct walk *w, size_t index)
{
	const struct image *img = w->a->img;
	uint64_t end = w->section->addr + w->section->size;

	w->stop = wp_alloc((img->nsymbols + 1) * sizeof(*w->stop));
	w->object = wp_alloc((img->nsymbols + 1) * 2 * sizeof(*w->object));
	for (size_t i = 1; i < img->nsymbols; i++) {
		const struct image_symbol *s = &img->symbol[i];

		if (s->section != index || s->addr < w->section->addr || s->addr >= end)
			continue;
		if (s->type != STT_FUNC && s->type != STT_NOTYPE && s->type != STT_OBJECT)
			continue;
		w->stop[w->nstops++] = s->addr;
		if (s->type == STT_OBJECT && s->size && s->size <= end - s->addr) {
			w->object[2 * w->nobjects] = s->addr;
			w->object[2 * w->nobjects++ + 1] = s->addr + s->size;
		}
	}
	qsort(w->stop, w->nstops, sizeof(*w->stop), by_value);
	qsort(w->object, w->nobjects, 2 * sizeof(*w->object), by_value);
}

static void check_branch(struct audit *a, uint64_t from, uint64_t target)
{
	const struct site *site = audit_site_before(a, target);

	/* Behind the instruction itself there are only NOPs, unless they are overwritten. */
	if (!site || target == site->addr || target - site->addr >= site->total)
		return;
	audit_add(a, FINDING_JUMP_INTO, target, kind_info[site->kind].name, "%s+%llu, from 0x%llx",
		  site->name, (unsigned long long)(target - site->addr), (unsigned long long)from);
}

/* Decode from @pos, an instruction's start, to @end, where another one starts. */
static void walk_code(struct walk *w, uint64_t pos, uint64_t end)
{
	struct audit *a = w->a;
	uint64_t section_end = w->section->addr + w->section->size;

	while (pos < end) {
		const uint8_t *p = w->section->data + (pos - w->section->addr);
		uint64_t left = section_end - pos;
		struct insn insn;

		if (!decode(&a->decoder, p, left < 16 ? left : 16, pos, &insn)) {
			a->undecoded_bytes++;
			pos++;
			continue;
		}
		a->instructions++;
		if (insn.kind)
			audit_add(a, FINDING_UNANNOTATED, pos, kind_info[insn.kind].name,
				  "%u bytes in %s", insn.length, w->section->name);
		if (insn.flags & INSN_NO_KIND)
			audit_add(a, FINDING_NO_KIND, pos, "-", "%u bytes in %s", insn.length,
				  w->section->name);
		if ((insn.flags & INSN_BRANCH) &&
		    (!a->img->relocatable ||
		     !image_reloc_at(w->section, pos + insn.length - 4 - w->section->addr)))
			check_branch(a, pos, insn.target);
		pos += insn.length;
	}
}

static void walk_section(struct walk *w)
{
	const struct sites *sites = w->a->sites;
	uint64_t pos = w->section->addr, end = pos + w->section->size;
	size_t stop = 0, object = 0, site = 0;

	while (pos < end) {
		uint64_t next = end;

		while (object < w->nobjects && w->object[2 * object + 1] <= pos)
			object++;
		if (object < w->nobjects && w->object[2 * object] <= pos) {
			w->a->data_bytes += w->object[2 * object + 1] - pos;
			pos = w->object[2 * object + 1];
			continue;
		}
		while (site < sites->n && sites->site[site].addr < pos)
			site++;
		if (site < sites->n && sites->site[site].addr == pos && sites->site[site].total) {
			pos += sites->site[site].total;
			continue;
		}
		while (stop < w->nstops && w->stop[stop] <= pos)
			stop++;
		if (stop < w->nstops && w->stop[stop] < next)
			next = w->stop[stop];
		if (site < sites->n && sites->site[site].addr > pos &&
		    sites->site[site].addr < next)
			next = sites->site[site].addr;
		walk_code(w, pos, next);
		pos = next;
	}
}

void audit_scan(struct audit *a)
{
	for (size_t i = 1; i < a->img->nsections; i++) {
		struct walk w = {.a = a, .section = &a->img->section[i]};

		if (!w.section->exec || !w.section->data)
			continue;
		a->exec_bytes += w.section->size;
		find_stops(&w, i);
		walk_section(&w);
		free(w.stop);
		free(w.object);
	}
}
