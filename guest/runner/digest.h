/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest.h - a 64-bit digest of what a workload observed.
 *
 * It shows that kernels compute the same thing; it is no defence against an
 * adversary.  FNV-1a (Fowler, Noll, Vo; IETF draft-eastlake-fnv) over bytes; a
 * number is added as its 8 bytes in little-endian order.
 */
#ifndef WEDGEPERF_DIGEST_H
#define WEDGEPERF_DIGEST_H

#include <stddef.h>
#include <stdint.h>

struct digest {
	uint64_t state;
};

void digest_init(struct digest *d);
void digest_bytes(struct digest *d, const void *data, size_t len);
void digest_u64(struct digest *d, uint64_t value);

#endif
