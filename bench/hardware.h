/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hardware.h - what this machine can measure for real. */
#ifndef WEDGEPERF_BENCH_HARDWARE_H
#define WEDGEPERF_BENCH_HARDWARE_H

#include <stdbool.h>
#include <wp.h>

/* "brand; family 6 model 143 stepping 8; microcode 0x..."; what is unknown says so. */
char *hardware_cpu(void);

/* Ticks of the TSC are time only where it is constant and does not stop. */
bool hardware_tsc_constant(void);

/* Appends a line each: performance counters, /dev/kvm, a hypervisor below, and what follows. */
void hardware_describe(struct wp_buf *b);

#endif
