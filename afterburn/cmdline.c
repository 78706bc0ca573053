// SPDX-License-Identifier: GPL-2.0-or-later
/* cmdline.c - the command line of `as`: inputs, output, and what is not for us. */
#include "cmdline.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"
#include "wp.h"

#define MAX_NESTING 16 /* of @files */

/* Options of gas 2.40 whose argument may be the next word. */
static const char *const with_argument[] = {
	"-I",
	"--defsym",
	"-defsym",
	"--MD",
	"-MD",
	"--hash-size",
	"-march",
	"-mtune",
	"--debug-prefix-map",
	"--size-check",
	"--listing-lhs-width",
	"--listing-lhs-width2",
	"--listing-rhs-width",
	"--listing-cont-lines",
};

/* With these the real assembler gets the command line as it is. */
static const char *const not_ours[] = {
	"--32",	    "--x32", "--version",    "--help",	       "--target-help",
	"-version", "-help", "-target-help", "-msyntax=intel", "-mnaked-reg",
};

struct words {
	char **word;
	size_t n;
};

static void add(struct words *w, char *word)
{
	w->word = wp_realloc(w->word, (w->n + 2) * sizeof(*w->word));
	w->word[w->n++] = word;
	w->word[w->n] = NULL;
}

static void expand(struct words *w, char *word, int depth);

/* Words of an @file: blanks separate, quotes join, a backslash protects (libiberty). */
static void split(struct words *w, const char *p, const char *end, int depth)
{
	while (p < end) {
		struct wp_buf b = {0};
		char quote = 0;

		while (p < end && isspace((unsigned char)*p))
			p++;
		if (p == end)
			break;
		wp_buf_add(&b, "", 0);
		for (; p < end && (quote || !isspace((unsigned char)*p)); p++) {
			if (*p == '\\' && p + 1 < end)
				wp_buf_add(&b, ++p, 1);
			else if (quote && *p == quote)
				quote = 0;
			else if (!quote && (*p == '"' || *p == '\''))
				quote = *p;
			else
				wp_buf_add(&b, p, 1);
		}
		expand(w, b.data, depth);
	}
}

static void expand(struct words *w, char *word, int depth)
{
	struct source src;

	if (*word != '@' || depth == MAX_NESTING || source_open(&src, word + 1)) {
		add(w, word);
		return;
	}
	split(w, src.text, src.text + src.len, depth + 1);
	source_close(&src);
}

static bool takes_argument(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(with_argument) / sizeof(with_argument[0]); i++)
		if (!strcmp(word, with_argument[i]))
			return true;
	return false;
}

static bool is_not_ours(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(not_ours) / sizeof(not_ours[0]); i++)
		if (!strcmp(word, not_ours[i]))
			return true;
	return false;
}

static const char *dependency_file(const char *word, const char *next)
{
	word += strspn(word, "-");
	if (strncmp(word, "MD", 2))
		return NULL;
	if (word[2] == '=')
		return word + 3;
	return word[2] ? word + 2 : next;
}

void cmdline_parse(struct cmdline *c, char **argv)
{
	struct words all = {0}, args = {0}, inputs = {0};
	bool only_files = false;
	size_t i;

	*c = (struct cmdline){.output = "a.out"};
	add(&args, argv[0]);
	for (i = 1; argv[i]; i++)
		expand(&all, argv[i], 0);
	for (i = 0; i < all.n; i++) {
		char *word = all.word[i], *next = i + 1 < all.n ? all.word[i + 1] : NULL;

		if (!only_files && !strcmp(word, "--")) {
			only_files = true;
		} else if (only_files || *word != '-' || !word[1]) {
			add(&inputs, word);
		} else if (!strncmp(word, "-o", 2)) {
			if (word[2])
				c->output = word + 2;
			else if (next)
				c->output = all.word[++i];
		} else {
			if (is_not_ours(word))
				c->leave_alone = true;
			if (dependency_file(word, next))
				c->depends = dependency_file(word, next);
			add(&args, word);
			if (takes_argument(word) && next)
				add(&args, all.word[++i]);
		}
	}
	c->args = args.word;
	c->n_args = args.n;
	c->inputs = inputs.word;
	c->n_inputs = inputs.n;
}
