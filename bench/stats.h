/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stats.h - means and paired ratios over perturbed boots. */
#ifndef WEDGEPERF_BENCH_STATS_H
#define WEDGEPERF_BENCH_STATS_H

#include <stddef.h>

/* Arithmetic mean; NAN of nothing. */
double stats_mean(const double *v, size_t n);

struct spread {
	double min, max;
	size_t n; /* pairs */
};

/*
 * Least and greatest of v[i] / base[i]: boots of two systems with the same
 * perturbation make a pair.
 */
struct spread stats_ratios(const double *v, const double *base, size_t n);

#endif
