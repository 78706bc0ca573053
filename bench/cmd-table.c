// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd-table.c - the table from whatever results are there.
 *
 * Normally those of the images and the QEMU of this build, looked up by key;
 * with --from those in a directory, e.g. collected from several machines,
 * provided that they were made with one QEMU and, for each system, one kernel.
 */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

struct missing {
	const char **list;
	size_t n;
};

static void add_missing(struct missing *m, const struct run *r)
{
	char id[RUN_ID_MAX];

	run_id(r, id);
	m->list = wp_realloc(m->list, (m->n + 1) * sizeof(char *));
	m->list[m->n++] = wp_strdup(id);
}

static struct result *load_run(const struct options *o, const struct run *r, enum net_mode net)
{
	struct inputs in;
	struct result *result;
	char *path, why[512];

	inputs_make(&in, o->engine.build, r, net);
	path = result_path(o->engine.results, in.key);
	result = result_load(path, why, sizeof(why));
	if (!result && *why)
		wp_warn("%s; left out", why);
	free(path);
	inputs_free(&in);
	return result;
}

static void load_matrix(const struct options *o, struct results *all, struct missing *missing)
{
	struct workloads w;
	struct run *runs;
	size_t n;

	workloads_load(&w, o->engine.build);
	n = run_matrix(&runs, &w, o->size, o->systems, o->workloads, o->boots);
	for (size_t i = 0; i < n; i++) {
		struct result *r = load_run(o, &runs[i], run_net(&runs[i]));

		if (!r && run_net(&runs[i]) == NET_PEER)
			r = load_run(o, &runs[i], NET_LOOP);
		if (r)
			results_add(all, r);
		else
			add_missing(missing, &runs[i]);
	}
	free(runs);
	workloads_free(&w);
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(struct result *const *)a)->id, (*(struct result *const *)b)->id);
}

static json_t *input(const struct result *r, const char *key)
{
	return json_object_get(json_object_get(r->json, "inputs"), key);
}

/* The kernel is what every system boots first in its list of images. */
static json_t *kernel_of(const struct result *r)
{
	return json_array_get(input(r, "images"), 0);
}

static void must_fit(const struct result *a, const struct result *b)
{
	const char *what = NULL;

	if (!strcmp(a->id, b->id))
		what = "are of the same run";
	else if (!json_equal(input(a, "emulator"), input(b, "emulator")))
		what = "were made with different QEMUs";
	else if (!strcmp(a->system, b->system) && !json_equal(kernel_of(a), kernel_of(b)))
		what = "were made with different kernels";
	if (what)
		wp_die(WP_USAGE, "%s.json (%s) and %s.json (%s) %s: keep one set of results",
		       a->key, a->id, b->key, b->id, what);
}

static void load_directory(const struct options *o, struct results *all)
{
	struct results found;

	results_load(&found, o->from);
	for (size_t i = 0; i < found.n; i++) {
		struct result *r = found.list[i];

		if (list_has(o->systems, r->system) && list_has(o->workloads, r->workload))
			results_add(all, r);
		else
			result_free(r);
	}
	free(found.list);
	qsort(all->list, all->n, sizeof(struct result *), by_id);
	for (size_t i = 1; i < all->n; i++)
		for (size_t k = 0; k < i; k++)
			must_fit(all->list[k], all->list[i]);
}

static void write_file(const char *dir, const char *name, const char *text, size_t len)
{
	char *path = wp_format("%s/%s", dir, name);

	if (wp_write_file(path, text, len))
		wp_die(WP_FAILED, "%s: %m", path);
	free(path);
}

static void store(const struct options *o, const struct table *t, const struct missing *m,
		  const struct wp_buf *text)
{
	json_t *json = table_json(t, m->list, m->n);
	char *dump = json_dumps(json, JSON_SORT_KEYS | JSON_INDENT(2));
	const char *dir = o->from ? o->from : o->engine.results;

	write_file(dir, "table.txt", text->data, text->len);
	write_file(dir, "table.json", dump, strlen(dump));
	free(dump);
	json_decref(json);
}

int table_show(const struct options *o)
{
	struct results all = {0};
	struct missing missing = {0};
	struct wp_buf text = {0}, wrong = {0};
	struct costs costs;
	struct table t;
	int ret;

	costs_load(&costs, o->costs);
	if (o->from)
		load_directory(o, &all);
	else
		load_matrix(o, &all, &missing);
	if (!all.n)
		wp_die(WP_FINDING, "no results of this build; 'bench suite' measures");
	table_make(&t, &all, &costs, o->size);
	table_text(&t, missing.list, missing.n, &text);
	if (o->detail)
		table_detail(&t, &text);
	ret = table_check(&t, &wrong) ? WP_FINDING : WP_OK;
	store(o, &t, &missing, &text);
	fputs(text.data, stdout);
	wp_buf_free(&text);
	wp_buf_free(&wrong);
	for (size_t i = 0; i < missing.n; i++)
		free((char *)missing.list[i]);
	free(missing.list);
	results_free(&all);
	costs_free(&costs);
	return ret;
}

int cmd_table(const struct options *o, int argc, char **argv)
{
	if (argc)
		wp_die(WP_USAGE, "table: what is '%s'?", argv[0]);
	return table_show(o);
}
