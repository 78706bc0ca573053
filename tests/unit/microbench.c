// SPDX-License-Identifier: GPL-2.0-or-later
/* microbench.c - statistics, the generated loops, and the JSON of microbench/. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "../../microbench/loop.h"
#include "../../microbench/report.h"
#include "../../microbench/stats.h"

static void statistics_of_known_samples(void **state)
{
	static const struct {
		int line;
		size_t n;
		double v[6];
		struct stats want;
	} t[] = {
		{__LINE__, 1, {7}, {7, 7, 7, 0, 7}},
		{__LINE__, 2, {4, 2}, {3, 2.5, 3.5, 1, 2}},
		{__LINE__, 5, {5, 1, 4, 2, 3}, {3, 2, 4, 1, 1}},
		/* One wild value moves neither the median nor the spread. */
		{__LINE__, 5, {5, 1, 1e9, 2, 3}, {3, 2, 5, 2, 1}},
		{__LINE__, 6, {-1, -1, -1, -1, -1, -1}, {-1, -1, -1, 0, -1}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		double v[6];

		memcpy(v, t[i].v, sizeof(v));

		const struct stats s = stats_of(v, t[i].n), *w = &t[i].want;

		if (fabs(s.median - w->median) + fabs(s.q1 - w->q1) + fabs(s.q3 - w->q3) +
			    fabs(s.mad - w->mad) + fabs(s.min - w->min) >
		    1e-9)
			fail_msg("line %d: %g [%g, %g] mad %g min %g", t[i].line, s.median, s.q1,
				 s.q3, s.mad, s.min);
	}
}

/* An operation that counts how often it executes. */
uint64_t executed;
MB_ASM(counting, "count", "once", "incq executed", "incq executed");

static void loops_execute_what_is_divided_by(void **state)
{
	struct loop l;

	(void)state;
	assert_null(loop_build(&counting, &l));
	assert_int_equal(l.bytes, counting.end - counting.start);
	for (uint64_t n = 1; n < 5; n++) {
		executed = 0;
		l.single(n);
		assert_int_equal(executed, n * COPIES);
		executed = 0;
		l.twice(n);
		assert_int_equal(executed, n * 2 * COPIES);
	}
}

static void every_operation_runs(void **state)
{
	size_t count;
	const struct mb_op *const *op = mb_table(&count);

	(void)state;
	assert_true(count > 25);
	for (size_t i = 0; i < count; i++) {
		struct loop l;
		const char *error = loop_build(op[i], &l);

		if (error)
			fail_msg("%s %s: %s", op[i]->operation, op[i]->strategy, error);
		l.single(2);
		l.twice(2);
		for (size_t j = 0; j < i; j++)
			if (!strcmp(op[i]->operation, op[j]->operation) &&
			    !strcmp(op[i]->strategy, op[j]->strategy) &&
			    op[i]->total == op[j]->total)
				fail_msg("%s %s is there twice", op[i]->operation, op[i]->strategy);
	}
}

static void measuring_subtracts_everything_else(void **state)
{
	const struct method m = {.cpu = -1, .samples = 101, .sample_ticks = 1000};
	struct counters cs = {.count = 1};
	struct result r;

	(void)state;
	/*
	 * Twenty locked operations cost more than one, by about twenty times.  Medians: on a
	 * busy machine single samples are anything, also negative.
	 */
	MB_ASM(once, "lock", "1", "", "lock incq (%r12)");
	MB_ASM(often, "lock", "20", "", ".rept 20; lock incq (%r12); .endr");
	measure(&once, &m, &cs, &r);
	assert_null(r.error);

	const double one = r.cost[0].median;

	measure(&often, &m, &cs, &r);
	assert_true(one > 0);
	assert_true(r.cost[0].median > 2 * one);
}

static void json_says_what_was_counted_and_what_not(void **state)
{
	static struct counters cs = {
		.count = 3,
		.c = {{.name = "tsc", .unit = "tsc ticks", .how = "rdtsc", .fd = -1},
		      {.name = "cycles:u", .unit = "cycles", .reason = "no \"PMU\"", .fd = -1},
		      {.name = "instructions:u", .unit = "instructions", .how = "read", .fd = -1}},
	};
	static const struct method m = {.cpu = 3, .samples = 51};
	const struct result r[] = {
		{.op = &counting,
		 .bytes = 8,
		 .iterations = 64,
		 .cost = {{1.25, 1, 1.5, 0.25, 1}, {0}, {1, 1, 1, 0, 1}}},
		{.op = &counting, .error = "does not fit"},
	};
	char *text = report_json(&cs, &m, r, 2);
	json_t *root = json_loads(text, 0, NULL), *cost;
	const char *unit, *reason, *error;
	double median;

	(void)state;
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "schema")),
			    "wedgeperf-microbench 1");
	reason = json_string_value(
		json_object_get(json_array_get(json_object_get(root, "counters"), 1), "reason"));
	assert_string_equal(reason, "no \"PMU\"");
	cost = json_object_get(json_array_get(json_object_get(root, "results"), 0), "cost");
	assert_int_equal(json_object_size(cost), 2); /* what was not counted is not there */
	assert_int_equal(
		json_unpack(cost, "{s:{s:s, s:F}}", "tsc", "unit", &unit, "median", &median), 0);
	assert_string_equal(unit, "tsc ticks");
	assert_true(median == 1.25);
	error = json_string_value(
		json_object_get(json_array_get(json_object_get(root, "results"), 1), "error"));
	assert_string_equal(error, "does not fit");
	json_decref(root);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statistics_of_known_samples),
		cmocka_unit_test(loops_execute_what_is_divided_by),
		cmocka_unit_test(every_operation_runs),
		cmocka_unit_test(measuring_subtracts_everything_else),
		cmocka_unit_test(json_says_what_was_counted_and_what_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
