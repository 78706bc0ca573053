// SPDX-License-Identifier: GPL-2.0-or-later
/* progress.c - what is going on, on stderr. */
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static size_t total, done;
static double begun;

double now_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void progress_begin(size_t n)
{
	total = n;
	done = 0;
	begun = now_seconds();
}

void progress_clear(void)
{
	if (isatty(2))
		fputs("\r\033[K", stderr);
}

void progress_step(const char *what, const char *how, double seconds)
{
	unsigned int s = (unsigned int)(now_seconds() - begun);

	done++;
	progress_clear();
	fprintf(stderr, "  BENCH   %3zu of %zu  %02u:%02u  %-36s %s", done, total, s / 60, s % 60,
		what, how);
	if (seconds > 0)
		fprintf(stderr, " (%.1f s)", seconds);
	fputs(isatty(2) ? "" : "\n", stderr);
}

void progress_now(const char *running)
{
	unsigned int s = (unsigned int)(now_seconds() - begun);

	if (!isatty(2) || done == total)
		return;
	fprintf(stderr, "\r\033[K  BENCH   %3zu of %zu done  %02u:%02u  running %.50s", done, total,
		s / 60, s % 60, running);
}
