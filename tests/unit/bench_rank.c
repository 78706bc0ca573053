// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench_rank.c - the statistics of hardware results, against published tables and values
 * counted by hand; and files of samples: round trip, damage, different CPUs.
 */
#include "../../bench/rank.h"
#include "../../bench/samples.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define MAX 64

/* Two samples of n and m values without ties that have this U: the last of the first moves up. */
static void make(double *a, size_t n, double *b, size_t m, size_t u)
{
	for (size_t i = 0; i < n; i++)
		a[i] = (double)i;
	for (size_t i = 0; i < m; i++)
		b[i] = 1000 * (double)(i + 1);
	for (size_t i = n; i-- > 0 && u;) {
		size_t step = u < m ? u : m;

		a[i] = 1000 * (double)step + (double)i + 1;
		u -= step;
	}
}

/*
 * The critical values of U for a two-sided test at 0.05: the greatest U that is still significant.
 * Source: the usual table (Mann & Whitney 1947; Milton 1964).
 */
static const struct {
	int at;
	size_t n, m, u;
} critical[] = {
	{__LINE__, 4, 4, 0},	 {__LINE__, 5, 5, 2},	 {__LINE__, 6, 6, 5},
	{__LINE__, 7, 7, 8},	 {__LINE__, 8, 8, 13},	 {__LINE__, 9, 9, 17},
	{__LINE__, 10, 10, 23},	 {__LINE__, 12, 12, 37}, {__LINE__, 15, 15, 64},
	{__LINE__, 20, 20, 127}, {__LINE__, 5, 10, 8},	 {__LINE__, 8, 15, 29},
	{__LINE__, 10, 20, 55},
};

static void critical_values(void **state)
{
	double a[MAX], b[MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(critical) / sizeof(critical[0]); i++) {
		size_t n = critical[i].n, m = critical[i].m;

		make(a, n, b, m, critical[i].u);
		if (rank_test(a, n, b, m) > 0.05 || rank_test(b, m, a, n) > 0.05)
			fail_msg("line %d: p = %f", critical[i].at, rank_test(a, n, b, m));
		make(a, n, b, m, critical[i].u + 1);
		if (rank_test(a, n, b, m) <= 0.05)
			fail_msg("line %d: p = %f for U + 1", critical[i].at,
				 rank_test(a, n, b, m));
	}
}

static void exact_values(void **state)
{
	double a[MAX], b[MAX];

	(void)state;
	make(a, 4, b, 4, 0);
	assert_true(fabs(rank_test(a, 4, b, 4) - 2.0 / 70) < 1e-12);
	/* 252 orders; U = 0, 1, 2 in 1, 1, 2 of them. */
	make(a, 5, b, 5, 2);
	assert_true(fabs(rank_test(a, 5, b, 5) - 2 * 4.0 / 252) < 1e-12);
	make(a, 3, b, 3, 4);
	assert_true(rank_test(a, 3, b, 3) > 0.99);
	assert_true(rank_test(a, 0, b, 3) >= 1);
}

static void ties(void **state)
{
	const double a[] = {1, 2, 2, 3, 3, 3, 4}, b[] = {3, 4, 4, 5, 5, 6, 6};
	const double same[] = {7, 7, 7, 7, 7, 7};

	(void)state;
	/*
	 * By hand: ranks of a: 1, 2.5, 2.5, 5.5 x 3, 9; their sum is 31.5, U = 3.5.  Ties of 2, 4,
	 * 3, 2, 2: sum t^3 - t = 6 + 60 + 24 + 6 + 6 = 102; variance = 49/12 (15 - 102/182)
	 * = 58.9615; z = (24.5 - 3.5 - 0.5) / 7.67864 = 2.66974; p = 0.007591.
	 */
	assert_true(fabs(rank_test(a, 7, b, 7) - 0.007591) < 1e-5);
	assert_true(rank_test(same, 6, same, 6) >= 1);
}

/* Ranks of the interval: tables of the sign test. */
static const struct {
	int at;
	size_t n, low;
} intervals[] = {
	{__LINE__, 6, 1},   {__LINE__, 8, 1},	{__LINE__, 9, 2},  {__LINE__, 10, 2},
	{__LINE__, 12, 3},  {__LINE__, 15, 4},	{__LINE__, 20, 6}, {__LINE__, 25, 8},
	{__LINE__, 30, 10}, {__LINE__, 50, 18},
};

static void medians(void **state)
{
	double v[MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(intervals) / sizeof(intervals[0]); i++) {
		size_t n = intervals[i].n;
		struct median m;

		for (size_t k = 0; k < n; k++)
			v[k] = (double)((k * 7) % n + 1); /* no n here is a multiple of 7 */
		m = rank_median(v, n);
		if (m.low != (double)intervals[i].low ||
		    m.high != (double)(n + 1 - intervals[i].low))
			fail_msg("line %d: %f %f", intervals[i].at, m.low, m.high);
		assert_true(m.value == (double)(n + 1) / 2);
	}
	assert_true(isnan(rank_median(v, 5).low) && !isnan(rank_median(v, 5).value));
	assert_true(isnan(rank_median(v, 0).value));
}

