// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tables.c - sites against the tables of Linux that name instructions.
 *
 * .altinstructions: at boot the kernel overwrites an ALTERNATIVE's original with
 * its replacement.  A site that straddles the border would lose its pad, or
 * half of its instruction.
 * __ex_table, __jump_table, .static_call_sites: they name instructions that may
 * fault, are jumped to, or patched.  Once a site is overwritten, an address in its
 * middle means nothing any more.
 */
#include <string.h>
#include "audit.h"

#define FIELD_LENGTHS 2 /* original and replacement length: the entry's last two bytes */

static const struct image_section *section_named(const struct image *img, const char *name)
{
	for (size_t i = 1; i < img->nsections; i++)
		if (!strcmp(img->section[i].name, name) && img->section[i].data &&
		    img->section[i].size)
			return &img->section[i];
	return NULL;
}

struct alternative {
	uint64_t original, replacement;
	uint8_t original_length, replacement_length;
};

static bool read_alternative(const struct image *img, const struct image_section *s,
			     uint64_t offset, size_t entry, struct alternative *alt)
{
	const struct image_section *code, *replacement;

	if (image_pcrel(img, s, offset, &alt->original) ||
	    image_pcrel(img, s, offset + 4, &alt->replacement))
		return false;
	alt->original_length = s->data[offset + entry - 2];
	alt->replacement_length = s->data[offset + entry - 1];
	code = image_section_at(img, alt->original);
	if (!code || !code->exec ||
	    alt->original_length > code->size - (alt->original - code->addr))
		return false;
	replacement = image_section_at(img, alt->replacement);
	return !alt->replacement_length ||
	       (replacement && replacement->exec &&
		alt->replacement_length <=
			replacement->size - (alt->replacement - replacement->addr));
}

/*
 * struct alt_instr grew with the kernel: 12 bytes until 6.2, 14 since.  All but
 * the flags in the middle stayed; the right size is the one that makes sense of
 * every entry.
 */
static size_t entry_size(const struct image *img, const struct image_section *s)
{
	static const size_t sizes[] = {12, 14};
	struct alternative alt;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		uint64_t offset = 0;

		if (s->size % sizes[i])
			continue;
		while (offset < s->size && read_alternative(img, s, offset, sizes[i], &alt))
			offset += sizes[i];
		if (offset == s->size)
			return sizes[i];
	}
	return 0;
}

static void check_straddle(struct audit *a, uint64_t start, uint64_t length, const char *what)
{
	uint64_t end = start + length;
	const struct site *site;

	if (!length)
		return;
	site = audit_site_before(a, end - 1);
	for (; site && site >= a->sites->site && site->addr + site->total > start; site--) {
		if (site->addr < start || site->addr + site->total > end)
			audit_add(a, FINDING_ALTERNATIVE, site->addr, kind_info[site->kind].name,
				  "%s: %s is 0x%llx-0x%llx", site->name, what,
				  (unsigned long long)start, (unsigned long long)end);
	}
}

static void check_alternatives(struct audit *a)
{
	const struct image_section *s = section_named(a->img, ".altinstructions");
	struct alternative alt;
	size_t entry;

	if (!s)
		return;
	entry = entry_size(a->img, s);
	if (!entry) {
		audit_add(a, FINDING_UNREADABLE, s->addr, "-", "%s has entries of an unknown form",
			  s->name);
		return;
	}
	for (uint64_t offset = 0; offset < s->size; offset += entry) {
		read_alternative(a->img, s, offset, entry, &alt);
		check_straddle(a, alt.original, alt.original_length, "the alternative's original");
		check_straddle(a, alt.replacement, alt.replacement_length,
			       "the alternative's replacement");
	}
}

/*
 * Tables of PC-relative references to instructions.  `patched`: the kernel itself
 * overwrites what the first field refers to, so no site may be there at all.
 */
static const struct reference {
	const char *section;
	uint8_t entry, fields;
	bool patched;
	enum finding_type finding;
} references[] = {
	{"__ex_table", 12, 2, false, FINDING_EXCEPTION},  /* instruction, fixup */
	{"__jump_table", 16, 2, true, FINDING_JUMP_INTO}, /* code, target */
	{".static_call_sites", 8, 1, true, FINDING_JUMP_INTO},
};

static void check_reference(struct audit *a, const struct image_section *s, uint64_t offset,
			    const struct reference *r, bool patched)
{
	const struct site *site;
	uint64_t addr;

	if (image_pcrel(a->img, s, offset, &addr)) {
		audit_add(a, FINDING_UNREADABLE, s->addr + offset, "-",
			  "%s: entry without an address", s->name);
		return;
	}
	site = audit_site_before(a, addr);
	if (site && (patched || addr != site->addr) && addr - site->addr < site->total)
		audit_add(a, r->finding, addr, kind_info[site->kind].name, "%s+%llu, from %s",
			  site->name, (unsigned long long)(addr - site->addr), s->name);
}

static void check_references(struct audit *a, const struct reference *r)
{
	const struct image_section *s = section_named(a->img, r->section);

	for (uint64_t offset = 0; s && offset + r->entry <= s->size; offset += r->entry)
		for (unsigned int i = 0; i < r->fields; i++)
			check_reference(a, s, offset + 4 * i, r, r->patched && !i);
}

void audit_check_tables(struct audit *a)
{
	check_alternatives(a);
	for (size_t i = 0; i < sizeof(references) / sizeof(*references); i++)
		check_references(a, &references[i]);
}
