/* SPDX-License-Identifier: GPL-2.0-or-later */
/* show.h - profiles for people. */
#ifndef WEDGEPERF_PROFILE_SHOW_H
#define WEDGEPERF_PROFILE_SHOW_H

#include "profile.h"

/* Kinds with their sums, then the @top sites with most counts, then all places. */
void profile_show(const struct profile *p, size_t top, struct wp_buf *b);

#endif
