// SPDX-License-Identifier: GPL-2.0-or-later
/* error.c - messages that name program, file, line. */
#include "wp.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *wp_program = "wedgeperf";

static void vmessage(const char *file, unsigned int line, const char *fmt, va_list ap)
{
	fflush(stdout);
	if (!file)
		fprintf(stderr, "%s: ", wp_program);
	else if (!line)
		fprintf(stderr, "%s: ", file);
	else
		fprintf(stderr, "%s:%u: ", file, line);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void wp_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vmessage(NULL, 0, fmt, ap);
	va_end(ap);
}

void wp_die(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vmessage(NULL, 0, fmt, ap);
	va_end(ap);
	exit(code);
}

void wp_warn_at(const char *file, unsigned int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vmessage(file, line, fmt, ap);
	va_end(ap);
}

void wp_die_at(int code, const char *file, unsigned int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vmessage(file, line, fmt, ap);
	va_end(ap);
	exit(code);
}
