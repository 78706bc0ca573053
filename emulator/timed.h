/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timed.h - what the plugins share that act at times of their own choice. */
#ifndef WEDGEPERF_TIMED_H
#define WEDGEPERF_TIMED_H

#include <stdint.h>
#include "qemu-plugin.h"

/*
 * The decimal number behind the = of @arg, @least <= number <= @most; what is none ends
 * QEMU with exit code 2.
 */
uint64_t timed_number(const char *arg, uint64_t least, uint64_t most);

/*
 * To be called when the first virtual CPU is there: ends QEMU with exit code 2 unless
 * virtual time is counted in instructions.
 */
void timed_on_vcpu(qemu_plugin_id_t plugin, unsigned int vcpu);

#endif
