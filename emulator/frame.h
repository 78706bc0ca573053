/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame.h - Ethernet, IPv4 and TCP headers: offsets, byte order, checksums. */
#ifndef WEDGEPERF_FRAME_H
#define WEDGEPERF_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Offsets in a frame; an IPv4 header without options is 20 bytes (RFC 791). */
enum {
	ETH_DST = 0,
	ETH_SRC = 6,
	ETH_TYPE = 12,
	ETH_LEN = 14,
	ETH_MIN = 60,
	ETH_IP = 0x0800,
	ETH_ARP = 0x0806,

	IP_TOTAL = 2,
	IP_FRAGMENT = 6,
	IP_TTL = 8,
	IP_PROTO = 9,
	IP_SUM = 10,
	IP_SRC = 12,
	IP_DST = 16,
	IP_LEN = 20,
	IP_ICMP = 1,
	IP_TCP = 6,

	TCP_SPORT = 0,
	TCP_DPORT = 2,
	TCP_SEQ = 4,
	TCP_ACKNO = 8,
	TCP_OFFSET = 12,
	TCP_FLAGS = 13,
	TCP_WINDOW = 14,
	TCP_SUM = 16,
	TCP_LEN = 20,
};

enum {
	F_FIN = 0x01,
	F_SYN = 0x02,
	F_RST = 0x04,
	F_PSH = 0x08,
	F_ACK = 0x10
};

static inline uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static inline void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

/* Internet checksum (RFC 1071) of @len bytes; @sum carries over what came before. */
uint32_t sum_add(uint32_t sum, const uint8_t *p, size_t len);
uint16_t sum_finish(uint32_t sum);

/* Checksum of a TCP segment of @len bytes with the pseudo header of @ip. */
uint16_t tcp_checksum(const uint8_t *ip, const uint8_t *tcp, size_t len);

/*
 * Fill in the Ethernet and IPv4 headers in front of a payload of @len bytes that
 * starts at frame + ETH_LEN + IP_LEN.  Returns the frame's length, padded.
 */
size_t ip_finish(uint8_t *frame, const uint8_t *to, const uint8_t *from, uint32_t src, uint32_t dst,
		 uint8_t proto, size_t len);

/* An intact, unfragmented IPv4 packet without options? @len: bytes from @ip on. */
bool ip_valid(const uint8_t *ip, size_t len);

#endif
