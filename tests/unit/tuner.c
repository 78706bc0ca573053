// SPDX-License-Identifier: GPL-2.0-or-later
/* tuner.c - the solver against brute force; costs files; flags; refusals. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "../../tuner/costs.h"
#include "../../tuner/solve.h"
#include "wp.h"

#define MAX_GROUPS  8
#define MAX_OPTIONS 4
#define ALL_STATES  1000000

/* The same numbers on every run. */
static uint64_t random_state;
static int64_t random_below(int64_t n)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)(random_state >> 33) % n;
}

struct instance {
	struct solve_option option[MAX_GROUPS][MAX_OPTIONS];
	struct solve_group group[MAX_GROUPS];
	size_t n;
	int64_t bytes, native;
};

struct best {
	bool any;
	int64_t cost, bytes, native;
};

static void brute(const struct instance *in, size_t i, struct best sum, struct best *best)
{
	if (i == in->n) {
		if (sum.bytes > in->bytes || sum.native > in->native)
			return;
		if (!best->any || sum.cost < best->cost ||
		    (sum.cost == best->cost &&
		     (sum.bytes < best->bytes ||
		      (sum.bytes == best->bytes && sum.native < best->native)))) {
			*best = sum;
			best->any = true;
		}
		return;
	}
	for (size_t j = 0; j < in->group[i].n; j++) {
		const struct solve_option *o = &in->option[i][j];

		brute(in, i + 1,
		      (struct best){false, sum.cost + o->cost, sum.bytes + o->bytes,
				    sum.native + o->native},
		      best);
	}
}

/* Few different values, so that there are ties. */
static void make(struct instance *in, uint64_t seed, int64_t scale)
{
	random_state = seed;
	in->n = (size_t)random_below(MAX_GROUPS + 1);
	for (size_t i = 0; i < in->n; i++) {
		in->group[i] = (struct solve_group){in->option[i],
						    1 + (size_t)random_below(MAX_OPTIONS), 0};
		for (size_t j = 0; j < in->group[i].n; j++)
			in->option[i][j] = (struct solve_option){
				random_below(20) * scale, random_below(12),
				random_below(3) ? 0 : random_below(9) * scale};
	}
	in->bytes = random_below(5) ? random_below(60) : NO_BUDGET;
	in->native = random_below(3) ? random_below(30) * scale : NO_BUDGET;
}

static void sums_are_those_chosen(const struct instance *in, const struct solution *s)
{
	int64_t cost = 0, bytes = 0, native = 0;

	for (size_t i = 0; i < in->n; i++) {
		const struct solve_option *o = &in->option[i][in->group[i].chosen];

		cost += o->cost;
		bytes += o->bytes;
		native += o->native;
	}
	assert_int_equal(cost, s->cost);
	assert_int_equal(bytes, s->bytes);
	assert_int_equal(native, s->native);
	assert_true(bytes <= in->bytes && native <= in->native);
}

static void as_brute_force(void **state)
{
	size_t feasible = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		struct instance in;
		struct best best = {0};
		struct solution s;

		make(&in, seed, seed % 2 ? 1 : 1000000000000);
		brute(&in, 0, (struct best){0}, &best);
		s = solve(in.group, in.n, in.bytes, in.native, ALL_STATES);
		if (s.feasible != best.any)
			fail_msg("seed %" PRIu64 ": feasible %d, not %d", seed, s.feasible,
				 best.any);
		if (!best.any)
			continue;
		feasible++;
		sums_are_those_chosen(&in, &s);
		if (s.gap || s.cost != best.cost || s.bytes != best.bytes ||
		    s.native != best.native)
			fail_msg("seed %" PRIu64 ": %" PRId64 " %" PRId64 " %" PRId64
				 " gap %" PRId64 ", best %" PRId64 " %" PRId64 " %" PRId64,
				 seed, s.cost, s.bytes, s.native, s.gap, best.cost, best.bytes,
				 best.native);
	}
	assert_true(feasible > 1000);
}

/* Without the exact part: what it claims to be at most away from is true. */
static void gap_is_proven(void **state)
{
	size_t with_gap = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		struct instance in;
		struct best best = {0};
		struct solution s;

		make(&in, seed, 1);
		brute(&in, 0, (struct best){0}, &best);
		s = solve(in.group, in.n, in.bytes, in.native, 0);
		if (!s.feasible)
			continue;
		sums_are_those_chosen(&in, &s);
		with_gap += s.gap > 0;
		if (s.cost - s.gap > best.cost || s.cost < best.cost)
			fail_msg("seed %" PRIu64 ": %" PRId64 " less %" PRId64 ", best %" PRId64,
				 seed, s.cost, s.gap, best.cost);
	}
	assert_true(with_gap > 20);
}

