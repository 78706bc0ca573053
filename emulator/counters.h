/* SPDX-License-Identifier: GPL-2.0-or-later */
/* counters.h - what is counted, and the snapshots of it. */
#ifndef WEDGEPERF_COUNTERS_H
#define WEDGEPERF_COUNTERS_H

#include <stdint.h>
#include "classify.h"
#include "executors.h"

/* Written by the translated code itself; cumulative since power-on. */
extern struct counters {
	uint64_t insns[EXECUTORS];
	uint64_t events[EVENTS][EXECUTORS];
} counters;

/* Read `sites=`: one hexadecimal address a line, # comments.  Ends QEMU on errors. */
void sites_load(const char *path);

/* The counter of the site at @addr, or NULL. */
uint64_t *site_counter(uint64_t addr);

/* Keep a copy of everything under the marker's @code. */
void snapshot_take(unsigned int code);

/* All snapshots as text (docs/counting.md), all or nothing. */
void snapshots_write(const char *path);

#endif
