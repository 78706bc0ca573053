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
#include "unfit.h"

struct missing {
	const char **list;
	size_t n;
	struct unfit unfit;
};

static void add_missing(struct missing *m, const struct run *r)
{
	char id[RUN_ID_MAX];

	run_id(r, id);
	m->list = wp_realloc(m->list, (m->n + 1) * sizeof(char *));
	m->list[m->n++] = wp_strdup(id);
}

static void load_matrix(const struct options *o, struct results *all, struct missing *missing)
{
	struct workloads w;
	struct run *runs;
	size_t n;

	workloads_load(&w, o->engine.build);
	n = run_matrix(&runs, &w, o->size, o->kernels, o->systems, o->workloads, o->boots);
	for (size_t i = 0; i < n; i++) {
		char why[512], system[RUN_ID_MAX];
		struct result *r = result_find(o->engine.results, o->engine.build, &runs[i], why,
					       sizeof(why));

		run_system_id(&runs[i], system);
		if (*why)
			unfit_add(&missing->unfit, system, why);
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

/* A file that both were made with (a hypervisor, an initrd) and that is not the same. */
static const char *other_image(const struct result *a, const struct result *b)
{
	json_t *x, *y;
	size_t i, k;

	json_array_foreach(input(a, "images"), i, x)
		json_array_foreach(input(b, "images"), k, y) {
			const char *path = json_string_value(json_object_get(x, "path"));
			const char *other = json_string_value(json_object_get(y, "path"));

			if (path && other && !strcmp(path, other) && !json_equal(x, y))
				return path;
		}
	return NULL;
}

static void must_fit(const struct result *a, const struct result *b)
{
	const char *what = NULL, *of = "";

	if (!strcmp(a->id, b->id))
		what = "are of the same run";
	else if (!json_equal(input(a, "emulator"), input(b, "emulator")))
		what = "were made with different QEMUs";
	else if (!strcmp(a->system, b->system) && !strcmp(a->kernel, b->kernel) &&
		 !json_equal(kernel_of(a), kernel_of(b)))
		what = "were made with different kernels";
	else if (!json_equal(json_array_get(input(a, "plugins"), 0),
			     json_array_get(input(b, "plugins"), 0)))
		what = "were counted by different plugins";
	else if ((of = other_image(a, b)))
		what = "were made with different ";
	if (what)
		wp_die(WP_USAGE, "%s.json (%s) and %s.json (%s) %s%s: keep one set of results",
		       a->key, a->id, b->key, b->id, what, of);
}

static const char *kernel_name(const struct result *r)
{
	return r->kernel;
}

static const char *system_name(const struct result *r)
{
	return r->system;
}

static const char *workload_name(const struct result *r)
{
	return r->workload;
}

/* A name that no result of the directory has would make an empty column or none: a typo. */
static void must_have(const struct results *found, const char *dir, const char *what,
		      const char *list, const char *(*name_of)(const struct result *r))
{
	char *copy, *rest, *name;

	if (!list)
		return;
	copy = rest = wp_strdup(list);
	while ((name = strsep(&rest, ","))) {
		size_t i = 0;

		while (i < found->n && strcmp(name_of(found->list[i]), name))
			i++;
		if (i == found->n)
			wp_die(WP_USAGE, "%s: none of the results in it is of %s '%s'", dir, what,
			       name);
	}
	free(copy);
}

static void load_directory(const struct options *o, struct results *all)
{
	struct results found;

	results_load(&found, o->from);
	must_have(&found, o->from, "kernel", o->kernels, kernel_name);
	must_have(&found, o->from, "system", o->systems, system_name);
	must_have(&found, o->from, "workload", o->workloads, workload_name);
	for (size_t i = 0; i < found.n; i++) {
		struct result *r = found.list[i];

		if (list_has(o->kernels, r->kernel) && list_has(o->systems, r->system) &&
		    list_has(o->workloads, r->workload))
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
	if (!all.n && o->from)
		wp_die(WP_FINDING, "%s: no results in it", o->from);
	if (!all.n)
		unfit_warn(&missing.unfit);
	if (!all.n)
		wp_die(WP_FINDING, "no results of this build; 'bench suite' measures");
	table_make(&t, &all, &costs, o->size);
	table_text(&t, missing.list, missing.n, &text);
	for (size_t i = 0; i < missing.unfit.n; i++)
		wp_buf_printf(&text, "MISSING: system %s\n", missing.unfit.line[i]);
	if (o->detail)
		table_detail(&t, &text);
	ret = table_check(&t, &wrong) ? WP_FINDING : WP_OK;
	fputs(text.data, stdout);
	store(o, &t, &missing, &text);
	wp_buf_free(&text);
	wp_buf_free(&wrong);
	for (size_t i = 0; i < missing.n; i++)
		free((char *)missing.list[i]);
	free(missing.list);
	unfit_free(&missing.unfit);
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
