// SPDX-License-Identifier: GPL-2.0-or-later
/* table-text.c - the tables as text of at most 100 columns. */
#include "table.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MISSING_SHOWN 10
#define PREFIX	      12 /* digits of a checksum that are shown */

static void number(struct wp_buf *b, int width, int decimals, double v)
{
	if (isnan(v))
		wp_buf_printf(b, " %*s", width, "-");
	else
		wp_buf_printf(b, " %*.*f", width, decimals, v);
}

/* Few digits where few are worth reading. */
static int decimals_for(double v)
{
	return v < 10 ? 3 : v < 1000 ? 1 : 0;
}

static void heading(struct wp_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void heading(struct wp_buf *b, const char *fmt, ...)
{
	char line[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	wp_buf_printf(b, "\n%s\n", line);
	for (size_t i = strlen(line); i; i--)
		wp_buf_str(b, "-");
	wp_buf_str(b, "\n");
}

/* The papers' table 1: one workload, systems by metrics. */
static void bytes_table(const struct table *t, size_t w, struct wp_buf *b)
{
	static const enum metric_id column[] = {METRIC_XPUT, METRIC_UTIL, METRIC_INSNS,
						METRIC_MODELLED};

	heading(b, "%s: TCP, %.6g MiB, %s", t->workload[w].label,
		(double)t->workload[w].ops / (1 << 20), t->workload[w].network);
	wp_buf_printf(b, "%-18s", "System");
	for (size_t c = 0; c < sizeof(column) / sizeof(column[0]); c++) {
		wp_buf_printf(b, "  %s", metrics[column[c]].title);
		if (metrics[column[c]].ratio)
			wp_buf_printf(b, " %8s", "ratio");
	}
	wp_buf_str(b, "\n");
	for (size_t s = 0; s < t->nsystems; s++) {
		wp_buf_printf(b, "%-18s", t->system[s].label);
		for (size_t c = 0; c < sizeof(column) / sizeof(column[0]); c++) {
			number(b, (int)strlen(metrics[column[c]].title) + 1,
			       metrics[column[c]].decimals,
			       table_mean(t, w, s, column[c], SCENARIO_BASE));
			if (metrics[column[c]].ratio)
				number(b, 8, 3, table_ratio(t, w, s, column[c]).mean);
		}
		wp_buf_str(b, "\n");
	}
}

static void systems_header(const struct table *t, size_t first, int width, struct wp_buf *b)
{
	wp_buf_printf(b, "%-*s %-12s", t->width, "workload", "operation");
	for (size_t s = first; s < t->nsystems; s++)
		wp_buf_printf(b, " %*s", width, t->system[s].label);
	wp_buf_str(b, "\n");
}

static void means_table(const struct table *t, enum metric_id m, struct wp_buf *b)
{
	systems_header(t, 0, 14, b);
	for (size_t w = 0; w < t->nworkloads; w++) {
		wp_buf_printf(b, "%-*s %-12s", t->width, t->workload[w].label, t->workload[w].unit);
		for (size_t s = 0; s < t->nsystems; s++) {
			double v = table_mean(t, w, s, m, SCENARIO_BASE);

			number(b, 14, decimals_for(v), v);
		}
		wp_buf_str(b, "\n");
	}
}

static void ratios_table(const struct table *t, enum metric_id m, struct wp_buf *b)
{
	systems_header(t, 1, 23, b);
	for (size_t w = 0; w < t->nworkloads; w++) {
		wp_buf_printf(b, "%-*s %-12s", t->width, t->workload[w].label, t->workload[w].unit);
		for (size_t s = 1; s < t->nsystems; s++) {
			struct ratio r = table_ratio(t, w, s, m);

			number(b, 9, 3, r.mean);
			if (isnan(r.mean))
				wp_buf_printf(b, "%14s", "");
			else if (r.spread.n < 2)
				wp_buf_printf(b, " %13s", "[one boot]");
			else
				wp_buf_printf(b, " [%5.3f-%5.3f]", r.spread.min, r.spread.max);
		}
		wp_buf_str(b, "\n");
	}
}

static const char *prefix(json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "unknown";
}

/* Checksum of the kernel that @t->built[i] boots; the harness reads it out of a container. */
static const char *kernel_sha256(const struct table *t, size_t built)
{
	json_t *json = t->built[built].any->json, *file;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(json, "inputs"), "images"), i, file)
		if (json_object_get(file, "vmlinux_sha256"))
			return prefix(file, "vmlinux_sha256");
	json = json_object_get(json_object_get(json, "provenance"), "kernel");
	return prefix(json, "vmlinux_sha256");
}

