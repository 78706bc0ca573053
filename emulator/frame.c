// SPDX-License-Identifier: GPL-2.0-or-later
/* frame.c - checksums, and the two headers in front of everything. */
#include "frame.h"

#include <string.h>

uint32_t sum_add(uint32_t sum, const uint8_t *p, size_t len)
{
	uint64_t wide = sum;

	for (; len > 1; p += 2, len -= 2)
		wide += get16(p);
	if (len)
		wide += (uint32_t)p[0] << 8;
	while (wide >> 16)
		wide = (wide & 0xffff) + (wide >> 16);
	return (uint32_t)wide;
}

uint16_t sum_finish(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint16_t tcp_checksum(const uint8_t *ip, const uint8_t *tcp, size_t len)
{
	uint8_t tail[4] = {0, IP_TCP, (uint8_t)(len >> 8), (uint8_t)len};
	uint32_t sum = sum_add(0, ip + IP_SRC, 8);

	return sum_finish(sum_add(sum_add(sum, tail, sizeof(tail)), tcp, len));
}

size_t ip_finish(uint8_t *frame, const uint8_t *to, const uint8_t *from, uint32_t src, uint32_t dst,
		 uint8_t proto, size_t len)
{
	uint8_t *ip = frame + ETH_LEN;
	size_t total = ETH_LEN + IP_LEN + len;

	memcpy(frame + ETH_DST, to, 6);
	memcpy(frame + ETH_SRC, from, 6);
	put16(frame + ETH_TYPE, ETH_IP);
	memset(ip, 0, IP_LEN);
	ip[0] = 0x45;
	put16(ip + IP_TOTAL, (uint16_t)(IP_LEN + len));
	put16(ip + IP_FRAGMENT, 0x4000); /* don't fragment */
	ip[IP_TTL] = 64;
	ip[IP_PROTO] = proto;
	put32(ip + IP_SRC, src);
	put32(ip + IP_DST, dst);
	put16(ip + IP_SUM, sum_finish(sum_add(0, ip, IP_LEN)));
	if (total < ETH_MIN) {
		memset(frame + total, 0, ETH_MIN - total);
		total = ETH_MIN;
	}
	return total;
}

bool ip_valid(const uint8_t *ip, size_t len)
{
	return len >= IP_LEN && ip[0] == 0x45 && get16(ip + IP_TOTAL) >= IP_LEN &&
	       get16(ip + IP_TOTAL) <= len && !(get16(ip + IP_FRAGMENT) & 0x3fff) &&
	       !sum_finish(sum_add(0, ip, IP_LEN));
}
