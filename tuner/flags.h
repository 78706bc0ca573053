/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flags.h - are the status flags dead at an address? */
#ifndef WEDGEPERF_TUNER_FLAGS_H
#define WEDGEPERF_TUNER_FLAGS_H

#include <stdbool.h>
#include "image.h"

/*
 * True if on every path from @addr CF, PF, AF, ZF, SF and OF are written before they
 * are read.  Calls and returns of functions end a path: the psABI keeps no flags across
 * them.  Not so in local functions of assembly sources, which have conventions of their own;
 * and what cannot be followed counts as a reader.
 */
bool flags_dead(const struct image *img, uint64_t addr);

#endif
