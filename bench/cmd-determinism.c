// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd-determinism.c - proves that load on the host changes no figure.
 *
 * Each run is executed twice: one after the other on the machine as it is, then
 * several at a time with two busy loops a CPU beside them.  Their figures must
 * be the same, byte for byte.  Prints TAP.
 */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workdir.h"

static const char *const default_runs[] = {
	"native/syscall/quick/0", "native/netrx/quick/0",   "padded/fork/quick/1",
	"padded/timer/quick/0",	  "xenolinux/pipe/quick/0", "xenolinux/netrx/quick/0",
};

static char *figures(const struct options *o, const char *results, const struct run *r)
{
	char why[512], *text = NULL;
	struct result *result = result_find(results, o->engine.build, r, why, sizeof(why));

	if (result)
		text = result_figures_text(result->json);
	result_free(result);
	return text;
}

static bool compare(unsigned int number, const struct run *r, const char *idle, const char *loaded)
{
	bool same = idle && loaded && !strcmp(idle, loaded);
	char id[RUN_ID_MAX];

	run_id(r, id);
	printf("%sok %u - %s: figures are byte-identical, idle and loaded\n", same ? "" : "not ",
	       number, id);
	if (!idle || !loaded)
		printf("# there is no result of the %s run\n", idle ? "loaded" : "idle");
	else if (!same)
		printf("# idle:   %s\n# loaded: %s\n", idle, loaded);
	return same;
}

int cmd_determinism(const struct options *o, int argc, char **argv)
{
	size_t n = argc ? (size_t)argc : sizeof(default_runs) / sizeof(default_runs[0]), bad = 0;
	struct run *runs = wp_alloc(n * sizeof(*runs));
	struct engine_options idle = o->engine, loaded = o->engine;
	struct workloads w;
	char why[256];

	workloads_load(&w, o->engine.build);
	for (size_t i = 0; i < n; i++)
		if (run_parse(&runs[i], argc ? argv[i] : default_runs[i], &w, why, sizeof(why)))
			wp_die(WP_USAGE, "%s", why);
	idle.reuse = loaded.reuse = false;
	idle.results = wp_format("%s/determinism/idle", o->engine.results);
	idle.jobs = 1;
	loaded.results = wp_format("%s/determinism/loaded", o->engine.results);
	loaded.spinners = 2 * loaded.jobs;
	/* A run that fails now must not be stood in for by what an earlier proof left. */
	remove_dir(idle.results);
	remove_dir(loaded.results);
	bad = engine_run(&idle, runs, n);
	bad += engine_run(&loaded, runs, n);
	printf("1..%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		char *a = figures(o, idle.results, &runs[i]);
		char *b = figures(o, loaded.results, &runs[i]);

		bad += !compare((unsigned int)i + 1, &runs[i], a, b);
		free(a);
		free(b);
	}
	free(runs);
	workloads_free(&w);
	return bad ? WP_FINDING : WP_OK;
}
