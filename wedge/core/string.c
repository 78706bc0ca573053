/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * string.c - the few string functions that a freestanding program needs.  No
 * `rep`: an emulator counts every iteration of one as an instruction.
 */
#include "wedge.h"

void *memcpy(void *to, const void *from, size_t n)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	for (; n >= 8; n -= 8, t += 8, f += 8) {
		uint64_t word;

		__builtin_memcpy(&word, f, 8);
		__builtin_memcpy(t, &word, 8);
	}
	while (n--)
		*t++ = *f++;
	return to;
}

void *memset(void *to, int c, size_t n)
{
	uint8_t *t = to;
	uint64_t word = (uint8_t)c * 0x0101010101010101ull;

	for (; n >= 8; n -= 8, t += 8)
		__builtin_memcpy(t, &word, 8);
	while (n--)
		*t++ = (uint8_t)c;
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const uint8_t *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++)
		if (*a != *b || !*a)
			return (uint8_t)*a - (uint8_t)*b;
	return 0;
}
