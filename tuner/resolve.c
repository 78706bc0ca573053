// SPDX-License-Identifier: GPL-2.0-or-later
/* resolve.c - see resolve.h. */
#include "resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "plan.h"
#include "../lib/plan.h"

struct resolver {
	const struct decisions *d;
	const char *uniform; /* NULL: a plan */
	struct plan *plan;
};

static const char *const order[] = {"inline", "call", "trap"};
#define LEVELS (sizeof(order) / sizeof(order[0]))

struct resolver *resolver_new(const struct decisions *d, const char *how)
{
	struct resolver *r = wp_alloc(sizeof(*r));

	r->d = d;
	for (size_t i = 0; i < LEVELS; i++)
		if (!strcmp(how, order[i]))
			r->uniform = order[i];
	if (!r->uniform) {
		r->plan = plan_read(how);
		if (!r->plan)
			exit(WP_USAGE);
	}
	return r;
}

void resolver_free(struct resolver *r)
{
	plan_free(r->plan);
	free(r);
}

/* The level that a plan asks for; the exact option, if it is possible, in *@exact. */
static size_t planned(const struct resolver *r, const struct decision *d,
		      const struct choice **exact)
{
	struct plan_entry e = plan_lookup(r->plan, d->kind, d->name);
	char *strategy;

	if (e.strategy == STRATEGY_TRAP)
		return 2;
	if (e.strategy == STRATEGY_CALL)
		return 1;
	if (e.variant) {
		strategy = wp_format("inline:%s", e.variant);
		*exact = option_named(d, strategy);
		free(strategy);
		return *exact ? 0 : 1;
	}
	return 0; /* also what a plan says nothing about: the wedge's default */
}

const char *resolve(const struct resolver *r, const char *name)
{
	const struct decision *d = decision_named(r->d, name);
	const struct choice *o = NULL;
	size_t level = 0;

	if (!d)
		return NULL;
	if (d->fixed)
		return option_costed_as(d, &d->option[0]);
	if (r->plan)
		level = planned(r, d, &o);
	else
		while (order[level] != r->uniform)
			level++;
	for (; !o && level < LEVELS; level++)
		o = option_named(d, order[level]);
	return o ? o->strategy : NULL;
}