/* Pre-virtualization's claim, row by row: one binary on several machines. */
static void one_binary(const struct table *t, struct wp_buf *b)
{
	for (size_t s = 0; s < t->nbuilt; s++) {
		size_t also = 0;

		if (!strcmp(kernel_sha256(t, s), "unknown"))
			continue;
		/* Told once, at the first system that runs it. */
		for (size_t other = 0; other < s && also != SIZE_MAX; other++)
			if (!strcmp(kernel_sha256(t, s), kernel_sha256(t, other)))
				also = SIZE_MAX;
		if (also)
			continue;
		for (size_t other = s + 1; other < t->nbuilt; other++) {
			if (strcmp(kernel_sha256(t, s), kernel_sha256(t, other)))
				continue;
			if (!also++)
				wp_buf_printf(b, "'%s'", t->system[t->built[s].system].label);
			wp_buf_printf(b, " and '%s'", t->system[t->built[other].system].label);
		}
		if (also)
			wp_buf_str(b, " run one vmlinux, byte for byte.\n");
	}
}

static void images(const struct table *t, struct wp_buf *b)
{
	heading(b, "Images (first %d digits)", PREFIX);
	wp_buf_printf(b, "%-18s %-13s %-13s %-10s %s\n", "System", "vmlinux", "build id", "release",
		      "also booted");
	for (size_t s = 0; s < t->nbuilt; s++) {
		json_t *json = t->built[s].any->json, *file;
		json_t *kernel = json_object_get(json_object_get(json, "provenance"), "kernel");
		size_t i;

		wp_buf_printf(b, "%-18s %-13.*s %-13.*s %-10s", t->system[t->built[s].system].label,
			      PREFIX, prefix(kernel, "vmlinux_sha256"), PREFIX,
			      prefix(kernel, "build_id"), prefix(kernel, "release"));
		json_array_foreach(json_object_get(json_object_get(json, "inputs"), "images"), i,
				   file) {
			const char *path = prefix(file, "path"), *base = strrchr(path, '/');

			/*
			 * The initrd is the same for all; a vmlinux stands in its column, and a
			 * container holds just these two.
			 */
			if (!strstr(path, ".cpio") && !json_object_get(file, "vmlinux_sha256") &&
			    strcmp(prefix(file, "sha256"), prefix(kernel, "vmlinux_sha256")))
				wp_buf_printf(b, " %s %.*s", base ? base + 1 : path, PREFIX,
					      prefix(file, "sha256"));
		}
		wp_buf_str(b, "\n");
	}
	one_binary(t, b);
	if (t->nbuilt)
		wp_buf_printf(
			b, "%s\n",
			prefix(json_object_get(json_object_get(t->built[0].any->json, "inputs"),
					       "emulator"),
			       "version"));
}

