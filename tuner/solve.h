/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * solve.h - one option for each group, at least cost, under two budgets: the
 * multiple-choice knapsack problem with two constraints.
 */
#ifndef WEDGEPERF_SOLVE_H
#define WEDGEPERF_SOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NO_BUDGET INT64_MAX

/* All three at least 0.  The sum of the groups' greatest costs, bytes and natives must fit. */
struct solve_option {
	int64_t cost, bytes, native;
};

struct solve_group {
	const struct solve_option *option;
	size_t n;      /* at least 1 */
	size_t chosen; /* the result */
};

struct solution {
	bool feasible;			   /* if not, only least_bytes and least_native are set */
	int64_t least_bytes, least_native; /* what any choice needs, each by itself */
	int64_t cost, bytes, native;	   /* of what was chosen */
	int64_t gap;			   /* the optimum is less by at most this; 0: it is one */
};

/*
 * Of several optima the one with fewest bytes, then least native, then the earlier
 * options.  The same input gives the same output.  @max_states bounds time and memory
 * of the exact part; where it does not suffice gap is the proven distance.
 */
struct solution solve(struct solve_group *group, size_t n, int64_t budget_bytes,
		      int64_t budget_native, size_t max_states);

#endif
