/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * collect.h - where counts come from.  Each collector adds to @p what the file at
 * @path says (kernel_count: sites by name, anything else as a place) and ends the
 * program with a message (exit code 2) if it cannot be what it should be.
 */
#ifndef WEDGEPERF_PROFILE_COLLECT_H
#define WEDGEPERF_PROFILE_COLLECT_H

#include "names.h"

/* count.so's file of a run with sites=: from its first START to the END behind it. */
void collect_counts(const struct kernel *k, struct profile *p, const char *path);

/* ptstores.so's file: stores to page tables; only those no site covers are added. */
void collect_stores(const struct kernel *k, struct profile *p, const char *path);

/*
 * A console of the wedge with wedge.report=1: emulations since boot.  @minus, or
 * NULL: the console of another run, whose counts (boot, set-up) are taken off.
 */
void collect_wedge(const struct kernel *k, struct profile *p, const char *path, const char *minus);

/* The text of `perf script`, or of `perf kvm ... script`, with ip, sym and symoff. */
void collect_perf(const struct kernel *k, struct profile *p, const char *path);

#endif
