// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd-list.c - every run of the matrix as an independent, copyable command, for
 * GNU parallel, a CI matrix or a batch system to spread over machines.
 */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool have_result(const struct options *o, const struct run *r)
{
	struct inputs in;
	char *path;
	bool have;

	inputs_make(&in, o->engine.build, r, run_net(r));
	path = result_path(o->engine.results, in.key);
	have = !access(path, R_OK);
	free(path);
	inputs_free(&in);
	return have;
}

int cmd_list(const struct options *o, int argc, char **argv)
{
	struct workloads w;
	struct run *runs;
	size_t n;

	if (argc)
		wp_die(WP_USAGE, "list: what is '%s'?", argv[0]);
	workloads_load(&w, o->engine.build);
	n = run_matrix(&runs, &w, o->size, o->systems, o->workloads, o->boots);
	for (size_t i = 0; i < n; i++) {
		char id[RUN_ID_MAX];

		if (o->missing && have_result(o, &runs[i]))
			continue;
		run_id(&runs[i], id);
		printf("%s run %s\n", o->program, id);
	}
	free(runs);
	workloads_free(&w);
	return WP_OK;
}
