/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wedge_machine.h - a hypervisor for the wedge's unit tests: some memory at
 * WINDOW_BASE, tables that are just stored to, and records of what was asked.
 */
#ifndef WEDGE_MACHINE_H
#define WEDGE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RAM_START  0x400000ull
#define RAM_END	   0x2400000ull
#define MEMORY_END 0x4400000ull

struct machine {
	uint64_t now, deadline;
	uint64_t descriptor[32]; /* of the machine's table */
	unsigned int descriptors_set;
	uint64_t base[4]; /* by enum hv_base */
	bool tsc_forbidden;
	uint16_t bound; /* interrupt lines */
	unsigned int eois[16];
	uint64_t kernel_root, user_root;
	bool short_of_memory;
	char console[4096];
	size_t console_len;
	const char *input;
	uint32_t port_value; /* what a port outside the models reads */
	uint16_t port_written;
};
extern struct machine machine;

/* Fresh memory and records. */
void machine_reset(void);
/* Translate @va by the machine's tables; false: not mapped. */
bool machine_walk(uint64_t root, uint64_t va, uint64_t *pa, bool *writable);
/* Is a frame that serves as a leaf table mapped writable anywhere below @root? */
bool machine_table_writable(uint64_t root);

#endif
