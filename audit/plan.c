// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan.c - does each line of a plan for a site do something?
 *
 * The assembler sees one text at a time and cannot know that a name is nowhere;
 * the linked file shows it, and which sites did not get what their line asks.
 */
#include <stdlib.h>
#include "audit.h"
#include "plan.h"

struct check {
	struct audit *a;
	const struct plan *plan;
	const char *path;
};

static void check_pad(struct audit *a, const struct plan *plan, const struct site *site)
{
	int pad = plan_lookup(plan, site->kind, site->name).pad;

	if (site->total != (pad > site->length ? pad : site->length))
		audit_add(a, FINDING_NOT_PLANNED, site->addr, kind_info[site->kind].name,
			  "%s: %u bytes, not %d", site->name, site->total, pad);
}

static void check_site(void *context, const char *name, unsigned int line)
{
	const struct check *c = context;
	struct finding *f;
	size_t *index, n;

	n = sites_named(c->a->sites, name, &index);
	for (size_t i = 0; i < n; i++)
		check_pad(c->a, c->plan, &c->a->sites->site[index[i]]);
	free(index);
	if (n)
		return;
	audit_add(c->a, FINDING_UNMATCHED, 0, "-", "%s", name);
	f = &c->a->finding[c->a->nfindings - 1];
	free(f->place);
	f->place = wp_format("%s:%u", c->path, line);
}

int audit_plan(struct audit *a, const char *path)
{
	struct plan *plan = plan_read(path);
	struct check c = {a, plan, path};

	if (!plan)
		return -1;
	plan_each_site(plan, check_site, &c);
	plan_free(plan);
	return 0;
}
