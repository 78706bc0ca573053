/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * costs.h - what an operation costs by strategy: one execution of a site.
 *
 *	wedgeperf-costs 1
 *	# comment
 *	unit <word>			instructions, ticks ...: of all values below
 *	native prefix|nop <value>	one prefix byte, one NOP of a pad, on bare hardware
 *	kind <kind> <strategy> <value>	mean over the kind's sites
 *	site <name> <strategy> <value>	wins over its kind
 *	workload <word>			what follows, to the next such line, is this one's
 *
 * strategy: trap, call, inline (stores) or inline:<variant>; native where the wedge leaves a
 * site as it is whatever a plan says.  Values have at most two decimals, and are kept in
 * hundredths.  What an iret or a write of CR3 costs depends on the process that runs: so a
 * workload may have costs of its own.  The first of these counts: the workload's for the
 * site, the workload's for the kind, the site's, the kind's.
 */
#ifndef WEDGEPERF_TUNER_COSTS_H
#define WEDGEPERF_TUNER_COSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wedgeperf/kinds.h>

#define COSTS_MAGIC "wedgeperf-costs 1"
#define NO_COST	    (-1)
#define COST_ONE    100			    /* 1.00 */
#define COST_MAX    (10000000ll * COST_ONE) /* of one execution */

struct costs;

/* NULL after a message naming file and line.  Freed by the caller. */
struct costs *costs_parse(const char *file, const char *text, size_t len);
struct costs *costs_read(const char *path);
void costs_free(struct costs *c);

const char *costs_unit(const struct costs *c);
int64_t costs_prefix(const struct costs *c);
int64_t costs_nop(const struct costs *c);

/*
 * Hundredths, or NO_COST.  @c (no costs at all), @workload (the general costs) and @name (the
 * kind's) may be NULL.  A workload without costs of its own has the general ones.
 */
int64_t costs_of(const struct costs *c, const char *workload, enum site_kind kind, const char *name,
		 const char *strategy);

/* 0 if @word is no kind. */
enum site_kind kind_named(const char *word, size_t len);

#endif
