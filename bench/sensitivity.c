// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sensitivity.c - does the order of the systems depend on costs that nobody
 * measured?
 *
 * The order by modelled cycles is computed again with all costs at either end of
 * their ranges (CPI and events together, and against each other), with each row alone at
 * either end, and with every row at the end that favours the dearer one: the model is
 * linear, so if that does not turn a pair, nothing within the ranges does.  A pair of
 * systems that changes places is named, with what does it.
 */
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct corner {
	struct scenario s;
	const char *name;
} corners[] = {
	{{COST_LOW, COST_LOW, COSTS_ALL}, "all costs and the CPI low"},
	{{COST_HIGH, COST_HIGH, COSTS_ALL}, "all costs and the CPI high"},
	{{COST_LOW, COST_HIGH, COSTS_ALL}, "the CPI low and all event costs high"},
	{{COST_HIGH, COST_LOW, COSTS_ALL}, "the CPI high and all event costs low"},
};

#define CORNERS (sizeof(corners) / sizeof(corners[0]))

static bool turned(const struct table *t, size_t w, size_t a, size_t b, struct scenario s)
{
	return table_mean(t, w, a, METRIC_MODELLED, s) > table_mean(t, w, b, METRIC_MODELLED, s);
}

/* How much dearer @b stays than @a where every row is at the end that is best for @b. */
static double least_lead(const struct table *t, size_t w, size_t a, size_t b)
{
	double base = table_mean(t, w, b, METRIC_MODELLED, SCENARIO_BASE) -
		      table_mean(t, w, a, METRIC_MODELLED, SCENARIO_BASE);
	double lead = base;

	for (size_t row = 0; row < t->costs->n; row++) {
		double least = 0;

		for (int p = COST_LOW; p <= COST_HIGH; p++) {
			struct scenario s = {COST_BASE, (enum cost_point)p, row};

			least = fmin(least, table_mean(t, w, b, METRIC_MODELLED, s) -
						    table_mean(t, w, a, METRIC_MODELLED, s) - base);
		}
		lead += least;
	}
	return lead;
}

/* @a is the cheaper one at the base.  What makes it the dearer one? */
#define NAMED_MAX 4 /* reasons that are named; more add nothing */

static size_t look(const struct table *t, size_t w, size_t a, size_t b, struct wp_buf *out)
{
	size_t found = 0;

	for (size_t row = 0; row < t->costs->n; row++) {
		for (int p = COST_LOW; p <= COST_HIGH; p++) {
			struct scenario s = {COST_BASE, (enum cost_point)p, row};

			if (t->costs->row[row].at[p] == t->costs->row[row].at[COST_BASE] ||
			    !turned(t, w, a, b, s))
				continue;
			if (found >= NAMED_MAX) {
				wp_buf_str(out, found++ == NAMED_MAX ? ", ..." : "");
				continue;
			}
			wp_buf_printf(out, "%s%s %s (%g)", found++ ? ", " : "",
				      t->costs->row[row].class, p == COST_LOW ? "low" : "high",
				      t->costs->row[row].at[p]);
		}
	}
	for (size_t i = 0; i < CORNERS && !found; i++)
		if (turned(t, w, a, b, corners[i].s))
			wp_buf_printf(out, "%s%s", found++ ? ", " : "", corners[i].name);
	if (!found && least_lead(t, w, a, b) < 0) {
		wp_buf_str(out, "a mix of low and high costs, none of them alone");
		found++;
	}
	return found;
}

static size_t look_pair(const struct table *t, size_t w, size_t a, size_t b, struct wp_buf *out)
{
	double ma = table_mean(t, w, a, METRIC_MODELLED, SCENARIO_BASE);
	double mb = table_mean(t, w, b, METRIC_MODELLED, SCENARIO_BASE);
	size_t low = ma <= mb ? a : b, high = ma <= mb ? b : a, found;
	struct wp_buf why = {0};

	if (isnan(ma) || isnan(mb) || fabs(ma - mb) < SENSITIVITY_TIE * fmin(ma, mb))
		return 0;
	found = look(t, w, low, high, &why);
	if (found)
		wp_buf_printf(out, "  %-*s %s before %s turns over with\n%15s%s\n", t->width,
			      t->workload[w].label, t->system[low].label, t->system[high].label, "",
			      why.data);
	wp_buf_free(&why);
	return found ? 1 : 0;
}

size_t table_sensitivity(const struct table *t, struct wp_buf *out)
{
	struct wp_buf lines = {0};
	size_t found = 0;

	for (size_t w = 0; w < t->nworkloads; w++)
		for (size_t a = 0; a < t->nsystems; a++)
			for (size_t b = a + 1; b < t->nsystems; b++)
				found += look_pair(t, w, a, b, &lines);
	wp_buf_printf(out,
		      "Does the order of the systems by modelled cycles change when costs and CPI "
		      "move\nwithin their ranges (all together, against each other, each alone, "
		      "any mix)? "
		      "%s\n",
		      found ? "Yes:" : "No.");
	if (found)
		wp_buf_str(out, lines.data);
	wp_buf_printf(out, "(Systems within %g %% of each other count as equal.)\n",
		      SENSITIVITY_TIE * 100);
	wp_buf_free(&lines);
	return found;
}