static void notes(const struct table *t, struct wp_buf *b)
{
	size_t least = SIZE_MAX, most = 0;

	for (size_t w = 0; w < t->nworkloads; w++) {
		for (size_t s = 0; s < t->nsystems; s++) {
			size_t n = table_boots(t, w, s);

			least = n < least ? n : least;
			most = n > most ? n : most;
		}
	}
	wp_buf_str(b, "\nInstructions are executed ones, all executors together, exact; ");
	if (most <= 1)
		wp_buf_str(b, "one boot each, so that\nno ratio has a spread.\n");
	else if (least == most)
		wp_buf_printf(b, "means over %zu boots", most);
	else
		wp_buf_printf(b, "means over %zu to %zu boots", least, most);
	if (most > 1)
		wp_buf_str(b,
			   "\nwith perturbed memory layouts. Ratios: mean [least-greatest of the "
			   "pairs of boots]. Ratio\ndifferences smaller than the spread are "
			   "layout noise.\n");
	wp_buf_printf(b,
		      "Modelled cycles are computed, never measured: instructions x CPI + "
		      "sum(events x cost),\ncosts of %s (sha256 %.*s).\n",
		      t->costs->cpu, PREFIX, t->costs->sha256);
}

void table_text(const struct table *t, const char *const *missing, size_t nmissing,
		struct wp_buf *out)
{
	const char *size = run_size_names[t->size];

	wp_buf_printf(out, "Wedgeperf, %s runs: QEMU TCG, deterministic virtual time\n", size);
	for (size_t w = 0; w < t->nworkloads; w++)
		if (t->workload[w].bytes)
			bytes_table(t, w, out);
	heading(out, "Instructions per operation");
	means_table(t, METRIC_INSNS, out);
	heading(out, "Instructions, x %s", t->nsystems ? t->system[0].label : "");
	ratios_table(t, METRIC_INSNS, out);
	heading(out, "Modelled cycles per operation (modelled, not measured)");
	means_table(t, METRIC_MODELLED, out);
	heading(out, "Modelled cycles, x %s (modelled, not measured)",
		t->nsystems ? t->system[0].label : "");
	ratios_table(t, METRIC_MODELLED, out);
	notes(t, out);
	wp_buf_str(out, "\n");
	table_sensitivity(t, out);
	images(t, out);
	if (!table_check(t, out))
		wp_buf_str(out, "\nAll systems computed the same results (check values agree).\n");
	if (!nmissing)
		return;
	wp_buf_printf(out, "\nMISSING: %zu runs have no result:\n", nmissing);
	for (size_t i = 0; i < nmissing && i < MISSING_SHOWN; i++)
		wp_buf_printf(out, "  build/bench/bench run %s\n", missing[i]);
	if (nmissing > MISSING_SHOWN)
		wp_buf_printf(out, "  ... and %zu more ('bench list --missing')\n",
			      nmissing - MISSING_SHOWN);
}

static void detail_row(const struct table *t, size_t w, const char *name, const double *v,
		       struct wp_buf *b)
{
	wp_buf_printf(b, "%-*s %-28s", t->width, t->workload[w].label, name);
	for (size_t s = 0; s < t->nsystems; s++)
		wp_buf_printf(b,
			      v[s] > 0 && v[s] < 1 ? " %16.3g"
			      : v[s] < 1000	   ? " %16.3f"
						   : " %16.0f",
			      v[s]);
	wp_buf_str(b, "\n");
}

/* First boot of the nominal size: details are for reading, not for claims. */
static const struct result *first_boot(const struct table *t, size_t w, size_t s)
{
	for (size_t i = 0; i < t->results->n; i++) {
		const struct result *r = t->results->list[i];

		if (r->size == t->size && !strcmp(r->system, t->system[s].id) &&
		    !strcmp(r->workload, t->workload[w].name) &&
		    !strcmp(r->kernel, t->workload[w].kernel))
			return r;
	}
	return NULL;
}

static double per_op_events(const struct result *r, const char *class)
{
	for (size_t i = 0; r && i < r->f.measured.nevents; i++)
		if (!strcmp(r->f.measured.event[i].class, class))
			return (double)event_total(&r->f.measured.event[i]).n /
			       (double)r->f.console.ops;
	return 0;
}

static void detail_events(const struct table *t, size_t w, const struct result *const *boot,
			  struct wp_buf *out)
{
	double v[TABLE_SYSTEMS];

