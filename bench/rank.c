// SPDX-License-Identifier: GPL-2.0-or-later
/* rank.c - see rank.h. */
#include "rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wp.h>

#define EXACT_MAX 50	/* samples a side; the counts of orders still fit a double */
#define TAIL	  0.025 /* of each side of a 95 % interval */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double *sorted(const double *v, size_t n)
{
	double *copy = wp_alloc((n + 1) * sizeof(*copy));

	memcpy(copy, v, n * sizeof(*copy));
	qsort(copy, n, sizeof(*copy), by_value);
	return copy;
}

/*
 * Ranks r and n + 1 - r hold the median between them unless fewer than r samples lie on one
 * side of it, and how many do is binomial with 1/2.  The largest such r; 0: none.
 */
static size_t interval_rank(size_t n)
{
	double log_p = -(double)n * log(2), sum = 0; /* of 0 samples */

	for (size_t r = 0; r <= n / 2; r++) {
		sum += exp(log_p);
		if (sum > TAIL)
			return r;
		log_p += log((double)(n - r)) - log((double)(r + 1));
	}
	return n / 2;
}

struct median rank_median(const double *v, size_t n)
{
	struct median m = {NAN, NAN, NAN};
	size_t r = interval_rank(n);
	double *s;

	if (!n)
		return m;
	s = sorted(v, n);
	m.value = n % 2 ? s[n / 2] : (s[n / 2 - 1] + s[n / 2]) / 2;
	if (r) {
		m.low = s[r - 1];
		m.high = s[n - r];
	}
	free(s);
	return m;
}

/*
 * P(U <= u) without ties.  ways[k][w]: orders of the values seen so far in which k are of the
 * second sample and U is w; each value of the first sample adds to U those of the second that come
 * before it.
 */
static double exact_below(size_t n, size_t m, size_t u)
{
	size_t width = n * m + 1;
	double *ways = wp_alloc((m + 1) * width * sizeof(*ways)), below = 0, all = 0;

	ways[0] = 1;
	for (size_t i = 0; i <= n; i++) {
		/* ways[k] is for i of the first sample; a value of the second comes next. */
		for (size_t k = 1; k <= m; k++)
			for (size_t w = 0; w < width; w++)
				ways[k * width + w] = (i ? ways[k * width + w] : 0) +
						      ways[(k - 1) * width + w];
		if (i == n)
			break;
		for (size_t k = 1; k <= m; k++)
			for (size_t w = width; w-- > 0;)
				ways[k * width + w] = w >= k ? ways[k * width + w - k] : 0;
	}
	for (size_t w = 0; w < width; w++) {
		all += ways[m * width + w];
		if (w <= u)
			below += ways[m * width + w];
	}
	free(ways);
	return below / all;
}

struct ranked {
	double value;
	size_t first; /* 1: of the first sample */
};

static double approximate(double u, size_t n, size_t m, double ties)
{
	double total = (double)(n + m), product = (double)n * (double)m;
	double variance = product / 12 * (total + 1 - ties / (total * (total - 1)));
	double z = fabs(u - product / 2) - 0.5;

	if (variance <= 0 || z < 0)
		return 1;
	return erfc(z / sqrt(variance) / sqrt(2));
}

double rank_test(const double *a, size_t n, const double *b, size_t m)
{
	struct ranked *all = wp_alloc((n + m + 1) * sizeof(*all));
	double sum = 0, ties = 0, u, p;

	for (size_t i = 0; i < n; i++)
		all[i] = (struct ranked){a[i], 1};
	for (size_t i = 0; i < m; i++)
		all[n + i] = (struct ranked){b[i], 0};
	qsort(all, n + m, sizeof(*all), by_value);
	for (size_t i = 0, end; i < n + m; i = end) {
		double t;

		for (end = i + 1; end < n + m && all[end].value == all[i].value;)
			end++;
		t = (double)(end - i);
		ties += t * t * t - t;
		for (size_t k = i; k < end; k++)
			sum += all[k].first ? ((double)i + 1 + (double)end) / 2 : 0;
	}
	free(all);
	if (!n || !m)
		return 1;
	u = sum - (double)n * ((double)n + 1) / 2;
	if (ties > 0 || n > EXACT_MAX || m > EXACT_MAX)
		return approximate(u, n, m, ties);
	u = fmin(u, (double)n * (double)m - u);
	p = 2 * exact_below(n, m, (size_t)(u + 0.5));
	return p < 1 ? p : 1;
}

void rank_holm(double *p, size_t n)
{
	size_t *order = wp_alloc((n + 1) * sizeof(*order));
	double last = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = i;

		for (; k && p[order[k - 1]] > p[i]; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	for (size_t i = 0; i < n; i++) {
		double corrected = fmin(1, p[order[i]] * (double)(n - i));

		last = fmax(last, corrected);
		p[order[i]] = last;
	}
	free(order);
}
