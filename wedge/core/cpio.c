/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpio.c - the container of the guest: a "newc" cpio archive with the members
 * `vmlinux` and `initrd` [Linux Documentation/driver-api/early-userspace/
 * buffer-format.rst].
 */
#include "boot.h"
#include "wedge.h"

#define HEADER	  110
#define FILE_SIZE 54 /* offsets of hexadecimal fields of 8 digits */
#define NAME_SIZE 94

static size_t field(const uint8_t *header, size_t at)
{
	size_t value = 0;

	for (size_t i = at; i < at + 8; i++) {
		uint8_t c = header[i] | 0x20;
		uint8_t digit = c >= 'a' && c <= 'f' ? (uint8_t)(c - 'a' + 10)
						     : (uint8_t)(header[i] - '0');

		value = value << 4 | (digit & 15);
	}
	return value;
}

static size_t align4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

struct blob cpio_find(struct blob archive, const char *name)
{
	struct blob none = {NULL, 0};
	size_t pos = 0, wanted = strlen(name) + 1;

	while (pos + HEADER <= archive.size) {
		const uint8_t *header = archive.data + pos;
		size_t name_size = field(header, NAME_SIZE), size = field(header, FILE_SIZE);
		size_t data = align4(pos + HEADER + name_size);

		if (memcmp(header, "070701", 6) || data > archive.size ||
		    size > archive.size - data)
			return none;
		if (name_size == wanted && !memcmp(header + HEADER, name, wanted))
			return (struct blob){archive.data + data, size};
		pos = align4(data + size);
	}
	return none;
}
