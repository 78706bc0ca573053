// SPDX-License-Identifier: GPL-2.0-or-later
/* stats.c - see stats.h. */
#include "stats.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The @p-quantile of sorted values (Hyndman & Fan's type 7, as R and NumPy have it). */
static double quantile(const double *v, size_t n, double p)
{
	const double at = p * (double)(n - 1);
	const size_t i = (size_t)at;

	return i + 1 < n ? v[i] + (at - (double)i) * (v[i + 1] - v[i]) : v[i];
}

struct stats stats_of(double *v, size_t n)
{
	struct stats s;

	qsort(v, n, sizeof(*v), by_value);
	s.min = v[0];
	s.median = quantile(v, n, 0.5);
	s.q1 = quantile(v, n, 0.25);
	s.q3 = quantile(v, n, 0.75);
	for (size_t i = 0; i < n; i++)
		v[i] = fabs(v[i] - s.median);
	qsort(v, n, sizeof(*v), by_value);
	s.mad = quantile(v, n, 0.5);
	return s;
}
