// SPDX-License-Identifier: GPL-2.0-or-later
/* stats.c - means and paired ratios over perturbed boots. */
#include "stats.h"

#include <math.h>

double stats_mean(const double *v, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i];
	return n ? sum / (double)n : NAN;
}

struct spread stats_ratios(const double *v, const double *base, size_t n)
{
	struct spread s = {NAN, NAN, n};

	for (size_t i = 0; i < n; i++) {
		double r = v[i] / base[i];

		s.min = fmin(s.min, r); /* a NAN loses against a number */
		s.max = fmax(s.max, r);
	}
	return s;
}
