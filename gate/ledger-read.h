/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ledger-read.h - a ledger of sites, with the names of the kernel that it is of. */
#ifndef WEDGEPERF_GATE_LEDGER_READ_H
#define WEDGEPERF_GATE_LEDGER_READ_H

#include "../profiles/names.h"
#include "record.h"

/*
 * Reads the ledger in the file @path into @run.  Ends the program where it makes no sense,
 * or where its sums are not the instructions that were counted.
 */
void ledger_read(struct rec_run *run, const char *path, const struct kernel *k);

/* What stands at a site whose first instruction is @code now; @was: its bytes in the kernel. */
enum site_how ledger_how(const uint8_t *code, size_t len, const uint8_t *was, size_t was_len);

#endif
