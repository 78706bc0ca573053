// SPDX-License-Identifier: GPL-2.0-or-later
/* check.c - is every annotation on what it says? */
#include <string.h>
#include "audit.h"

/* Kinds that are two instructions; the second is a kind or a property. */
static const struct composite {
	uint8_t kind, first, second, second_flag;
} composites[] = {
	{SITE_sti_hlt, SITE_sti, SITE_hlt, 0},
	{SITE_sti_mwait, SITE_sti, SITE_mwait, 0},
	{SITE_pushf_pop, SITE_pushf, SITE_NONE, INSN_POP_REG},
};

/* Memory kinds: what the instruction must be. */
static uint8_t memory_flag(uint8_t kind)
{
	switch (kind) {
	case SITE_pte_store:
	case SITE_pmd_store:
	case SITE_pud_store:
	case SITE_pgd_store:
		return INSN_STORE;
	case SITE_pte_rmw:
	case SITE_pmd_rmw:
	case SITE_pud_rmw:
	case SITE_pgd_rmw:
		return INSN_RMW;
	default:
		return 0;
	}
}

static const struct composite *composite(uint8_t kind)
{
	for (size_t i = 0; i < sizeof(composites) / sizeof(*composites); i++)
		if (composites[i].kind == kind)
			return &composites[i];
	return NULL;
}

static bool fits(uint8_t kind, uint8_t flag, const struct insn *insn)
{
	if (flag)
		return insn->flags & flag;
	return kind == SITE_unknown ? insn->kind != SITE_NONE : insn->kind == kind;
}

/*
 * The instruction or instructions of @site at @p.  Returns their length, or 0
 * after it has added a finding.
 */
static size_t check_original(struct audit *a, const struct site *site, const uint8_t *p, size_t n,
			     uint64_t addr)
{
	const struct composite *pair = composite(site->kind);
	const char *kind = kind_info[site->kind].name;
	uint8_t flag = memory_flag(site->kind);
	struct insn insn;
	size_t length;

	if (!decode(&a->decoder, p, n, addr, &insn)) {
		audit_add(a, FINDING_NOT_SENSITIVE, site->addr, kind, "%s: not an instruction",
			  site->name);
		return 0;
	}
	if (!fits(pair ? pair->first : site->kind, flag, &insn)) {
		if (insn.kind)
			audit_add(a, FINDING_WRONG_KIND, site->addr, kind,
				  "%s: the instruction is %s", site->name,
				  kind_info[insn.kind].name);
		else
			audit_add(a, FINDING_NOT_SENSITIVE, site->addr, kind, "%s", site->name);
		return 0;
	}
	length = insn.length;
	if (!pair)
		return length;
	if (!decode(&a->decoder, p + length, n - length, addr + length, &insn) ||
	    !fits(pair->second, pair->second_flag, &insn)) {
		audit_add(a, FINDING_WRONG_KIND, site->addr, kind,
			  "%s: the second instruction is another", site->name);
		return 0;
	}
	return length + insn.length;
}

static bool all_nops(struct audit *a, const uint8_t *p, size_t n, uint64_t addr)
{
	struct insn insn;

	for (size_t i = 0; i < n; i += insn.length)
		if (!decode(&a->decoder, p + i, n - i, addr + i, &insn) || !(insn.flags & INSN_NOP))
			return false;
	return true;
}

static void check_site(struct audit *a, const struct site *site)
{
	const struct image_section *s = site->section;
	const char *kind = kind_info[site->kind].name;
	size_t prefixes = AB_PREFIXES(site->flags), length, left;
	const uint8_t *p;
	struct insn first;

	if (!s || !s->exec || !s->data) {
		audit_add(a, FINDING_OUTSIDE, site->addr, kind, "%s", site->name);
		return;
	}
	left = s->size - (site->addr - s->addr);
	if (site->total > left || prefixes + site->length > site->total || !site->length) {
		audit_add(a, FINDING_WRONG_LENGTH, site->addr, kind,
			  "%s: %zu prefixes + %u bytes do not fit a total of %u in %zu bytes of %s",
			  site->name, prefixes, site->length, site->total, left, s->name);
		return;
	}
	if (!(site->flags & AB_F_ALTERNATIVE) != !!strcmp(s->name, ".altinstr_replacement"))
		audit_add(a, FINDING_ALTERNATIVE, site->addr, kind,
			  "%s: flagged as a replacement or in their section, but not both",
			  site->name);
	p = s->data + (site->addr - s->addr);
	for (size_t i = 0; i < prefixes; i++) {
		if (p[i] != AB_PREFIX_BYTE) {
			audit_add(a, FINDING_WRONG_LENGTH, site->addr, kind,
				  "%s: byte %zu is not a prefix", site->name, i);
			return;
		}
	}
	length = check_original(a, site, p + prefixes, left - prefixes, site->addr + prefixes);
	if (!length)
		return;
	decode(&a->decoder, p + prefixes, left - prefixes, site->addr + prefixes, &first);
	if (length != site->length || prefixes + first.length > AB_MAX_INSN)
		audit_add(a, FINDING_WRONG_LENGTH, site->addr, kind,
			  "%s: %zu prefixes + %zu bytes, annotated as %u", site->name, prefixes,
			  length, site->length);
	else if (!all_nops(a, p + prefixes + length, site->total - prefixes - length,
			   site->addr + prefixes + length))
		audit_add(a, FINDING_WRONG_PAD, site->addr, kind, "%s", site->name);
}

void audit_check_sites(struct audit *a)
{
	for (size_t i = 0; i < a->sites->n; i++) {
		const struct site *site = &a->sites->site[i];
		const struct site *last = i ? site - 1 : NULL;

		check_site(a, site);
		if (last && site->addr - last->addr < (last->total ? last->total : 1u))
			audit_add(a, FINDING_OVERLAP, site->addr, kind_info[site->kind].name,
				  "%s begins inside %s", site->name, last->name);
	}
}

void audit_run(struct audit *a)
{
	audit_check_sites(a);
	audit_check_tables(a);
	audit_scan(a);
}
