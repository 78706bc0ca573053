/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * storm.h - what the interrupt storm's two ends agree on: emulator/storm.c puts
 * bytes into a serial port of the guest, guest/storm/ receives them there.
 */
#ifndef WEDGEPERF_STORM_H
#define WEDGEPERF_STORM_H

#include <stdint.h>

#define STORM_READY 'R' /* from the guest: the port is open, begin */

/* The pseudo-random numbers of both (Marsaglia's xorshift, 64 bits, never 0). */
static inline uint64_t storm_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* The @i-th byte of the stream: its place shows in it, and its order. */
static inline uint8_t storm_byte(uint64_t i)
{
	return (uint8_t)((i * 0x9e3779b97f4a7c15ull) >> 56);
}

#endif