/* As large as a kernel, the same again: exact with one budget, near with two. */
static void large(bool both)
{
	enum {
		GROUPS = 4000
	};
	static struct solve_option option[GROUPS][3];
	static struct solve_group group[GROUPS];
	static size_t first[GROUPS];

	random_state = 7;
	for (size_t i = 0; i < GROUPS; i++) {
		int64_t weight = 1 + (random_below(4) ? 0 : random_below(1000000) * 1000);

		option[i][0] = (struct solve_option){weight * 53000, 0, 0};
		option[i][1] = (struct solve_option){weight * 1000, 1 + random_below(4), 0};
		option[i][2] = (struct solve_option){weight * 300, 12 + random_below(7),
						     both ? random_below(2) * weight : 0};
		group[i] = (struct solve_group){option[i], 3, 0};
	}
	for (int again = 0; again < 2; again++) {
		struct solution s = solve(group, GROUPS, 9000, 1000000000, 4000000);

		assert_true(s.feasible);
		assert_true(both ? s.gap < s.cost / 10000 : s.gap == 0);
		for (size_t i = 0; i < GROUPS; i++) {
			if (again)
				assert_int_equal(group[i].chosen, first[i]);
			first[i] = group[i].chosen;
		}
	}
}

static void large_one_budget(void **state)
{
	(void)state;
	large(false);
}

static void large_two_budgets(void **state)
{
	(void)state;
	large(true);
}

static void needs(void **state)
{
	static const struct solve_option option[] = {{5, 3, 0}, {1, 9, 2}};
	struct solve_group group = {option, 2, 0};
	struct solution s = solve(&group, 1, 2, NO_BUDGET, ALL_STATES);

	(void)state;
	assert_false(s.feasible);
	assert_int_equal(s.least_bytes, 3);
	s = solve(&group, 0, 0, 0, ALL_STATES);
	assert_true(s.feasible);
}

#define HEAD "wedgeperf-costs 1\nunit instructions\nnative prefix 0\nnative nop 1\n"

static char message[4096];
static struct costs *quietly(const char *text)
{
	FILE *log = tmpfile();
	int saved = dup(2);
	struct costs *c;
	size_t n;

	dup2(fileno(log), 2);
	c = costs_parse("c", text, strlen(text));
	dup2(saved, 2);
	close(saved);
	rewind(log);
	n = fread(message, 1, sizeof(message) - 1, log);
	message[n] = '\0';
	fclose(log);
	return c;
}

