/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netpeer.h - what the guest and its TCP peer (emulator/tcp.c) agree on.
 *
 * The peer is 10.0.0.1, the guest 10.0.0.2, both /24, on one Ethernet.  A
 * connection to NETPEER_SOURCE_PORT yields a number of bytes of the pattern
 * that the emulator was told, then end of file.  A connection to
 * NETPEER_SINK_PORT takes any number of bytes of the pattern; once the guest
 * has shut down its side, and every byte was taken, it yields end of file.
 */
#ifndef WEDGEPERF_NETPEER_H
#define WEDGEPERF_NETPEER_H

#include <stddef.h>
#include <stdint.h>

#define NETPEER_IP	 0x0a000001u /* 10.0.0.1, host byte order */
#define NETPEER_GUEST_IP 0x0a000002u /* 10.0.0.2 */
#define NETPEER_MAC                                                                                \
	{                                                                                          \
		0x52, 0x54, 0x00, 0x00, 0x00, 0x01                                                 \
	}
#define NETPEER_GUEST_MAC                                                                          \
	{                                                                                          \
		0x52, 0x54, 0x00, 0x00, 0x00, 0x02                                                 \
	}

#define NETPEER_SOURCE_PORT 5001
#define NETPEER_SINK_PORT   5002

/*
 * One frame of 1448 bytes of payload every 14851 ns is 780.0 Mb/s, the rate of
 * the papers' table.
 */
#define NETPEER_PAYLOAD	       1448
#define NETPEER_DEFAULT_GAP_NS 14851

/* The pattern repeats after this many bytes. */
#define NETPEER_PERIOD 65536u

/* Byte number @i (from 0) of every stream. */
static inline uint8_t netpeer_byte(uint64_t i)
{
	return (uint8_t)(i * 131 + (i >> 8));
}

/* Bytes @from .. @from + @len - 1 of the stream into @buf. */
static inline void netpeer_fill(void *buf, uint64_t from, size_t len)
{
	uint8_t *p = buf;

	for (size_t i = 0; i < len; i++)
		p[i] = netpeer_byte(from + i);
}

#endif
