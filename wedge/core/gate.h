/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gate.h - a gate of the guest's interrupt descriptor table [SDM vol. 3, 6.14.1]. */
#ifndef WEDGE_GATE_H
#define WEDGE_GATE_H

#include <stdint.h>

#define GATE_PRESENT 0x80
#define GATE_INTR    14

struct gate {
	uint16_t offset0, selector;
	uint8_t ist, type;
	uint16_t offset1;
	uint32_t offset2, zero;
};

static inline uint64_t gate_handler(const struct gate *gate)
{
	return gate->offset0 | (uint64_t)gate->offset1 << 16 | (uint64_t)gate->offset2 << 32;
}

#endif
