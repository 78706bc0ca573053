/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine.h - being the guest's first process: its start, its end, its layout. */
#ifndef WEDGEPERF_MACHINE_H
#define WEDGEPERF_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* Mount what programs expect, /proc first, and say "@wp boot" on the console. */
void machine_start(void);

/* The kernel's command line into @text. */
void machine_cmdline(char *text, size_t size);

/*
 * Let the kernel come to rest (deferred probes, the console's queue), so that
 * what it still had to do is not measured.
 */
void machine_settle(void);

/*
 * End: reboot, which QEMU (-no-reboot) and Xen turn into an exit.  On a host,
 * and in child processes, exit with @code.
 */
_Noreturn void machine_end(int code);

/*
 * Vary the layout of memory by @k: pages taken, and freed out of order, in a
 * file in memory, so that no address space differs.
 */
void machine_perturb(uint64_t k);

#endif