	for (size_t s = 0; s < t->nsystems; s++) {
		for (size_t i = 0; boot[s] && i < boot[s]->f.measured.nevents; i++) {
			const char *class = boot[s]->f.measured.event[i].class;
			bool seen = false;

			for (size_t k = 0; k < s; k++)
				seen |= per_op_events(boot[k], class) != 0;
			for (size_t k = 0; k < t->nsystems; k++)
				v[k] = per_op_events(boot[k], class);
			if (!seen && v[s] != 0)
				detail_row(t, w, class, v, out);
		}
	}
}

static const struct tally_row *tally_find(const struct result *r, const struct tally_row *like)
{
	for (size_t i = 0; r && i < r->f.tally.n; i++)
		if (!strcmp(r->f.tally.row[i].kind, like->kind) &&
		    !strcmp(r->f.tally.row[i].strategy, like->strategy))
			return &r->f.tally.row[i];
	return NULL;
}

/* Sites and emulations of a boot, not per operation: a row where any system has one. */
static void detail_tally(const struct table *t, size_t w, const struct result *const *boot,
			 struct wp_buf *out)
{
	double sites[TABLE_SYSTEMS], emulated[TABLE_SYSTEMS];

	for (size_t s = 0; s < t->nsystems; s++) {
		for (size_t i = 0; boot[s] && i < boot[s]->f.tally.n; i++) {
			const struct tally_row *row = &boot[s]->f.tally.row[i];
			char name[WORD_MAX];
			bool seen = false;
			double all = 0;

			for (size_t k = 0; k < s; k++)
				seen |= tally_find(boot[k], row) != NULL;
			for (size_t k = 0; k < t->nsystems; k++) {
				const struct tally_row *r = tally_find(boot[k], row);

				sites[k] = r ? (double)r->sites : 0;
				emulated[k] = r ? (double)r->emulated : 0;
				all += emulated[k];
			}
			if (seen)
				continue;
			snprintf(name, sizeof(name), "%s %s sites", row->kind, row->strategy);
			detail_row(t, w, name, sites, out);
			snprintf(name, sizeof(name), "%s %s emulated", row->kind, row->strategy);
			if (all > 0)
				detail_row(t, w, name, emulated, out);
		}
	}
}

static void detail_heading(const struct table *t, struct wp_buf *out, const char *text)
{
	heading(out, "%s", text);
	wp_buf_printf(out, "%-*s %-28s", t->width, "workload", "");
	for (size_t s = 0; s < t->nsystems; s++)
		wp_buf_printf(out, " %16s", t->system[s].label);
	wp_buf_str(out, "\n");
}

void table_detail(const struct table *t, struct wp_buf *out)
{
	double v[TABLE_SYSTEMS];

	detail_heading(t, out,
		       "Instructions by executor and events by class, per operation (first boot)");
	for (size_t w = 0; w < t->nworkloads; w++) {
		const struct result *boot[TABLE_SYSTEMS];

		for (size_t s = 0; s < t->nsystems; s++)
			boot[s] = first_boot(t, w, s);
		for (size_t e = 0; e < EXECUTORS; e++) {
			char name[WORD_MAX];
			double sum = 0;

			for (size_t s = 0; s < t->nsystems; s++) {
				v[s] = boot[s] ? (double)boot[s]->f.measured.insns[e].n /
							 (double)boot[s]->f.console.ops
					       : 0;
				sum += v[s];
			}
			snprintf(name, sizeof(name), "instructions %s", executor_names[e]);
			if (sum > 0)
				detail_row(t, w, name, v, out);
		}
		detail_events(t, w, boot, out);
	}
	detail_heading(t, out,
		       "Sites by kind and strategy, and how often the wedge emulated them since "
		       "power-on (first boot)");
	for (size_t w = 0; w < t->nworkloads; w++) {
		const struct result *boot[TABLE_SYSTEMS];

		for (size_t s = 0; s < t->nsystems; s++)
			boot[s] = first_boot(t, w, s);
		detail_tally(t, w, boot, out);
	}
}
