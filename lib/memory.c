// SPDX-License-Identifier: GPL-2.0-or-later
/* memory.c - allocation that cannot fail quietly, and the growing buffer. */
#include "wp.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *wp_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		wp_die(WP_FAILED, "out of memory (%zu bytes)", size);
	return p;
}

void *wp_realloc(void *p, size_t size)
{
	p = realloc(p, size ? size : 1);
	if (!p)
		wp_die(WP_FAILED, "out of memory (%zu bytes)", size);
	return p;
}

char *wp_strdup(const char *s)
{
	size_t len = strlen(s) + 1;

	return memcpy(wp_alloc(len), s, len);
}

char *wp_format(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		wp_die(WP_FAILED, "out of memory");
	va_end(ap);
	return s;
}

static void reserve(struct wp_buf *b, size_t more)
{
	size_t size = b->size ? b->size : 256;

	if (b->size - b->len > more)
		return;
	while (size - b->len <= more)
		size *= 2;
	b->data = wp_realloc(b->data, size);
	b->size = size;
}

void wp_buf_add(struct wp_buf *b, const void *data, size_t len)
{
	reserve(b, len);
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void wp_buf_str(struct wp_buf *b, const char *s)
{
	wp_buf_add(b, s, strlen(s));
}

void wp_buf_printf(struct wp_buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	reserve(b, (size_t)len + 1);
	vsnprintf(b->data + b->len, (size_t)len + 1, fmt, again);
	va_end(again);
	b->len += (size_t)len;
}

void wp_buf_free(struct wp_buf *b)
{
	free(b->data);
	*b = (struct wp_buf){0};
}
