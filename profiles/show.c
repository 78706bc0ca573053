// SPDX-License-Identifier: GPL-2.0-or-later
/* show.c - see show.h. */
#include "show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Most first, then by name: the order is the same on every run. */
static int by_count(const void *a, const void *b)
{
	const struct profile_count *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void print_table(const struct profile_list *l, size_t top, uint64_t total,
			const char *heading, struct wp_buf *b)
{
	struct profile_count *sorted = wp_alloc((l->n + 1) * sizeof(*sorted));
	uint64_t shown = 0;

	memcpy(sorted, l->count, l->n * sizeof(*sorted));
	qsort(sorted, l->n, sizeof(*sorted), by_count);
	wp_buf_printf(b, "%14s %6s %6s  %s\n", "count", "%", "sum %", heading);
	for (size_t i = 0; i < l->n && i < top; i++) {
		shown += sorted[i].count;
		wp_buf_printf(b, "%14" PRIu64 " %6.2f %6.2f  %s\n", sorted[i].count,
			      total ? 100.0 * (double)sorted[i].count / (double)total : 0,
			      total ? 100.0 * (double)shown / (double)total : 0, sorted[i].name);
	}
	if (l->n > top)
		wp_buf_printf(b, "%14s  and %zu more\n", "...", l->n - top);
	free(sorted);
}

static uint64_t list_total(const struct profile_list *l)
{
	uint64_t total = 0;

	for (size_t i = 0; i < l->n; i++)
		total += l->count[i].count;
	return total;
}

void profile_show(const struct profile *p, size_t top, struct wp_buf *b)
{
	struct profile kinds = {0};
	uint64_t total = list_total(&p->sites);

	for (size_t i = 0; i < p->sites.n; i++) {
		const char *kind = strrchr(p->sites.count[i].name, '/') + 1;
		char *name = strndup(kind, strcspn(kind, "#"));

		profile_add(&kinds.sites, name ? name : "?", p->sites.count[i].count);
		free(name);
	}
	profile_sort(&kinds);
	wp_buf_printf(b, "build %s, %zu sites, %" PRIu64 " %s; workloads:", p->build, p->sites.n,
		      total, profile_unit_name(p->unit));
	for (size_t i = 0; i < p->workloads; i++)
		wp_buf_printf(b, " %s", p->workload[i]);
	wp_buf_str(b, "\n\n");
	print_table(&kinds.sites, kinds.sites.n, total, "kind", b);
	wp_buf_str(b, "\n");
	print_table(&p->sites, top, total, "site", b);
	if (p->places.n) {
		wp_buf_str(b, "\n");
		print_table(&p->places, p->places.n, list_total(&p->places),
			    "page-table store without a site", b);
	}
	profile_free(&kinds);
}
