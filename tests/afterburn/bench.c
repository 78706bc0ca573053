// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench.c - how fast the afterburner turns text into text.
 *
 *	bench file.s...
 *
 * All files are in memory; the processor time of the fastest of many rounds
 * counts, so that other work on the machine matters little.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../../afterburn/words.h"
#include "../../afterburn/source.h"
#include "../../afterburn/text.h"

#define MIN_ROUNDS  10
#define MIN_SECONDS 2.0

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
	struct source *src = wp_alloc((size_t)argc * sizeof(*src));
	double start = now(), best = 0;
	unsigned int sites = 0, rounds;
	size_t in = 0, out = 0;
	int i;

	wp_program = "bench";
	if (argc < 2)
		wp_die(WP_USAGE, "usage: bench file.s...");
	for (i = 1; i < argc; i++) {
		if (source_open(&src[i], argv[i]))
			wp_die(WP_USAGE, "%s: %s", argv[i], strerror(errno));
		in += src[i].len;
	}
	words_init();
	for (rounds = 0; rounds < MIN_ROUNDS || now() - start < MIN_SECONDS; rounds++) {
		double t = now();

		sites = 0;
		out = 0;
		for (i = 1; i < argc; i++) {
			struct ab_text text = {0};

			if (ab_text_add(&text, argv[i], src[i].text, src[i].len))
				return WP_FINDING;
			ab_text_finish(&text);
			sites += text.sites;
			out += text.head.len + text.body.len;
			ab_text_free(&text);
		}
		t = now() - t;
		if (!rounds || t < best)
			best = t;
	}
	printf("afterburner: %d files, %.1f MB in, %.1f MB out, %u sites\n", argc - 1,
	       (double)in / 1e6, (double)out / 1e6, sites);
	printf("afterburner: %.0f MB/s (best of %u rounds, processor time)\n",
	       (double)in / 1e6 / best, rounds);
	return WP_OK;
}
