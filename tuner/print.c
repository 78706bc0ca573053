// SPDX-License-Identifier: GPL-2.0-or-later
/* print.c - a plan as text, with its reasons as comments. See plan.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "plan.h"

#define VALUE	    "%" PRId64 ".%02d"
#define VALUE_OF(v) (v) / COST_ONE, (int)((v) % COST_ONE)

static const struct choice *chosen(const struct decision *d)
{
	return &d->option[d->chosen];
}

/* What a plan says: 0 means no pad. */
static int pad_of(const struct decision *d)
{
	return chosen(d)->bytes ? chosen(d)->total : 0;
}

static bool same_line(const struct decision *a, const struct decision *b, bool keep_pads)
{
	return !strcmp(chosen(a)->strategy, chosen(b)->strategy) &&
	       (keep_pads || pad_of(a) == pad_of(b));
}

static bool less(const struct choice *a, const struct choice *b)
{
	return a->all == b->all ? a->cost < b->cost : a->all < b->all;
}

/* Why not this option, though it would cost less?  NULL: it would not. */
static const char *why_not(const struct decision *d, const struct choice *o)
{
	const struct choice *c = chosen(d);

	if (o == c)
		return NULL;
	if (o->refused)
		return o->cost == NO_COST || less(o, c) ? o->refused : NULL;
	return o->cost != NO_COST && less(o, c) ? "over the budget" : NULL;
}

struct refusal {
	const char *strategy, *reason;
	size_t sites;
};

static void count_refusal(struct refusal *r, size_t *n, size_t max, const char *strategy,
			  const char *reason, size_t sites)
{
	size_t i;

	for (i = 0; i < *n && (strcmp(r[i].strategy, strategy) || strcmp(r[i].reason, reason)); i++)
		;
	if (i == max)
		return;
	if (i == *n)
		r[(*n)++] = (struct refusal){strategy, reason, 0};
	r[i].sites += sites;
}

static void print_refusals(const struct decisions *d, enum site_kind kind, struct wp_buf *out)
{
	struct refusal r[64];
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct decision *this = &d->decision[i];

		for (size_t j = 0; j < this->n && this->kind == kind; j++) {
			const char *reason = why_not(this, &this->option[j]);

			if (reason)
				count_refusal(r, &n, sizeof(r) / sizeof(r[0]),
					      this->option[j].strategy, reason, this->sites);
		}
	}
	for (size_t i = 0; i < n; i++)
		wp_buf_printf(out, "#   not %s at %zu site%s: %s\n", r[i].strategy, r[i].sites,
			      r[i].sites == 1 ? "" : "s", r[i].reason);
}

/* The decision that most sites of the kind share; of equals the first. */
static const struct decision *most_common(const struct decisions *d, enum site_kind kind,
					  bool keep_pads)
{
	const struct decision *best = NULL;
	size_t best_sites = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct decision *this = &d->decision[i];
		size_t sites = 0;

		if (this->kind != kind || (best && same_line(best, this, keep_pads)))
			continue;
		for (size_t j = i; j < d->n; j++)
			if (d->decision[j].kind == kind &&
			    same_line(this, &d->decision[j], keep_pads))
				sites += d->decision[j].sites;
		if (sites > best_sites) {
			best = this;
			best_sites = sites;
		}
	}
	return best;
}

static void print_choice(const struct decision *d, bool keep_pads, struct wp_buf *out)
{
	if (!keep_pads)
		wp_buf_printf(out, " pad=%d", pad_of(d));
	wp_buf_printf(out, " strategy=%s", chosen(d)->strategy);
}

static void print_site(const struct decision *d, bool keep_pads, struct wp_buf *out)
{
	wp_buf_printf(out, "site %s", d->name);
	print_choice(d, keep_pads, out);
	wp_buf_printf(out, "  # %" PRIu64 " x ", d->count);
	if (chosen(d)->cost == NO_COST)
		wp_buf_str(out, "unknown");
	else
		wp_buf_printf(out, VALUE, VALUE_OF(chosen(d)->cost));
	for (size_t i = 0; i < d->n; i++) {
		const char *reason = why_not(d, &d->option[i]);

		if (reason)
			wp_buf_printf(out, "; not %s: %s", d->option[i].strategy, reason);
	}
	wp_buf_str(out, "\n");
}

