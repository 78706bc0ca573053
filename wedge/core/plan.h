/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan.h - the strategy of each site, from a plan: the text that the afterburner
 * and the tuner read and write too (grammar: lib/plan.h).  Pads and styles are checked
 * and passed over.
 */
#ifndef WEDGE_PLAN_H
#define WEDGE_PLAN_H

#include "boot.h"
#include "site.h"

struct choice {
	uint8_t strategy;    /* enum strategy; STRATEGY_NONE: not said */
	const char *variant; /* of STRATEGY_INLINE; NULL: the default one */
	unsigned int line;   /* of the plan */
};

/*
 * Read the plan in @text (NULL data: an empty one).  Returns NULL, or what is wrong with line
 * *@line.  What is returned by plan_choice() stays valid.
 */
const char *plan_read(struct blob text, unsigned int *line);
/* Does it say anything about single sites? */
bool plan_has_sites(void);
/* What it says about @s; its name must be known if the plan has sites. */
struct choice plan_choice(const struct site *s);
/* Complain on the console about lines for sites that were never asked for. */
void plan_report_unused(void);

#endif
