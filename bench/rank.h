/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rank.h - statistics for noisy measurements, which assume no distribution.
 *
 * Sources: Mann & Whitney 1947 (the exact distribution of U by counting); Hollander, Wolfe &
 * Chicken, Nonparametric Statistical Methods (ties, intervals by order statistics); Holm 1979.
 */
#ifndef WEDGEPERF_BENCH_RANK_H
#define WEDGEPERF_BENCH_RANK_H

#include <stddef.h>

/* An interval that holds the true median with at least 95 % probability. */
struct median {
	double value, low, high; /* low and high are NAN for fewer than 6 samples */
};

struct median rank_median(const double *v, size_t n);

/*
 * Two-sided p of the Mann-Whitney test that neither of @a and @b tends to be larger: exact
 * for up to 50 samples a side without ties, else the normal approximation, corrected for ties and
 * continuity.  1 where either is empty.
 */
double rank_test(const double *a, size_t n, const double *b, size_t m);

/* Holm's correction, in place: p[i] < 0.05 then holds for all @n together. */
void rank_holm(double *p, size_t n);

#endif
