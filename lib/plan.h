/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan.h - the plan: what each site is given.  One grammar for the afterburner
 * (pad, style), the wedge (strategy) and the tuner, which writes plans.
 *
 *	wedgeperf-plan 1
 *	# comment
 *	kind <kind> [pad=N] [style=prefix|nop] [strategy=trap|call|inline[:variant]]
 *	site <site name> [pad=N] [style=...] [strategy=...]
 *
 * Each attribute stands for itself: a later line wins over an earlier one and a
 * site over its kind.  Site names: docs/annotations.md.
 */
#ifndef WEDGEPERF_PLAN_H
#define WEDGEPERF_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include <wedgeperf/kinds.h>

#define PLAN_MAGIC   "wedgeperf-plan 1"
#define PLAN_MAX_PAD 255 /* struct ab_site has a byte for it */

enum plan_style {
	STYLE_UNSET,
	STYLE_PREFIX,
	STYLE_NOP
};
enum plan_strategy {
	STRATEGY_UNSET,
	STRATEGY_TRAP,
	STRATEGY_CALL,
	STRATEGY_INLINE
};

struct plan_entry {
	int pad; /* total length of the site in bytes, 0: annotate only; -1: not said */
	enum plan_style style;
	enum plan_strategy strategy;
	const char *variant; /* of STRATEGY_INLINE; NULL: the default one */
};

struct plan;

/*
 * Reads a plan from memory; @file names it in messages.  NULL after a message
 * naming file, line and remedy.  The caller frees it.
 */
struct plan *plan_parse(const char *file, const char *text, size_t len);

/* The same from a file. */
struct plan *plan_read(const char *path);

void plan_free(struct plan *p);

/* Does the plan say anything about single sites? */
bool plan_has_sites(const struct plan *p);

/*
 * What holds for a site of @kind called @name (NULL: no name known): site over
 * kind over kinds.def.  `pad` and `style` are always set in the result.
 * @p may be NULL.
 */
struct plan_entry plan_lookup(const struct plan *p, enum site_kind kind, const char *name);

/* Is there a `site` line of this name? */
bool plan_names(const struct plan *p, const char *name);

/* Calls @fn for each site that has lines, by the first of them, in order. */
typedef void plan_site_fn(void *context, const char *name, unsigned int line);
void plan_each_site(const struct plan *p, plan_site_fn *fn, void *context);

#endif
