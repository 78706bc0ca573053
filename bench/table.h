/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * table.h - systems by workloads, from whatever results are there.
 *
 * Kernels are rows too: a workload that several kernels have run is as many rows, one
 * below the other, and each is compared with the first system on the same kernel.
 *
 * A table is of one nominal size.  Means are of the boots of that size; the
 * spread of a ratio is over all pairs of boots (same size, same perturbation),
 * of the other size too.
 */
#ifndef WEDGEPERF_BENCH_TABLE_H
#define WEDGEPERF_BENCH_TABLE_H

#include <jansson.h>

#include "metrics.h"
#include "stats.h"

#define TABLE_SYSTEMS	16
#define TABLE_WORKLOADS 256
#define TABLE_BUILT	64

struct table {
	const struct results *results;
	const struct costs *costs;
	enum run_size size;
	struct {
		const char *id, *label;
	} system[TABLE_SYSTEMS];
	/* A system on a kernel: any result of it, for its images and provenance. */
	struct {
		size_t system;
		const struct result *any;
	} built[TABLE_BUILT];
	struct {
		const char *name, *kernel, *unit, *network;
		char label[WORD_MAX]; /* the name, and the kernel if there are several */
		uint64_t ops;	      /* of the nominal size */
		bool bytes;
	} workload[TABLE_WORKLOADS];
	size_t nsystems, nbuilt, nworkloads;
	int width; /* of the longest label, at least 12 */
};

struct ratio {
	double mean; /* of the means; NAN where a side is missing */
	struct spread spread;
};

/*
 * What the results are about: systems in the order of systems.c, workloads in
 * that of @results.  Everything pointed to must outlive the table.
 */
void table_make(struct table *t, const struct results *results, const struct costs *costs,
		enum run_size size);

/* Mean over the boots of the nominal size; NAN if there is none. */
double table_mean(const struct table *t, size_t workload, size_t system, enum metric_id m,
		  struct scenario s);
size_t table_boots(const struct table *t, size_t workload, size_t system);

/* What one executor adds to the mean of METRIC_INSNS or METRIC_MODELLED. */
double table_part(const struct table *t, size_t workload, size_t system, enum executor e,
		  enum metric_id m);

/* System against the first one; only boots that both have. */
struct ratio table_ratio(const struct table *t, size_t workload, size_t system, enum metric_id m);

/*
 * Results of one workload and size must have one check value, whatever the
 * system.  Appends a line for each that has not; returns their number.
 */
size_t table_check(const struct table *t, struct wp_buf *out);

/*
 * Does the order of the systems by modelled cycles hold wherever the costs lie
 * in their ranges?  Appends the answer; returns the number of turns found.
 */
size_t table_sensitivity(const struct table *t, struct wp_buf *out);

/* Two systems whose modelled cycles differ by less are taken as equal. */
#define SENSITIVITY_TIE 0.01

/* @missing: ids of runs of the matrix without a result. */
void table_text(const struct table *t, const char *const *missing, size_t nmissing,
		struct wp_buf *out);
/* Instructions by executor and events by class, per operation. */
void table_detail(const struct table *t, struct wp_buf *out);
json_t *table_json(const struct table *t, const char *const *missing, size_t nmissing);

#endif
