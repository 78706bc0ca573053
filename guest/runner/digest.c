/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digest.c - FNV-1a, see digest.h. */
#include "digest.h"

#define FNV_OFFSET 0xcbf29ce484222325ull
#define FNV_PRIME  0x100000001b3ull

void digest_init(struct digest *d)
{
	d->state = FNV_OFFSET;
}

void digest_bytes(struct digest *d, const void *data, size_t len)
{
	const unsigned char *p = data;
	uint64_t h = d->state;

	while (len--)
		h = (h ^ *p++) * FNV_PRIME;
	d->state = h;
}

void digest_u64(struct digest *d, uint64_t value)
{
	unsigned char b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (unsigned char)(value >> (8 * i));
	digest_bytes(d, b, sizeof(b));
}
