// SPDX-License-Identifier: GPL-2.0-or-later
/* report.c - what the audit prints. */
#include <stdlib.h>
#include "audit.h"

struct tally {
	size_t sites, padded, early, alternative;
	uint64_t original, pad, prefixes;
};

static void count(struct tally *t, const struct site *site)
{
	unsigned int original = site->length > site->total ? site->total : site->length;

	t->sites++;
	t->padded += site->total > original;
	t->early += !!(site->flags & AB_F_EARLY);
	t->alternative += !!(site->flags & AB_F_ALTERNATIVE);
	t->original += original;
	t->pad += site->total - original;
	t->prefixes += AB_PREFIXES(site->flags);
}

static void row(struct wp_buf *out, const char *name, const struct tally *t)
{
	wp_buf_printf(out, "%-12s %6zu %7zu %9llu %9llu %9llu %6zu %6zu\n", name, t->sites,
		      t->padded, (unsigned long long)t->original, (unsigned long long)t->pad,
		      (unsigned long long)t->prefixes, t->early, t->alternative);
}

static void report_growth(const struct audit *a, const struct image *base, uint64_t pad,
			  struct wp_buf *out)
{
	/* Sections are rounded up to megabytes; functions are what grows. */
	uint64_t with = image_function_bytes(a->img), without = with > pad ? with - pad : 0;

	wp_buf_printf(out,
		      "\nexecutable sections: %llu bytes; functions: %llu bytes; pads: %llu bytes",
		      (unsigned long long)a->exec_bytes, (unsigned long long)with,
		      (unsigned long long)pad);
	if (without)
		wp_buf_printf(out, " (+%.2f %%)", 100.0 * (double)pad / (double)without);
	if (base) {
		uint64_t native = image_function_bytes(base);

		wp_buf_printf(out, "\n  %s: functions: %llu bytes", base->path,
			      (unsigned long long)native);
		if (native)
			wp_buf_printf(out, "; text growth %+.2f %%",
				      100.0 * ((double)with - (double)native) / (double)native);
	}
	wp_buf_printf(
		out,
		"\ndecoded outside of sites: %zu instructions; stepped over: %llu bytes that are "
		"none, %llu bytes of data\n",
		a->instructions, (unsigned long long)a->undecoded_bytes,
		(unsigned long long)a->data_bytes);
}

static int by_type(const void *x, const void *y)
{
	const struct finding *a = x, *b = y;

	if (!a->excuse != !b->excuse)
		return a->excuse ? 1 : -1;
	if (a->type != b->type)
		return (int)a->type - (int)b->type;
	return a->addr < b->addr ? -1 : a->addr > b->addr;
}

static void report_findings(const struct audit *a, struct wp_buf *out)
{
	size_t open = audit_open_findings(a);

	if (a->nfindings)
		qsort(a->finding, a->nfindings, sizeof(*a->finding), by_type);
	for (size_t i = 0; i < a->nfindings; i++) {
		const struct finding *f = &a->finding[i];

		if (!i || f->type != f[-1].type || !f->excuse != !f[-1].excuse)
			wp_buf_printf(out, "\n%s: %s%s\n", finding_info[f->type].name,
				      finding_info[f->type].text, f->excuse ? " (excused)" : "");
		wp_buf_printf(out, "  0x%llx  %s  %s  %s", (unsigned long long)f->addr, f->place,
			      f->kind, f->detail);
		if (f->excuse)
			wp_buf_printf(out, "  [%s]", f->excuse);
		wp_buf_str(out, "\n");
	}
	wp_buf_printf(out, "\nfindings: %zu, and %zu excused\n", open, a->nfindings - open);
}

void audit_report(const struct audit *a, const struct image *base, struct wp_buf *out)
{
	struct tally kinds[SITE_KINDS] = {0}, all = {0};

	for (size_t i = 0; i < a->sites->n; i++) {
		count(&kinds[a->sites->site[i].kind], &a->sites->site[i]);
		count(&all, &a->sites->site[i]);
	}
	wp_buf_printf(out, "%s\n\n%-12s %6s %7s %9s %9s %9s %6s %6s\n", a->img->path, "kind",
		      "sites", "padded", "bytes", "pad", "prefixes", "early", "altern");
	for (size_t kind = 0; kind < SITE_KINDS; kind++)
		if (kinds[kind].sites)
			row(out, kind_info[kind].name, &kinds[kind]);
	row(out, "all", &all);
	wp_buf_printf(out, "\nnotes: %zu; sites that share their name with another: %zu\n",
		      a->sites->notes, sites_ambiguous(a->sites));
	report_growth(a, base, all.pad, out);
	report_findings(a, out);
}

void audit_report_stores(const struct audit *a, struct wp_buf *out)
{
	wp_buf_printf(out,
		      "%s\n\nstores to page tables: %zu instructions, %llu executions\n"
		      "annotated: %zu instructions, %llu executions\n",
		      a->img->path, a->stores.instructions,
		      (unsigned long long)a->stores.executions, a->stores.annotated,
		      (unsigned long long)a->stores.annotated_executions);
	report_findings(a, out);
}

void audit_names(const struct audit *a, struct wp_buf *out)
{
	for (size_t i = 0; i < a->sites->n; i++) {
		const struct site *s = &a->sites->site[i];

		wp_buf_printf(out, "0x%llx\t%s\t%s\t%u\t%u\t%u\t0x%x\t%s\n",
			      (unsigned long long)s->addr, s->name, kind_info[s->kind].name,
			      s->length, s->total, AB_PREFIXES(s->flags), s->flags & 0xf,
			      s->section ? s->section->name : "-");
	}
}
