// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * as.c - the afterburner: a drop-in `as` that pads and annotates
 * virtualization-sensitive instructions on the way to the real one.
 *
 *	gcc -B<directory of this program>/ ...
 *
 * Environment:
 *	AFTERBURN=off		be the real assembler, exactly
 *	AFTERBURN_PLAN=file	pads by kind and site (lib/plan.h)
 *	AFTERBURN_EXCLUDE=globs	output paths left alone, separated by colons
 *	AFTERBURN_AS=path	the real assembler
 *
 * A text without sites is left to the real assembler as if we were not there.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "cmdline.h"
#include "plan.h"
#include "run.h"
#include "source.h"
#include "text.h"
#include "words.h"
#include "wp.h"

static bool is_off(void)
{
	const char *value = getenv("AFTERBURN");

	if (!value || !*value || !strcmp(value, "on"))
		return false;
	if (strcmp(value, "off"))
		wp_die(WP_USAGE, "AFTERBURN=%s: say on or off", value);
	return true;
}

static bool is_excluded(const char *output)
{
	const char *list = getenv("AFTERBURN_EXCLUDE");
	char *copy, *glob, *rest;
	bool found = false;

	if (!list)
		return false;
	copy = wp_strdup(list);
	for (glob = strtok_r(copy, ":", &rest); glob && !found; glob = strtok_r(NULL, ":", &rest))
		found = !fnmatch(glob, output, 0);
	free(copy);
	return found;
}

static struct plan *read_plan(void)
{
	const char *path = getenv("AFTERBURN_PLAN");
	struct source src;
	struct plan *plan;

	if (!path || !*path)
		return NULL;
	if (source_open(&src, path))
		wp_die(WP_USAGE, "AFTERBURN_PLAN=%s: cannot read this plan: %s", path,
		       strerror(errno));
	plan = plan_parse(path, src.text, src.len);
	source_close(&src);
	if (!plan)
		exit(WP_USAGE);
	return plan;
}

int main(int argc, char **argv)
{
	static char standard_input[] = "-";
	static char *only_stdin[] = {standard_input, NULL};
	const char *as;
	struct ab_text text = {0};
	struct source *src;
	struct cmdline c;
	bool streamed = false;
	size_t i;

	(void)argc;
	wp_program = "afterburner";
	as = run_find();
	if (is_off())
		run_exec(as, argv);
	cmdline_parse(&c, argv);
	if (c.leave_alone || is_excluded(c.output))
		run_exec(as, argv);
	if (!c.n_inputs) {
		c.inputs = only_stdin;
		c.n_inputs = 1;
	}
	words_init();
	text.plan = read_plan();
	src = wp_alloc(c.n_inputs * sizeof(*src));
	for (i = 0; i < c.n_inputs; i++) {
		bool is_stdin = !strcmp(c.inputs[i], "-");
		const char *name = is_stdin ? "{standard input}" : c.inputs[i];

		/* The real assembler says it in its own words. */
		if (source_open(&src[i], c.inputs[i]))
			run_exec(as, argv);
		streamed |= is_stdin;
		/* Messages name the file, though `as` reads a pipe, and do not count our head. */
		wp_buf_printf(&text.body, "# 1 \"%s\"\n", name);
		if (ab_text_add(&text, name, src[i].text, src[i].len))
			return WP_FINDING;
	}
	if (!text.sites && !streamed)
		run_exec(as, argv);
	ab_text_finish(&text);
	return run_as(as, &c, streamed ? NULL : c.inputs[c.n_inputs - 1], &text.head, &text.body);
}
