/* SPDX-License-Identifier: GPL-2.0-or-later */
/* whole.h - is the last instruction that QEMU reports of a block really its last? */
#ifndef WEDGEPERF_WHOLE_H
#define WEDGEPERF_WHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * QEMU 7.2 reports one instruction too many when the last one crosses into the
 * next page: it then belongs to the next block, and here only its first bytes
 * are known.  False for such a part of an instruction.
 */
bool is_whole(const uint8_t *code, size_t len, uint64_t pc);

#endif
