// SPDX-License-Identifier: GPL-2.0-or-later
/* table-json.c - the tables for machines; schema in docs/results.md. */
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* JSON has no NAN: what is missing is null. */
static json_t *real(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

/* Who executed it: parts that add up to the means. */
static json_t *executors(const struct table *t, size_t w, size_t s)
{
	json_t *json = json_object();

	for (int e = 0; e < EXECUTORS; e++)
		json_object_set_new(
			json, executor_names[e],
			json_pack("{s:o, s:o}", metrics[METRIC_INSNS].id,
				  real(table_part(t, w, s, (enum executor)e, METRIC_INSNS)),
				  metrics[METRIC_MODELLED].id,
				  real(table_part(t, w, s, (enum executor)e, METRIC_MODELLED))));
	return json;
}

static json_t *cell(const struct table *t, size_t w, size_t s)
{
	json_t *json = json_object();

	for (int m = 0; m < METRICS; m++) {
		json_t *value;

		if (metrics[m].bytes_only && !t->workload[w].bytes)
			continue;
		value = json_pack("{s:s, s:o}", "unit", metrics[m].unit, "mean",
				  real(table_mean(t, w, s, (enum metric_id)m, SCENARIO_BASE)));
		if (metrics[m].ratio) {
			struct ratio r = table_ratio(t, w, s, (enum metric_id)m);

			json_object_set_new(value, "ratio", real(r.mean));
			json_object_set_new(value, "ratio_min", real(r.spread.min));
			json_object_set_new(value, "ratio_max", real(r.spread.max));
			json_object_set_new(value, "pairs", json_integer((json_int_t)r.spread.n));
		}
		json_object_set_new(json, metrics[m].id, value);
	}
	json_object_set_new(json, "executors", executors(t, w, s));
	return json;
}

static json_t *workloads_json(const struct table *t)
{
	json_t *list = json_array();

	for (size_t w = 0; w < t->nworkloads; w++) {
		json_t *systems = json_object();

		for (size_t s = 0; s < t->nsystems; s++)
			json_object_set_new(systems, t->system[s].id, cell(t, w, s));
		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:s, s:s, s:I, s:o}", "workload", t->workload[w].name,
				  "version", t->workload[w].kernel, "unit", t->workload[w].unit,
				  "network", t->workload[w].network, "ops",
				  (json_int_t)t->workload[w].ops, "systems", systems));
	}
	return list;
}

static bool holds(json_t *list, json_t *value)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_equal(one, value))
			return true;
	return false;
}

/*
 * What any run of a system on a kernel booted, each once: not all have the same initrd.  One
 * path with two checksums would be two builds in one row.
 */
static json_t *images(const struct table *t, size_t built)
{
	const struct result *any = t->built[built].any;
	json_t *list = json_array(), *file;

	for (size_t i = 0; i < t->results->n; i++) {
		const struct result *r = t->results->list[i];
		size_t k;

		if (strcmp(r->system, any->system) || strcmp(r->kernel, any->kernel))
			continue;
		json_array_foreach(json_object_get(json_object_get(r->json, "inputs"), "images"), k,
				   file)
			if (!holds(list, file))
				json_array_append(list, file);
	}
	return list;
}

static json_t *systems_json(const struct table *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->nbuilt; i++) {
		const struct result *any = t->built[i].any;

		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:o, s:O}", "id",
					t->system[t->built[i].system].id, "label",
					t->system[t->built[i].system].label, "version", any->kernel,
					"images", images(t, i), "kernel",
					json_object_get(json_object_get(any->json, "provenance"),
							"kernel")));
	}
	return list;
}

static json_t *provenance_of(const struct table *t, size_t built, const char *key)
{
	return json_object_get(json_object_get(t->built[built].any->json, "provenance"), key);
}

/* Revisions of this repository that the runs were made at; "+" where it was changed. */
static json_t *revisions(const struct table *t)
{
	json_t *seen = json_object(), *list = json_array();

	for (size_t i = 0; i < t->results->n; i++) {
		json_t *git = json_object_get(
			json_object_get(t->results->list[i]->json, "provenance"), "git");
		const char *commit = json_string_value(json_object_get(git, "commit"));
		char *id;

		if (!commit)
			continue;
		id = wp_format("%s%s", commit,
			       json_is_true(json_object_get(git, "dirty")) ? "+" : "");
		json_object_set_new(seen, id, json_null());
		free(id);
	}
	for (void *i = json_object_iter(seen); i; i = json_object_iter_next(seen, i))
		json_array_append_new(list, json_string(json_object_iter_key(i)));
	json_decref(seen);
	return list;
}

static json_t *provenance(const struct table *t)
{
	json_t *json = json_pack("{s:o}", "revisions", revisions(t)), *emulator;

	if (!t->nbuilt)
		return json;
	emulator = json_object_get(json_object_get(t->built[0].any->json, "inputs"), "emulator");
	json_object_set(json, "emulator", emulator);
	json_object_set(json, "packages", provenance_of(t, 0, "packages"));
	return json;
}

json_t *table_json(const struct table *t, const char *const *missing, size_t nmissing)
{
	struct wp_buf wrong = {0}, order = {0};
	json_t *gone = json_array(), *json;
	size_t bad = table_check(t, &wrong), turns = table_sensitivity(t, &order);

	for (size_t i = 0; i < nmissing; i++)
		json_array_append_new(gone, json_string(missing[i]));
	json = json_pack("{s:s, s:s, s:o, s:o, s:{s:s, s:s, s:b, s:s}, s:b, s:o, s:o}", "schema",
			 "wedgeperf-table-1", "size", run_size_names[t->size], "systems",
			 systems_json(t), "workloads", workloads_json(t), "model", "cpu",
			 t->costs->cpu, "costs_sha256", t->costs->sha256, "order_changes",
			 turns != 0, "sensitivity", order.data, "checks_agree", !bad, "missing",
			 gone, "provenance", provenance(t));
	wp_buf_free(&wrong);
	wp_buf_free(&order);
	return json;
}
