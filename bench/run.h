/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run.h - one measurement: (system, kernel, workload, size, perturbation), one boot.
 *
 * Its id is `system@kernel/workload/size/k`, e.g. `xenolinux@6.12/fork/full/2`.  Runs of the
 * first kernel, RUN_KERNEL, go without the `@kernel`.
 */
#ifndef WEDGEPERF_BENCH_RUN_H
#define WEDGEPERF_BENCH_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "systems.h"
#include "workloads.h"

enum run_size {
	SIZE_FULL,
	SIZE_QUICK
};

extern const char *const run_size_names[];

#define RUN_PERTURB_MAX 99
#define RUN_ID_MAX	128

/* A generation of Linux, as in the names of its folders: digits, small letters, . and -. */
#define RUN_KERNEL     "6.1"
#define RUN_KERNEL_MAX 16

struct run {
	const struct bench_system *system;
	char kernel[RUN_KERNEL_MAX];
	const struct workload *workload;
	enum run_size size;
	unsigned int k; /* perturbation, 0..RUN_PERTURB_MAX; 0: none */
};

uint64_t run_ops(const struct run *r);

/* "system@kernel/workload/size/k" into @id, and the part of it before the first slash. */
void run_id(const struct run *r, char id[RUN_ID_MAX]);
void run_system_id(const struct run *r, char id[RUN_ID_MAX]);

/* Returns 0, or -1 with the reason in @why (@len bytes). */
int run_parse(struct run *r, const char *id, const struct workloads *w, char *why, size_t len);

/*
 * The matrix of runs for one size, in the order of the table.  @kernels, @systems and
 * @workloads are comma-separated lists, NULL for RUN_KERNEL and for all; @boots 0 means
 * the default number per workload.  Returns the number of runs; *@list is the
 * caller's to free.  Unknown names end the program with WP_USAGE.
 */
size_t run_matrix(struct run **list, const struct workloads *w, enum run_size size,
		  const char *kernels, const char *systems, const char *workloads,
		  unsigned int boots);

/* Is @name in the comma-separated @list?  NULL lists everything. */
bool list_has(const char *list, const char *name);

#endif
