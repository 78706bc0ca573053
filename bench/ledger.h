/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ledger.h - the ledger of sites of a run: which site each executed instruction is booked on.
 *
 * Made by sitecost.so (docs/profiles.md) in the same boot that is measured: the plugin does
 * not change what the guest does, so the result and its key are those of a run without.
 */
#ifndef WEDGEPERF_BENCH_LEDGER_H
#define WEDGEPERF_BENCH_LEDGER_H

#include "inputs.h"

/* Is there something to book?  Only a wedge gives sites another cost than their own. */
bool ledger_wanted(const struct run *r);

/* The list of sites that a run needs (`profile sites --spans`): one for each padded kernel. */
char *ledger_spans(const char *build, const struct run *r);

/*
 * What makes a ledger beside what makes the run, whose key does not tell it: its @i-th file, or
 * NULL.  The caller frees it.
 */
char *ledger_maker(const char *build, const struct run *r, size_t i);

/* In @dir, named after the run's key and the ledger's makers; the caller frees it. */
char *ledger_path(const char *dir, const char *build, const struct run *r, const char *key);

/* @argv (of qemu_argv(), which it takes over) with the plugin that writes @out/ledger. */
char **ledger_argv(char **argv, const char *build, const struct run *r, const char *out);

#endif
