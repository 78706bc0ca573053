/* SPDX-License-Identifier: GPL-2.0-or-later */
/* emulator.h - the QEMU in PATH: is it fit, and which one is it? */
#ifndef WEDGEPERF_BENCH_EMULATOR_H
#define WEDGEPERF_BENCH_EMULATOR_H

#include <jansson.h>

/*
 * Checks once that qemu-system-x86_64 is there and knows plugins and icount;
 * ends the program with a message that names the remedy if not.
 * Returns version, checksums of binary and firmware: owned by this file.
 */
json_t *emulator_json(void);

#endif
