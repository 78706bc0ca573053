// SPDX-License-Identifier: GPL-2.0-or-later
/* container.c - the archive that the wedge boots from: what is really in it? */
#include "image.h"

#include <stdlib.h>
#include <string.h>

/* cpio(5), newc: "070701", then 13 fields of 8 hex digits; name and data padded to 4. */
#define HEADER	   110
#define FIELD_SIZE 6
#define FIELD_NAME 11
#define PADDED(n)  (((n) + 3) & ~(size_t)3)

static size_t field(const char *header, int i)
{
	char digits[9] = {0};

	memcpy(digits, header + 6 + 8 * i, 8);
	return strtoul(digits, NULL, 16);
}

static int member_sha256(const char *path, const char *member, char hex[WP_SHA256_HEX])
{
	struct wp_buf b = {0};
	size_t at = 0, size, name;
	int ret = -1;

	if (wp_read_file(path, &b)) {
		wp_buf_free(&b);
		return -1;
	}
	while (ret && at < b.len && b.len - at > HEADER && !memcmp(b.data + at, "070701", 6)) {
		size_t data;

		size = field(b.data + at, FIELD_SIZE);
		name = field(b.data + at, FIELD_NAME);
		data = PADDED(at + HEADER + name);
		if (data > b.len || size > b.len - data)
			break;
		if (name == strlen(member) + 1 && !memcmp(b.data + at + HEADER, member, name)) {
			wp_sha256(b.data + data, size, hex);
			ret = 0;
		}
		at = PADDED(data + size);
	}
	wp_buf_free(&b);
	return ret;
}

const char *image_member_sha256(const char *path, const char *member)
{
	static struct known {
		struct known *next;
		char *path, *member;
		char hex[WP_SHA256_HEX]; /* "": there is none */
	} * known;
	struct known *k = known;

	while (k && (strcmp(k->path, path) || strcmp(k->member, member)))
		k = k->next;
	if (!k) {
		k = wp_alloc(sizeof(*k));
		k->path = wp_strdup(path);
		k->member = wp_strdup(member);
		if (member_sha256(path, member, k->hex))
			*k->hex = '\0';
		k->next = known;
		known = k;
	}
	return *k->hex ? k->hex : NULL;
}
