// SPDX-License-Identifier: GPL-2.0-or-later
/* print-text.c - the short table, worst first, and the explanation. */
#include "print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_REVISION 12
#define LEAST_FIGURE   1e-9 /* what is less is rounding */

/* Thousands are told apart by commas; small figures keep three decimals, or three digits. */
void print_figure(char *out, size_t len, double v)
{
	char digits[64];
	int decimals = fabs(v) >= 1000 ? 0 : fabs(v) >= 100 ? 1 : 3;
	size_t n, whole, at = 0;

	if (isnan(v)) {
		snprintf(out, len, "-");
		return;
	}
	if (fabs(v) < 0.1 && fabs(v) >= LEAST_FIGURE)
		decimals = 2 - (int)floor(log10(fabs(v)));
	snprintf(digits, sizeof(digits), "%.*f", decimals, fabs(v));
	whole = strcspn(digits, ".");
	n = strlen(digits);
	if (v < 0 && at + 1 < len)
		out[at++] = '-';
	for (size_t i = 0; i < n && at + 2 < len; i++) {
		if (i && i < whole && (whole - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
}

const char *figure_text(double v, bool sign)
{
	static char ring[8][64];
	static unsigned int next;
	char *s = ring[next++ % 8];

	*s = '+';
	print_figure(s + (sign && !(v < 0)), sizeof(ring[0]) - 1, v);
	return s;
}

static const char *ratio(double v)
{
	static char text[32];

	if (isnan(v))
		return "-";
	snprintf(text, sizeof(text), "%.4f", v);
	return text;
}

static void table(const struct report *r, struct wp_buf *b)
{
	const struct comparison *c = r->c;
	size_t moved = c->n - c->count[VERDICT_SAME];

	if (!moved)
		return;
	wp_buf_printf(b, "\n%-24s %-13s %15s %15s %8s  %s\n", "workload", "metric", "base", "now",
		      "ratio", "verdict");
	for (size_t i = 0; i < c->n; i++) {
		const struct difference *d = &c->list[i];

		if (d->verdict == VERDICT_SAME)
			continue;
		wp_buf_printf(b, "%-24s %-13s %15s %15s %8s  %s", d->where, d->metric,
			      figure_text(d->base, false), figure_text(d->now, false),
			      ratio(d->ratio), verdict_names[d->verdict]);
		if (d->tolerance && d->verdict != VERDICT_BETTER)
			wp_buf_printf(b, " (tolerance %g %%)", d->tolerance->percent);
		if (d->verdict == VERDICT_CHANGED)
			wp_buf_str(b, ": not the same work, see below");
		wp_buf_str(b, "\n");
	}
	if (c->count[VERDICT_GONE])
		wp_buf_str(
			b,
			"\ngone: the base has it and it was asked for, but this tree has no such "
			"system, workload or figure.\n");
	if (c->count[VERDICT_CHANGED])
		wp_buf_str(
			b,
			"\nchanged: the operations, the bytes or what the workload saw (its check) "
			"are not those of the base.\nIf the workload was changed, 'make baseline' "
			"says so; if not, the guest computes something else.\n");
}

static void side(const char *word, const struct record *r, const char *name, struct wp_buf *b)
{
	wp_buf_printf(b, "%-5s %.*s%s, measured %s%s%s\n", word, SHORT_REVISION, r->revision,
		      r->dirty ? " with uncommitted changes" : "", r->date, *name ? ", " : "",
		      name);
}

void print_text(const struct report *r, struct wp_buf *b)
{
	const struct comparison *c = r->c;

	side("base", r->base, r->base_name, b);
	side("now", r->now, "", b);
	if (*r->moved)
		wp_buf_printf(b, "inputs that moved between the two:\n%s", r->moved);
	table(r, b);
	print_explanations(r, b);
	wp_buf_printf(
		b,
		"\ngate: %zu figures: %zu worse, %zu changed, %zu better, %zu within tolerance, "
		"%zu new, %zu gone, %zu the same to the last instruction\n",
		c->n, c->count[VERDICT_WORSE], c->count[VERDICT_CHANGED], c->count[VERDICT_BETTER],
		c->count[VERDICT_WITHIN], c->count[VERDICT_NEW], c->count[VERDICT_GONE],
		c->count[VERDICT_SAME]);
	wp_buf_str(b, comparison_fails(c)
			      ? "gate: REGRESSION.  If it is meant: 'make baseline', and commit "
				"results/baseline with the change\n"
		      : c->count[VERDICT_BETTER] ? "gate: no regression.  'make baseline' holds "
						   "later changes to what got better\n"
						 : "gate: no regression\n");
}
