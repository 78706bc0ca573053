/* SPDX-License-Identifier: GPL-2.0-or-later */
/* executors.h - who executes, decided by the address of the code. */
#ifndef WEDGEPERF_EXECUTORS_H
#define WEDGEPERF_EXECUTORS_H

#include <stdint.h>

enum executor {
	USER,
	KERNEL,
	WEDGE,
	HYPERVISOR,
	EXECUTORS
};

extern const char *const executor_name[EXECUTORS];

/*
 * "name:hexlo-hexhi" (inclusive), or "hypervisor" alone for the range that Xen
 * takes on x86-64.  Regions given later win.  Returns what is wrong with @text,
 * or NULL if nothing is.
 */
const char *executor_region(const char *text);

enum executor executor_of(uint64_t addr);

#endif
