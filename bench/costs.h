/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * costs.h - the cost model: the one place where instructions and events become
 * modelled cycles.
 *
 *	modelled cycles = instructions x CPI + sum over classes (events x cost)
 */
#ifndef WEDGEPERF_BENCH_COSTS_H
#define WEDGEPERF_BENCH_COSTS_H

#include <wp.h>

#include "figures.h"

enum cost_point {
	COST_BASE,
	COST_LOW,
	COST_HIGH,
	COST_POINTS
};

struct cost_row {
	char class[WORD_MAX];
	double at[COST_POINTS]; /* cycles an event, or an instruction */
	char grade[16];
	char *source;
};

struct costs {
	char *cpu;
	char sha256[WP_SHA256_HEX];
	struct cost_row *row;
	size_t n;
	size_t cpi, other; /* rows "instruction" and "*" */
};

/* Ends the program with file:line where the file makes no sense. */
void costs_load(struct costs *c, const char *path);
void costs_parse(struct costs *c, const char *path, const char *text);
void costs_free(struct costs *c);

/* The row that costs @class: its own or "*". */
size_t costs_row(const struct costs *c, const char *class);

/*
 * Where the rows stand within their ranges.  `row` COSTS_ALL: the CPI at `cpi`,
 * every other at `events`.  Otherwise that row alone at `events`, the others at
 * their base.
 */
#define COSTS_ALL SIZE_MAX
struct scenario {
	enum cost_point cpi, events;
	size_t row;
};

#define SCENARIO_BASE ((struct scenario){COST_BASE, COST_BASE, COSTS_ALL})

struct modelled costs_model(const struct costs *c, struct scenario s, const struct counts *counts);

/* The part of the above that @e executed: its instructions, and the events in it, at base costs. */
struct modelled costs_model_of(const struct costs *c, const struct counts *counts, enum executor e);

#endif