static void holm(void **state)
{
	double p[] = {0.01, 0.04, 0.03}, q[] = {0.5, 0.9}, r[] = {0.02};

	(void)state;
	rank_holm(p, 3);
	assert_true(fabs(p[0] - 0.03) < 1e-12 && fabs(p[1] - 0.06) < 1e-12 &&
		    fabs(p[2] - 0.06) < 1e-12);
	rank_holm(q, 2);
	assert_true(q[0] >= 1 && q[1] >= 1);
	rank_holm(r, 1);
	assert_true(fabs(r[0] - 0.02) < 1e-12);
}

static struct samples recorded(const char *cpu, const char *name, double shift)
{
	struct samples s = {.cpu = wp_strdup(cpu),
			    .kernel = wp_strdup("6.1 #1"),
			    .unit = wp_strdup("TSC ticks"),
			    .name = wp_strdup(name),
			    .date = wp_strdup("2026-01-01")};

	for (int i = 0; i < 10; i++) {
		samples_add(&s, "fork", 1000 + i * 1.5 + shift);
		samples_add(&s, "syscall", 200 + (i * 3) % 10);
	}
	return s;
}

static void files(void **state)
{
	struct samples a = recorded("CPU one; model 1", "base", 0), copy;
	struct wp_buf b = {0}, again = {0};
	char why[512];

	(void)state;
	samples_print(&a, &b);
	assert_int_equal(samples_parse(&copy, "f", b.data, b.len, why, sizeof(why)), 0);
	samples_print(&copy, &again);
	assert_string_equal(b.data, again.data);
	samples_free(&copy);
	for (size_t i = 0; i < b.len; i++) {
		char was = b.data[i];

		b.data[i] = was == '7' ? '8' : '7';
		assert_int_not_equal(samples_parse(&copy, "f", b.data, b.len, why, sizeof(why)), 0);
		b.data[i] = was;
		assert_int_not_equal(samples_parse(&copy, "f", b.data, i, why, sizeof(why)), 0);
	}
	samples_free(&a);
	wp_buf_free(&b);
	wp_buf_free(&again);
}

static void tables(void **state)
{
	struct samples base = recorded("CPU one", "base", 0), same = recorded("CPU one", "now", 0);
	struct samples slow = recorded("CPU one", "now", 50), other = recorded("CPU two", "now", 0);
	struct wp_buf b = {0};

	(void)state;
	assert_int_equal(samples_table(&base, &same, &b), 0);
	assert_null(strstr(b.data, "slower"));
	assert_int_equal(samples_table(&base, &slow, &b), 1);
	assert_non_null(strstr(b.data, "slower"));
	assert_int_equal(samples_table(&slow, &base, &b), 0);
	assert_non_null(strstr(b.data, "faster"));
	assert_null(samples_differ(&base, &slow));
	assert_non_null(samples_differ(&base, &other));
	wp_buf_free(&b);
	samples_free(&base);
	samples_free(&same);
	samples_free(&slow);
	samples_free(&other);
}

/* Kernels may be what is compared, and what only one file has is told. */
static void other_kernels(void **state)
{
	struct samples base = recorded("CPU one", "old", 0);
	struct samples now = recorded("CPU one", "new", 0);
	struct wp_buf b = {0};

	(void)state;
	free(now.kernel);
	now.kernel = wp_strdup("6.12 #2");
	samples_add(&base, "mmap", 1);
	samples_add(&base, "pipe", 1);
	samples_add(&now, "signal", 1);
	samples_table(&base, &now, &b);
	assert_non_null(strstr(b.data, "base: old, kernel 6.1 #1\n"));
	assert_non_null(strstr(b.data, "now: new, kernel 6.12 #2\n"));
	assert_non_null(strstr(b.data, "only in base: mmap, pipe\n"));
	assert_non_null(strstr(b.data, "only in now: signal\n"));
	b.len = 0;
	samples_table(&base, &base, &b);
	assert_null(strstr(b.data, "only in"));
	b.len = 0;
	samples_table(&base, NULL, &b);
	assert_null(strstr(b.data, "only in"));
	assert_non_null(strstr(b.data, "now: old, kernel 6.1 #1\n"));
	wp_buf_free(&b);
	samples_free(&base);
	samples_free(&now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(critical_values),
		cmocka_unit_test(exact_values),
		cmocka_unit_test(ties),
		cmocka_unit_test(medians),
		cmocka_unit_test(holm),
		cmocka_unit_test(files),
		cmocka_unit_test(tables),
		cmocka_unit_test(other_kernels),
	};

	wp_program = "bench_rank";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