static void print_kind(const struct decisions *d, enum site_kind kind, bool keep_pads,
		       struct wp_buf *out)
{
	const struct decision *common = most_common(d, kind, keep_pads);
	uint64_t executions = 0;
	size_t sites = 0;
	int64_t cost = 0;

	if (!common)
		return;
	for (size_t i = 0; i < d->n; i++)
		if (d->decision[i].kind == kind) {
			sites += d->decision[i].sites;
			executions += d->decision[i].count;
			cost += chosen(&d->decision[i])->all;
		}
	wp_buf_printf(out, "\n# %s: %zu sites, %" PRIu64 " executions, expected " VALUE "%s\n",
		      kind_info[kind].name, sites, executions, VALUE_OF(cost),
		      common->fixed ? " (the wedge has one way)" : "");
	print_refusals(d, kind, out);
	wp_buf_printf(out, "kind %s", kind_info[kind].name);
	print_choice(common, keep_pads, out);
	wp_buf_str(out, "\n");
	for (size_t i = 0; i < d->n; i++)
		if (d->decision[i].kind == kind && !same_line(&d->decision[i], common, keep_pads))
			print_site(&d->decision[i], keep_pads, out);
}

static void print_budget(const char *what, int64_t budget, int64_t taken, bool decimals,
			 struct wp_buf *out)
{
	wp_buf_printf(out, "# %s: ", what);
	if (decimals)
		wp_buf_printf(out, VALUE, VALUE_OF(taken));
	else
		wp_buf_printf(out, "%" PRId64, taken);
	if (budget == NO_BUDGET)
		wp_buf_str(out, ", no budget\n");
	else if (decimals)
		wp_buf_printf(out, " of " VALUE "\n", VALUE_OF(budget));
	else
		wp_buf_printf(out, " of %" PRId64 "\n", budget);
}

void plan_print(const struct decisions *d, const struct costs *c, const struct budgets *b,
		const struct solution *s, const struct plan_provenance *from, struct wp_buf *out)
{
	static const char *const uniform[] = {"trap", "call", "inline"};
	uint64_t executions = 0;

	for (size_t i = 0; i < from->profile->sites.n; i++)
		executions += from->profile->sites.count[i].count;
	wp_buf_printf(
		out,
		"wedgeperf-plan 1\n# build %s, %zu names, %zu sites in alternatives left out\n",
		from->kernel->build, d->n, d->left_out);
	wp_buf_str(out, "# workloads:");
	for (size_t i = 0; i < from->profile->workloads; i++)
		wp_buf_printf(out, " %s", from->profile->workload[i]);
	wp_buf_printf(out, "; %" PRIu64 " %s of %zu sites\n", executions,
		      profile_unit_name(from->profile->unit), from->profile->sites.n);
	wp_buf_printf(out, "# expected, in %s%s: " VALUE "; all", costs_unit(c),
		      from->profile->unit == UNIT_EXECUTIONS ? "" : " times weights",
		      VALUE_OF(plan_expected(d)));
	for (size_t i = 0; i < sizeof(uniform) / sizeof(uniform[0]); i++) {
		int64_t cost = plan_uniform(d, uniform[i]);

		wp_buf_printf(out, "%s %s " VALUE, i ? "," : "", uniform[i], VALUE_OF(cost));
	}
	wp_buf_str(out, "\n");
	if (from->keep_pads) {
		wp_buf_str(out, "# for the pads that this kernel has\n");
	} else {
		print_budget("pad bytes", b->bytes, s->bytes, false, out);
		print_budget("cost on bare hardware", b->native, s->native, true, out);
	}
	if (s->gap)
		wp_buf_printf(out, "# proven to be within " VALUE " of the optimum\n",
			      VALUE_OF(s->gap / WEIGHT_ONE));
	else
		wp_buf_str(out, "# this is the optimum\n");
	for (int kind = 1; kind < SITE_KINDS; kind++)
		print_kind(d, (enum site_kind)kind, from->keep_pads, out);
}
