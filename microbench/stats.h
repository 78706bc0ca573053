/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stats.h - a sample in five numbers.  Robust: interrupts make outliers, not errors. */
#ifndef MICROBENCH_STATS_H
#define MICROBENCH_STATS_H

#include <stddef.h>

struct stats {
	double median, q1, q3; /* quartiles by linear interpolation */
	double mad;	       /* median absolute deviation from the median */
	double min;
};

/* Of @n >= 1 values; sorts them. */
struct stats stats_of(double *v, size_t n);

#endif
