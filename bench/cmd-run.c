// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd-run.c - executes the runs that are named; `suite` executes the matrix. */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>

#include "provenance.h"

int cmd_run(const struct options *o, int argc, char **argv)
{
	struct run *runs = wp_alloc((size_t)(argc + 1) * sizeof(*runs));
	struct workloads w;
	size_t failed;
	char why[256];

	if (!argc)
		wp_die(WP_USAGE, "run: which? 'bench list' shows all");
	workloads_load(&w, o->engine.build);
	for (int i = 0; i < argc; i++)
		if (run_parse(&runs[i], argv[i], &w, why, sizeof(why)))
			wp_die(WP_USAGE, "%s", why);
	failed = engine_run(&o->engine, runs, (size_t)argc);
	free(runs);
	workloads_free(&w);
	return failed ? WP_FAILED : WP_OK;
}

/* At once, not after an hour: what was measured so is not committed (scripts/one-build). */
static void must_be_clean(void)
{
	struct wp_buf changes = {0};

	if (provenance_changes(&changes) || changes.len)
		wp_die(WP_USAGE, "no revision could be named as measured: commit this first\n%s",
		       changes.len ? changes.data : "git status says nothing: no git, or no clone");
	wp_buf_free(&changes);
}

int cmd_suite(const struct options *o, int argc, char **argv)
{
	struct workloads w;
	struct run *runs;
	size_t n, failed;
	int ret;

	if (o->hardware)
		return cmd_hardware(o, argc, argv);
	if (argc)
		wp_die(WP_USAGE, "suite: what is '%s'?", argv[0]);
	if (o->clean)
		must_be_clean();
	workloads_load(&w, o->engine.build);
	n = run_matrix(&runs, &w, o->size, o->kernels, o->systems, o->workloads, o->boots);
	failed = engine_run(&o->engine, runs, n);
	if (failed == n)
		wp_die(WP_FAILED, "all of %zu runs failed; see above", n);
	ret = table_show(o);
	if (failed)
		wp_warn("%zu of %zu runs failed; see above", failed, n);
	free(runs);
	workloads_free(&w);
	return failed ? WP_FAILED : ret;
}
