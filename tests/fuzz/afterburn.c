// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * afterburn.c - libFuzzer harness of the afterburner's text pass and of plans.
 *
 * Input: assembly text, then, if there is a NUL, a plan.  Whatever it is:
 *	- taking the insertions out of the output gives the input back;
 *	- the output's size is bounded by the input's and the number of sites.
 * Crashes, leaks and hangs are the fuzzer's own findings.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../afterburn/words.h"
#include "../../afterburn/text.h"

/* The longest insertion: a 255-byte pad of computed NOPs, or a name of a group. */
#define MAX_PER_SITE 16384

/* Messages are made, so that they are checked too, but not printed. */
const char *wp_program = "fuzz";

static void swallow(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	free(text);
}

void wp_warn_at(const char *file, unsigned int line, const char *fmt, ...)
{
	va_list ap;

	(void)line;
	if (!file)
		abort();
	va_start(ap, fmt);
	swallow(fmt, ap);
	va_end(ap);
}

void wp_die(int code, const char *fmt, ...)
{
	(void)code;
	(void)fmt;
	abort();
}

static void check(const struct ab_text *t, const char *in, size_t len)
{
	const char *body = t->body.data;
	size_t at = 0, i;

	if (t->body.len > len + 1 + (size_t)t->sites * (MAX_PER_SITE + len))
		abort();
	for (i = 0; i <= t->n_insertions; i++) {
		size_t upto = i < t->n_insertions ? t->insertions[i].at : t->body.len;

		if (upto < at || upto - at > len + 1)
			abort();
		/* The newline that a last line lacked. */
		if (i == t->n_insertions && upto - at == len + 1 && body[upto - 1] == '\n')
			upto--;
		if (upto - at > len || memcmp(body + at, in, upto - at))
			abort();
		in += upto - at;
		len -= upto - at;
		if (i < t->n_insertions)
			at = t->insertions[i].at + t->insertions[i].len;
	}
	if (len)
		abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	words_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t len = nul ? (size_t)(nul - data) : size;
	struct ab_text t = {.keep_insertions = true};
	struct plan *plan = NULL;
	char *text;

	if (nul)
		plan = plan_parse("plan", (const char *)nul + 1, size - len - 1);
	/* Of its exact size, so that reading past the end is seen. */
	text = malloc(len ? len : 1);
	memcpy(text, data, len);
	t.plan = plan;
	if (!ab_text_add(&t, "fuzz.s", text, len)) {
		ab_text_finish(&t);
		check(&t, text, len);
	}
	ab_text_free(&t);
	plan_free(plan);
	free(text);
	return 0;
}