static void costs_refused(void **state)
{
	static const struct {
		int line;
		const char *text, *want;
	} rows[] = {
		{__LINE__, "", "c:1: costs of this version"},
		{__LINE__, "wedgeperf-costs 2\n", "c:1: costs of this version"},
		{__LINE__, "wedgeperf-costs 1\nunit ticks\n", "before it has said"},
		{__LINE__, "wedgeperf-costs 1\nkind cli trap 5\n", "c:2: the unit must be said"},
		{__LINE__, HEAD "unit ticks\n", "c:5: `unit' takes"},
		{__LINE__, HEAD "native nop 2\n", "c:5: it stands there twice"},
		{__LINE__, HEAD "native nops 2\n", "c:5: `native' is followed"},
		{__LINE__, HEAD "kind clio trap 5\n", "c:5: this kind is not"},
		{__LINE__, HEAD "kind cli trip 5\n", "c:5: a strategy is"},
		{__LINE__, HEAD "kind cli inline: 5\n", "c:5: a strategy is"},
		{__LINE__, HEAD "kind cli trap -5\n", "c:5: a value is"},
		{__LINE__, HEAD "kind cli trap 5.123\n", "c:5: a value is"},
		{__LINE__, HEAD "kind cli trap 5.\n", "c:5: a value is"},
		{__LINE__, HEAD "kind cli trap 99999999999999999999\n", "c:5: a value is"},
		{__LINE__, HEAD "kind cli trap\n", "c:5: a "},
		{__LINE__, HEAD "site cli trap 5\n", "c:5: a site's name"},
		{__LINE__, HEAD "kinds cli trap 5\n", "c:5: a line starts with"},
		{__LINE__, HEAD "kind cli trap 5\nkind cli trap 6\n", "two costs for one strategy"},
		{__LINE__, HEAD "workload\n", "c:5: `workload' takes one word"},
		{__LINE__, HEAD "workload a b\n", "c:5: `workload' takes one word"},
		{__LINE__, HEAD "workload a\nworkload b\nworkload a\n", "c:7: this workload has"},
		{__LINE__, HEAD "workloads a\n", "c:5: a line is"},
		{__LINE__, HEAD "workload a\nkind clio trap 5\n", "c:6: this kind is not"},
		{__LINE__, HEAD "workload a\nunit ticks\n", "c:6: `unit' takes"},
		{__LINE__, HEAD "workload a\nkind cli trap 5\nkind cli trap 5\n",
		 "two costs for one"},
		{__LINE__, "wedgeperf-costs 1\nworkload a\n", "c:2: the unit must be said"},
		{__LINE__, "wedgeperf-costs 1\nunit ticks\nworkload a\nnative nop 1\n",
		 "c:4: what a pad costs natively"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (quietly(rows[i].text))
			fail_msg("line %d: taken", rows[i].line);
		if (!strstr(message, rows[i].want))
			fail_msg("line %d: says `%s'", rows[i].line, message);
	}
}

static void costs_found(void **state)
{
	struct costs *c = quietly(HEAD "kind cli trap 530.99\nkind cli call 5 # comment\n"
				       "site f/cli#0 call 5.5\r\nkind pte_store inline 22\n");

	(void)state;
	assert_non_null(c);
	assert_int_equal(costs_of(c, NULL, SITE_cli, "g/cli#0", "trap"), 53099);
	assert_int_equal(costs_of(c, NULL, SITE_cli, "f/cli#0", "trap"), 53099);
	assert_int_equal(costs_of(c, NULL, SITE_cli, "f/cli#0", "call"), 550);
	assert_int_equal(costs_of(c, NULL, SITE_cli, NULL, "call"), 500);
	assert_int_equal(costs_of(c, NULL, SITE_cli, NULL, "inline:mov"), NO_COST);
	assert_int_equal(costs_of(c, NULL, SITE_sti, NULL, "call"), NO_COST);
	assert_int_equal(costs_of(c, NULL, SITE_pte_store, NULL, "inline"), 2200);
	assert_int_equal(costs_of(NULL, NULL, SITE_cli, NULL, "call"), NO_COST);
	assert_int_equal(costs_nop(c), 100);
	assert_int_equal(costs_prefix(c), 0);
	assert_string_equal(costs_unit(c), "instructions");
	costs_free(c);
}

/* The first that there is: the workload's site, its kind, the site, the kind. */
static void costs_by_workload(void **state)
{
	struct costs *c = quietly(HEAD
				  "kind cli trap 1\nsite f/cli#0 trap 2\nkind cli call 3\n"
				  "site f/cli#0 call 4\nkind sti call 5\nsite f/sti#0 call 6\n"
				  "workload a # comment\nkind cli trap 7\nsite g/cli#0 trap 8\n"
				  "workload b\nsite f/cli#0 trap 9\n"
				  "workload none\n");
	static const struct {
		int line;
		const char *workload;
		enum site_kind kind;
		const char *name, *strategy;
		int64_t cost;
	} rows[] = {
		{__LINE__, NULL, SITE_cli, "f/cli#0", "trap", 200},
		{__LINE__, NULL, SITE_cli, "g/cli#0", "trap", 100},
		{__LINE__, "a", SITE_cli, "f/cli#0", "trap", 700},
		{__LINE__, "a", SITE_cli, "g/cli#0", "trap", 800},
		{__LINE__, "a", SITE_cli, NULL, "trap", 700},
		{__LINE__, "a", SITE_cli, "f/cli#0", "call", 400},
		{__LINE__, "a", SITE_cli, "g/cli#0", "call", 300},
		{__LINE__, "a", SITE_sti, "f/sti#0", "call", 600},
		{__LINE__, "a", SITE_sti, "f/sti#0", "trap", NO_COST},
		{__LINE__, "b", SITE_cli, "f/cli#0", "trap", 900},
		{__LINE__, "b", SITE_cli, "g/cli#0", "trap", 100},
		{__LINE__, "b", SITE_cli, "f/cli#0", "call", 400},
		{__LINE__, "none", SITE_cli, "f/cli#0", "trap", 200},
		{__LINE__, "other", SITE_cli, "f/cli#0", "trap", 200},
	};

	(void)state;
	assert_non_null(c);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t cost = costs_of(c, rows[i].workload, rows[i].kind, rows[i].name,
					rows[i].strategy);

		if (cost != rows[i].cost)
			fail_msg("line %d: %" PRId64, rows[i].line, cost);
	}
	costs_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_brute_force),
		cmocka_unit_test(gap_is_proven),
		cmocka_unit_test(large_one_budget),
		cmocka_unit_test(large_two_budgets),
		cmocka_unit_test(needs),
		cmocka_unit_test(costs_refused),
		cmocka_unit_test(costs_found),
		cmocka_unit_test(costs_by_workload),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
