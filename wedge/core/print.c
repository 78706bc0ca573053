/* SPDX-License-Identifier: GPL-2.0-or-later */
/* print.c - a small printf for the hypervisor's console. */
#include "backend.h"
#include "wedge.h"

struct out {
	char *to;
	size_t size, len;
};

static void put(struct out *o, char c)
{
	if (o->len + 1 < o->size)
		o->to[o->len++] = c;
}

static void put_number(struct out *o, uint64_t n, unsigned int base, int width, char pad,
		       bool minus)
{
	char digits[24];
	int len = 0;

	do {
		digits[len++] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	if (minus)
		digits[len++] = '-';
	for (; width > len; width--)
		put(o, pad);
	while (len)
		put(o, digits[--len]);
}

static void put_string(struct out *o, const char *s, int width, bool left)
{
	int len = (int)strlen(s);

	for (; !left && width > len; width--)
		put(o, ' ');
	for (; *s; s++, width--)
		put(o, *s);
	for (; left && width > 0; width--)
		put(o, ' ');
}

int format(char *to, size_t size, const char *fmt, va_list ap)
{
	struct out o = {to, size, 0};

	for (; *fmt; fmt++) {
		bool is_long = false, left = false;
		char pad = ' ';
		int width = 0;

		if (*fmt != '%') {
			put(&o, *fmt);
			continue;
		}
		fmt++;
		if (*fmt == '-') {
			left = true;
			fmt++;
		}
		if (*fmt == '0')
			pad = '0';
		for (; *fmt >= '0' && *fmt <= '9'; fmt++)
			width = width * 10 + *fmt - '0';
		for (; *fmt == 'l' || *fmt == 'z'; fmt++)
			is_long = true;
		switch (*fmt) {
		case 'd': {
			int64_t n = is_long ? va_arg(ap, long) : va_arg(ap, int);

			put_number(&o, n < 0 ? 0 - (uint64_t)n : (uint64_t)n, 10, width, pad,
				   n < 0);
			break;
		}
		case 'u':
		case 'x':
			put_number(&o,
				   is_long ? va_arg(ap, unsigned long) : va_arg(ap, unsigned int),
				   *fmt == 'x' ? 16 : 10, width, pad, false);
			break;
		case 'p':
			put_number(&o, (uint64_t)va_arg(ap, void *), 16, 16, '0', false);
			break;
		case 's':
			put_string(&o, va_arg(ap, const char *), width, left);
			break;
		case 'c':
			put(&o, (char)va_arg(ap, int));
			break;
		default:
			put(&o, *fmt);
			break;
		}
	}
	if (size)
		to[o.len] = 0;
	return (int)o.len;
}

void print(const char *fmt, ...)
{
	char line[256];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = format(line, sizeof(line), fmt, ap);
	va_end(ap);
	hv_console_write(line, (size_t)len);
}
