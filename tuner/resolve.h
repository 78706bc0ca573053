/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resolve.h - what the wedge makes of a strategy or a plan at each site. */
#ifndef WEDGEPERF_TUNER_RESOLVE_H
#define WEDGEPERF_TUNER_RESOLVE_H

#include "options.h"

struct resolver;

/*
 * @how: trap, call, inline, or the file of a plan.  @d (made with keep_pads) must outlive
 * it.  Ends the program if the plan cannot be read.
 */
struct resolver *resolver_new(const struct decisions *d, const char *how);
void resolver_free(struct resolver *r);

/*
 * The strategy that a site really gets: where the one asked for is not possible the next
 * lower one, as the wedge does.  NULL: no decision has this name.
 */
const char *resolve(const struct resolver *r, const char *name);

#endif
