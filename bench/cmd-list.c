// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd-list.c - every run of the matrix as an independent, copyable command, for
 * GNU parallel, a CI matrix or a batch system to spread over machines.
 */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unfit.h"

static bool have_result(const struct options *o, const struct run *r, struct unfit *unfit)
{
	char why[512], system[RUN_ID_MAX];
	struct result *result = result_find(o->engine.results, o->engine.build, r, why,
					    sizeof(why));

	run_system_id(r, system);
	if (*why)
		unfit_add(unfit, system, why);
	result_free(result);
	return result != NULL;
}

/* A word of a shell command. */
static void put_word(const char *s)
{
	if (*s &&
	    !s[strspn(s,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:,@")]) {
		printf("%s ", s);
		return;
	}
	putchar('\'');
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*s);
	}
	fputs("' ", stdout);
}

/* What the listed command needs to find the same images and to leave its result here. */
static void put_command(const struct options *o)
{
	char *results = wp_format("%s/results", o->engine.build);

	put_word(o->program);
	fputs("run ", stdout);
	if (strcmp(o->engine.build, "build")) {
		fputs("--build ", stdout);
		put_word(o->engine.build);
	}
	if (strcmp(o->engine.results, results)) {
		fputs("--results ", stdout);
		put_word(o->engine.results);
	}
	free(results);
}

int cmd_list(const struct options *o, int argc, char **argv)
{
	struct workloads w;
	struct unfit unfit = {0};
	struct run *runs;
	size_t n;

	if (argc)
		wp_die(WP_USAGE, "list: what is '%s'?", argv[0]);
	workloads_load(&w, o->engine.build);
	n = run_matrix(&runs, &w, o->size, o->kernels, o->systems, o->workloads, o->boots);
	for (size_t i = 0; i < n; i++) {
		char id[RUN_ID_MAX];

		if (o->missing && have_result(o, &runs[i], &unfit))
			continue;
		run_id(&runs[i], id);
		put_command(o);
		puts(id);
	}
	unfit_warn(&unfit);
	unfit_free(&unfit);
	free(runs);
	workloads_free(&w);
	return WP_OK;
}
