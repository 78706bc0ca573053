// SPDX-License-Identifier: GPL-2.0-or-later
/* pads.c - see pads.h. */
#include "pads.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include "costs.h"

const struct pads pads_in_instructions = {0, COST_ONE, "instructions"};

/* The core's own cycles where it counts them. */
static const char *const counters[] = {"cycles:u", "tsc"};

static double median(const json_t *row, const char *counter)
{
	return json_number_value(
		json_object_get(json_object_get(json_object_get(row, "cost"), counter), "median"));
}

/* Which pad a row is of; NULL: another operation. */
static const char *pad_of(const json_t *row)
{
	const char *operation = json_string_value(json_object_get(row, "operation"));

	return operation && !strcmp(operation, "pad")
		       ? json_string_value(json_object_get(row, "strategy"))
		       : NULL;
}

/* The median of the row without any pad; 0: this counter was not available. */
static double bare(const json_t *rows, const char *counter)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		const char *pad = pad_of(row);

		if (pad && !strcmp(pad, "none"))
			return median(row, counter);
	}
	return 0;
}

/*
 * One prefix or NOP at its dearest: what hides behind an instruction's latency alone
 * may take an issue slot among many.  Returns -1 if no row has @what.
 */
static int64_t dearest(const json_t *rows, const char *counter, const char *what)
{
	double none = bare(rows, counter);
	const json_t *row;
	int64_t most = -1;
	size_t i;

	json_array_foreach(rows, i, row) {
		const char *pad = pad_of(row);
		double more = median(row, counter) - none;
		unsigned int n;
		char word[16];
		int64_t cost;

		if (!pad || sscanf(pad, "%u %15s", &n, word) != 2 || !n ||
		    strncmp(word, what, strlen(what)))
			continue;
		cost = more > 0 ? (int64_t)(more / n * COST_ONE + 0.5) : 0;
		most = cost > most ? cost : most;
	}
	return most;
}

void pads_read(struct pads *p, const char *path)
{
	const char *counter = NULL, *cpu;
	struct wp_buf text = {0};
	json_t *file, *rows;
	json_error_t error;

	if (wp_read_file(path, &text))
		wp_die_at(WP_USAGE, path, 0, "%s", strerror(errno));
	file = json_loadb(text.data ? text.data : "", text.len, JSON_REJECT_DUPLICATES, &error);
	if (!file)
		wp_die_at(WP_USAGE, path, (unsigned int)error.line, "%s", error.text);
	rows = json_object_get(file, "results");
	for (size_t i = 0; !counter && i < sizeof(counters) / sizeof(counters[0]); i++)
		if (bare(rows, counters[i]) > 0)
			counter = counters[i];
	p->prefix = counter ? dearest(rows, counter, "prefix") : -1;
	p->nop = counter ? dearest(rows, counter, "NOP") : -1;
	if (p->prefix < 0 || p->nop < 0)
		wp_die_at(
			WP_USAGE, path, 0,
			"it has no rows `pad' of a machine: `make microbench' writes such a file");
	cpu = json_string_value(json_object_get(file, "cpu"));
	p->of = wp_format("%s of %s", counter, cpu ? cpu : "a CPU that is not named");
	json_decref(file);
	wp_buf_free(&text);
}
