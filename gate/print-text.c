// SPDX-License-Identifier: GPL-2.0-or-later
/* print-text.c - the short table, worst first, and the explanation. */
#include "print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KINDS_SHOWN    6
#define SITES_SHOWN    3
#define EXPLAIN_SHOWN  8     /* runs */
#define TINY	       0.005 /* of the whole difference: not worth a line */
#define SHORT_REVISION 12

/* Thousands are told apart by commas; small figures keep three decimals. */
void print_figure(char *out, size_t len, double v)
{
	char digits[64];
	int decimals = fabs(v) >= 1000 ? 0 : fabs(v) >= 100 ? 1 : 3;
	size_t n, whole, at = 0;

	if (isnan(v)) {
		snprintf(out, len, "-");
		return;
	}
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

static const char *figure(double v, bool sign)
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
			      figure(d->base, false), figure(d->now, false), ratio(d->ratio),
			      verdict_names[d->verdict]);
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

static void how_text(const struct part *p, char *out, size_t len)
{
	bool same = !memcmp(p->base.how, p->now.how, sizeof(p->now.how));
	size_t at = 0;

	*out = '\0';
	for (size_t s = same ? 1 : 0; s < 2; s++) {
		const bool *how = s ? p->now.how : p->base.how;
		bool first = true;

		if (!same)
			at += (size_t)snprintf(out + at, len - at, "%s", s ? " -> " : "");
		for (size_t h = 0; h < HOWS; h++) {
			if (!how[h])
				continue;
			at += (size_t)snprintf(out + at, len - at, "%s%s", first ? "" : "+",
					       site_how_names[h]);
			first = false;
		}
		if (first && !same)
			at += (size_t)snprintf(out + at, len - at, "-");
	}
}

static double each(const struct part_side *s)
{
	double sum = 0;

	for (size_t e = 0; e < EXECUTORS; e++)
		sum += s->insns[e];
	return s->begun ? sum / s->begun : NAN;
}

static void executors(const double *delta, struct wp_buf *b)
{
	bool first = true;

	for (size_t e = 0; e < EXECUTORS; e++) {
		if (!delta[e])
			continue;
		wp_buf_printf(b, "%s%s %s", first ? "" : ", ", executor_names[e],
			      figure(delta[e], true));
		first = false;
	}
}

static void part_line(const struct part *p, const char *indent, int width, struct wp_buf *b)
{
	char how[64];

	how_text(p, how, sizeof(how));
	wp_buf_printf(b, "%s%-*s %12s  ", indent, width, p->name, figure(p->sum, true));
	executors(p->delta, b);
	if (strcmp(p->name, EXPLAIN_REST)) {
		wp_buf_printf(b, "; %s; executions %s", how, figure(p->base.begun, false));
		if (p->base.begun != p->now.begun)
			wp_buf_printf(b, " -> %s", figure(p->now.begun, false));
		wp_buf_printf(b, ", each %s", figure(each(&p->base), false));
		if (each(&p->base) != each(&p->now))
			wp_buf_printf(b, " -> %s", figure(each(&p->now), false));
	}
	wp_buf_str(b, "\n");
}

static bool worth_a_line(double part, double whole)
{
	return fabs(part) > 0 && fabs(part) >= TINY * fabs(whole);
}

static void one_run(const struct explanation *x, struct wp_buf *b)
{
	wp_buf_printf(b, "\n%s: %s instructions an operation: ", x->of->where,
		      figure(x->sum, true));
	executors(x->executor, b);
	wp_buf_str(b, "\n");
	for (size_t i = 0; i < x->kinds && i < KINDS_SHOWN; i++) {
		size_t shown = 0;

		if (!worth_a_line(x->kind[i].sum, x->sum))
			continue;
		part_line(&x->kind[i], "  ", 12, b);
		for (size_t k = 0; k < x->sites && shown < SITES_SHOWN; k++) {
			if (strcmp(x->site[k].kind, x->kind[i].kind) ||
			    !worth_a_line(x->site[k].sum, x->sum))
				continue;
			part_line(&x->site[k], "      ", 34, b);
			shown++;
		}
	}
}

static void ranking(const struct report *r, struct wp_buf *b)
{
	struct part *kind;
	size_t n = explain_kinds(&kind, r->explanation, r->explanations), runs = 0, shown = 0;
	enum verdict of = explain_verdict(r->explanation, r->explanations);

	for (size_t i = 0; i < r->explanations; i++)
		runs += r->explanation[i].of->verdict == of;
	wp_buf_printf(b,
		      "\nWhere it comes from (%zu run%s %s; tolerances, and percent of each run's "
		      "base, summed):\n",
		      runs, runs == 1 ? "" : "s", verdict_names[of]);
	for (size_t i = 0; i < n && shown < KINDS_SHOWN; i++) {
		char how[64];

		if (!worth_a_line(kind[i].weight, kind[0].weight))
			continue;
		how_text(&kind[i], how, sizeof(how));
		wp_buf_printf(b, "  %zu. %-12s %+9.2f %+9.3f %%  %s\n", ++shown, kind[i].name,
			      kind[i].weight, kind[i].sum, how);
	}
	free(kind);
}

static void explanations(const struct report *r, struct wp_buf *b)
{
	if (!r->explanations)
		return;
	ranking(r, b);
	for (size_t i = 0; i < r->explanations && i < EXPLAIN_SHOWN; i++)
		one_run(&r->explanation[i], b);
	if (r->explanations > EXPLAIN_SHOWN)
		wp_buf_printf(b, "\n(and %zu more runs: see the JSON)\n",
			      r->explanations - EXPLAIN_SHOWN);
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
	explanations(r, b);
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
