// SPDX-License-Identifier: GPL-2.0-or-later
/* scan.c - where statements, comments and strings end. */
#include "scan.h"

#include <stdlib.h>
#include <string.h>

static const unsigned char stops[256] = {
	['\n'] = 1, [';'] = 1, ['#'] = 1, ['"'] = 1, ['\''] = 1, ['/'] = 1,
};

const char *scan_statement(const char *p, const char *end)
{
	while (p < end) {
		if (!stops[(unsigned char)*p]) {
			p++;
		} else if (*p == '"') {
			p = scan_string(p, end);
		} else if (*p == '\'') {
			/* 'x, 'x', '\n: the closing quote is optional. */
			p++;
			if (p < end && *p == '\\')
				p++;
			if (p < end && *p != '\n')
				p++;
			if (p < end && *p == '\'')
				p++;
		} else if (*p == '/') {
			if (end - p > 1 && p[1] == '*')
				p = scan_block_comment(p, end);
			else
				p++;
		} else {
			break;
		}
	}
	return p;
}

const char *scan_string(const char *p, const char *end)
{
	for (p++; p < end; p++) {
		if (*p == '"')
			return p + 1;
		if (*p == '\\' && p + 1 < end)
			p++;
	}
	return end;
}

const char *scan_block_comment(const char *p, const char *end)
{
	for (p += 2; p < end && (p = memchr(p, '*', (size_t)(end - p))); p++)
		if (end - p > 1 && p[1] == '/')
			return p + 2;
		else if (end - p <= 1)
			break;
	return end;
}

const char *scan_line(const char *p, const char *end)
{
	const char *newline = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;

	return newline ? newline : end;
}

const char *scan_blanks(const char *p, const char *end)
{
	while (p < end) {
		if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\f')
			p++;
		else if (*p == '/' && end - p > 1 && p[1] == '*')
			p = scan_block_comment(p, end);
		else
			break;
	}
	return p;
}

struct span scan_linemarker(const char *p, const char *end, unsigned int *line)
{
	struct span none = {NULL, 0};
	const char *quote, *close;

	if (end - p < 4 || p[0] != '#' || p[1] != ' ' || p[2] < '0' || p[2] > '9')
		return none;
	quote = memchr(p, '"', (size_t)(end - p));
	close = quote ? memchr(quote + 1, '"', (size_t)(end - quote - 1)) : NULL;
	if (!close)
		return none;
	if (line)
		*line = (unsigned int)strtoul(p + 2, NULL, 10);
	return (struct span){quote + 1, (size_t)(close - quote - 1)};
}
