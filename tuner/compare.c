// SPDX-License-Identifier: GPL-2.0-or-later
/* compare.c - predicted beside measured. See derive.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wedgeperf/marker.h>
#include "../profiles/collect.h"
#include "derive.h"
#include "resolve.h"

uint64_t counted_insns(const char *path)
{
	struct wp_buf text = {0};
	uint64_t at[MARK_END + 1] = {0}, count;
	bool seen[MARK_END + 1] = {false};
	unsigned int snapshot = 0;
	char *line, *rest;

	if (wp_read_file(path, &text))
		wp_die_at(WP_USAGE, path, 0, "%s", strerror(errno));
	for (rest = text.data; (line = strsep(&rest, "\n"));) {
		if (sscanf(line, "snapshot %u", &snapshot) == 1) {
			if (snapshot > MARK_END || seen[snapshot])
				snapshot = 0;
			seen[snapshot] = true;
		} else if (snapshot && sscanf(line, "insns %*s %" SCNu64, &count) == 1) {
			at[snapshot] += count;
		}
	}
	if (!seen[MARK_START] || !seen[MARK_END])
		wp_die_at(WP_USAGE, path, 0, "no counts between START and END");
	wp_buf_free(&text);
	return at[MARK_END] - at[MARK_START];
}

struct class
{
	uint64_t predicted_runs, runs;
	uint64_t unpriced;	     /* of the runs: at sites where no execution was clean */
	int64_t predicted, measured; /* hundredths */
	bool unknown;		     /* something ran that has no cost */
};

static void add_predicted(struct class *class, const struct decisions *d, const struct profile *p,
			  const struct resolver *r, const struct costs *c)
{
	const char *workload = profile_costed_as(p);

	for (size_t i = 0; i < d->n; i++) {
		const struct decision *this = &d->decision[i];
		uint64_t count = profile_count(&p->sites, this->name);
		const char *how = count ? resolve(r, this->name) : NULL;
		int64_t cost = how ? costs_of(c, workload, this->kind, this->name, how) : NO_COST;

		if (!count)
			continue;
		class[this->kind].predicted_runs += count;
		if (cost == NO_COST)
			class[this->kind].unknown = true;
		else
			class[this->kind].predicted += (int64_t)count * cost;
	}
}

/* Executions are those that count.so saw, each at the mean that sitecost.so saw. */
static void add_measured(struct class *class, const struct kernel *k, const struct comparison *c)
{
	struct profile ran = {0};
	struct site_costs costs;

	collect_counts(k, &ran, c->counts);
	profile_sort(&ran);
	site_costs_read(&costs, c->sites);
	for (size_t i = 0; i < k->sites.n; i++) {
		const struct site *s = &k->sites.site[i];
		uint64_t count = profile_count(&ran.sites, s->name);
		int64_t cost = site_costs_mean(&costs, s->addr);
		size_t *same, sharing;

		/* Of several sites with one name each gets its share. */
		sharing = sites_named(&k->sites, s->name, &same);
		free(same);
		count /= sharing;
		class[s->kind].runs += count;
		if (cost != NO_COST)
			class[s->kind].measured += (int64_t)count * cost;
		else
			class[s->kind].unpriced += count;
	}
	site_costs_free(&costs);
	profile_free(&ran);
}

static void print_ratio(struct wp_buf *out, int64_t predicted, int64_t measured)
{
	if (measured)
		wp_buf_printf(out, " %7.3f", (double)predicted / (double)measured);
	else
		wp_buf_printf(out, " %7s", "-");
}

static void print_classes(const struct class *class, struct wp_buf *out)
{
	int64_t predicted = 0, measured = 0;

	wp_buf_printf(out, "%-12s %12s %12s %15s %15s %7s\n", "kind", "predicted", "measured",
		      "predicted", "measured", "p/m");
	wp_buf_printf(out, "%-12s %12s %12s %15s %15s\n", "", "runs", "runs", "instructions",
		      "instructions");
	for (int kind = 1; kind < SITE_KINDS; kind++) {
		const struct class *c = &class[kind];

		if (!c->predicted_runs && !c->runs)
			continue;
		wp_buf_printf(out, "%-12s %12" PRIu64 " %12" PRIu64 " %15" PRId64 " %15" PRId64,
			      kind_info[kind].name, c->predicted_runs, c->runs,
			      c->predicted / COST_ONE, c->measured / COST_ONE);
		print_ratio(out, c->predicted, c->measured);
		if (c->unknown)
			wp_buf_str(out, "  cost not known");
		if (c->unpriced)
			wp_buf_printf(out, "  %" PRIu64 " runs not priced", c->unpriced);
		wp_buf_str(out, "\n");
		predicted += c->predicted;
		measured += c->measured;
	}
	wp_buf_printf(out, "%-12s %12s %12s %15" PRId64 " %15" PRId64, "all sites", "", "",
		      predicted / COST_ONE, measured / COST_ONE);
	print_ratio(out, predicted, measured);
	wp_buf_str(out, "\n");
}

static int64_t sum_predicted(const struct class *class)
{
	int64_t sum = 0;

	for (int kind = 1; kind < SITE_KINDS; kind++)
		sum += class[kind].predicted;
	return sum;
}

/* The other run, less what its sites cost there, plus what they cost now. */
static void print_whole(const struct comparison *c, int64_t now, int64_t by_base,
			struct wp_buf *out)
{
	int64_t base = (int64_t)counted_insns(c->base),
		measured = (int64_t)counted_insns(c->counts);
	int64_t predicted = base + (now - by_base) / COST_ONE;

	wp_buf_printf(out, "%-12s %12s %12s %15" PRId64 " %15" PRId64, "whole run", "", "",
		      predicted, measured);
	print_ratio(out, predicted, measured);
	wp_buf_printf(out, "  %s %" PRId64 "\n", c->base_plan, base);
}

void compare(const struct kernel *k, const struct comparison *c, struct wp_buf *out)
{
	static const struct option_rules as_it_is = {.keep_pads = true, .single_step_safe = true};
	struct class class[SITE_KINDS] = {0}, by_base[SITE_KINDS] = {0};
	struct costs *costs = costs_read(c->predicted_by);
	struct wp_buf unmatched = {0};
	struct decisions d;
	struct resolver *r;
	struct profile p;

	if (!costs || profile_read(&p, c->profile))
		exit(WP_USAGE);
	if (p.unit != UNIT_EXECUTIONS)
		wp_die_at(WP_USAGE, c->profile, 0,
			  "it counts %s, which predict nothing: one made from a file of count.so "
			  "counts executions",
			  profile_unit_name(p.unit));
	/* Pads may have changed since the profile was made, names have not. */
	if (profile_match(&p, c->profile, k, true, &unmatched))
		exit(WP_FINDING);
	if (unmatched.len)
		wp_warn("%s: not in %s, left out:\n%s", c->profile, k->image.path, unmatched.data);
	options_make(&d, k, &p, 1, costs, &as_it_is);
	r = resolver_new(&d, c->plan);
	add_predicted(class, &d, &p, r, costs);
	resolver_free(r);
	add_measured(class, k, c);
	print_classes(class, out);
	if (c->base) {
		r = resolver_new(&d, c->base_plan);
		add_predicted(by_base, &d, &p, r, costs);
		resolver_free(r);
		print_whole(c, sum_predicted(class), sum_predicted(by_base), out);
	}
	wp_buf_free(&unmatched);
	options_free(&d);
	costs_free(costs);
	profile_free(&p);
}
