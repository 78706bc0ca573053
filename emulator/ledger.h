/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ledger.h - books every executed instruction on the site that was under way, or on
 * none, and on who executed it.
 *
 * Sites are numbers from 0; times are instructions since power-on.  A site is under way from
 * its first byte until it ends or another one begins, so the sums over all sites and
 * LEDGER_NONE are what was executed, no more and no less.
 */
#ifndef WEDGEPERF_LEDGER_H
#define WEDGEPERF_LEDGER_H

#include <stddef.h>
#include <stdint.h>
#include "executors.h"

#define LEDGER_NONE SIZE_MAX

struct ledger_line {
	uint64_t begun; /* executions */
	uint64_t insns[EXECUTORS];
};

void ledger_open(size_t sites);

/* From now on: @who executes; @site (or LEDGER_NONE) is under way. */
void ledger_executor(enum executor who, uint64_t now);
void ledger_site(size_t site, uint64_t now);

/* Everything before it, or after it, is not booked. */
void ledger_start(uint64_t now);
void ledger_stop(uint64_t now);

const struct ledger_line *ledger_line(size_t site); /* LEDGER_NONE: the rest */

#endif
