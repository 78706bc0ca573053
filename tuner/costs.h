/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * costs.h - what an operation costs by strategy: one execution of a site.
 *
 *	wedgeperf-costs 1
 *	# comment
 *	unit <word>			instructions, modelled-cycles, ticks ...: of all values
 *below native prefix|nop <value>	one prefix byte, one NOP of a pad, on bare hardware kind
 *<kind> <strategy> <value>	mean over the kind's sites site <site name> <strategy> <value> wins
 *over its kind
 *
 * strategy: trap, call, inline (stores) or inline:<variant>; native where the wedge leaves a
 * site as it is whatever a plan says.  Values have at most two
 * decimals, and are kept in hundredths.
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

/* Hundredths, or NO_COST.  @c (no costs at all) and @name may be NULL. */
int64_t costs_of(const struct costs *c, enum site_kind kind, const char *name,
		 const char *strategy);

/* 0 if @word is no kind. */
enum site_kind kind_named(const char *word, size_t len);

#endif
