/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kinds.h - the kinds table as C: numbers, flags and a lookup. See kinds.def. */
#ifndef WEDGEPERF_KINDS_H
#define WEDGEPERF_KINDS_H

#define KF_NOFALL 0x1 /* control never continues after it */
#define KF_SHADOW 0x2 /* delays interrupts by one instruction: nothing may come between */
#define KF_MEMORY 0x4 /* marked by the compiler plugin, not by its mnemonic */

enum site_kind {
	SITE_NONE,
#define KIND(id, name, total, flags, text) SITE_##name = (id),
#include <wedgeperf/kinds.def>
	SITE_KINDS,
};

struct kind_info {
	const char *name; /* NULL for a number that is not in use */
	const char *text;
	unsigned char total; /* default length of a padded site, bytes; 0: do not pad */
	unsigned char flags; /* KF_* */
};

/* Indexed by enum site_kind; entry 0 is unused.  Static, read only. */
static const struct kind_info kind_info[SITE_KINDS] = {
#define KIND(id, name, total, flags, text) [id] = {#name, text, total, flags},
#include <wedgeperf/kinds.def>
};

#endif
