// SPDX-License-Identifier: GPL-2.0-or-later
/* print-machine.c - a comparison as JSON, TAP and JUnit XML. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

static json_t *real(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static json_t *side_json(const struct record *r)
{
	return json_pack("{s:s, s:b, s:s}", "revision", r->revision, "dirty", r->dirty, "date",
			 r->date);
}

static json_t *difference_json(const struct difference *d)
{
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "where", d->where, "metric",
				 d->metric, "unit", d->unit, "verdict", verdict_names[d->verdict],
				 "base", real(d->base), "now", real(d->now), "ratio",
				 real(d->ratio));

	if (d->tolerance)
		json_object_set_new(json, "tolerance",
				    json_pack("{s:f, s:s}", "percent", d->tolerance->percent,
					      "reason", d->tolerance->reason));
	return json;
}

static json_t *executors_json(const double *delta)
{
	json_t *json = json_object();

	for (size_t e = 0; e < EXECUTORS; e++)
		json_object_set_new(json, executor_names[e], json_real(delta[e]));
	return json;
}

static json_t *part_side_json(const struct part_side *s)
{
	json_t *how = json_array();
	double sum = 0;

	for (size_t h = 0; h < HOWS; h++)
		if (s->how[h])
			json_array_append_new(how, json_string(site_how_names[h]));
	for (size_t e = 0; e < EXECUTORS; e++)
		sum += s->insns[e];
	return json_pack("{s:f, s:f, s:o}", "executions", s->begun, "instructions", sum, "strategy",
			 how);
}

/* Parts that did not change are left out: they are most. */
static json_t *parts_json(const struct part *list, size_t n)
{
	json_t *json = json_array();

	for (size_t i = 0; i < n; i++)
		if (list[i].sum != 0 || list[i].base.begun != list[i].now.begun)
			json_array_append_new(json,
					      json_pack("{s:s, s:s, s:f, s:o, s:o, s:o}", "name",
							list[i].name, "kind", list[i].kind,
							"difference", list[i].sum, "executors",
							executors_json(list[i].delta), "base",
							part_side_json(&list[i].base), "now",
							part_side_json(&list[i].now)));
	return json;
}

static json_t *splits_json(const struct explanation *x)
{
	json_t *json = json_array();

	for (size_t i = 0; i < x->splits; i++)
		json_array_append_new(json, json_pack("{s:s, s:s, s:f, s:o}", "metric",
						      x->split[i].metric->id, "unit",
						      x->split[i].metric->unit, "difference",
						      x->split[i].sum, "executors",
						      executors_json(x->split[i].by)));
	return json;
}

static json_t *events_json(const struct explanation *x)
{
	json_t *json = json_array();

	for (size_t i = 0; i < x->events; i++)
		json_array_append_new(json,
				      json_pack("{s:s, s:f, s:o, s:f}", "event", x->event[i].class,
						"difference", x->event[i].sum, "executors",
						executors_json(x->event[i].by), "modelled",
						x->event[i].cycles));
	return json;
}

static json_t *explanation_json(const struct explanation *x)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "where", x->of->where, "per",
			 x->of->of->boot ? "boot" : "operation", "metrics", splits_json(x),
			 "events", events_json(x), "kinds", parts_json(x->kind, x->kinds), "sites",
			 parts_json(x->site, x->sites));
}

static json_t *ranking_json(const struct report *r)
{
	struct part *kind;
	size_t n = explain_kinds(&kind, r->explanation, r->explanations);
	json_t *json = json_array();

	for (size_t i = 0; i < n; i++)
		if (kind[i].sum != 0)
			json_array_append_new(json,
					      json_pack("{s:s, s:f, s:f}", "kind", kind[i].name,
							"tolerances", kind[i].weight, "percent",
							kind[i].sum));
	free(kind);
	return json;
}

void print_json(const struct report *r, struct wp_buf *b)
{
	json_t *list = json_array(), *why = json_array(), *json;
	char *text;

	for (size_t i = 0; i < r->c->n; i++)
		json_array_append_new(list, difference_json(&r->c->list[i]));
	for (size_t i = 0; i < r->explanations; i++)
		json_array_append_new(why, explanation_json(&r->explanation[i]));
	json = json_pack("{s:s, s:b, s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "schema",
			 "wedgeperf-gate-2", "regression", comparison_fails(r->c), "base",
			 side_json(r->base), "now", side_json(r->now), "base_is", r->base_name,
			 "moved_inputs", r->moved, "figures", list, "kinds", ranking_json(r),
			 "explanations", why);
	text = json ? json_dumps(json, JSON_SORT_KEYS | JSON_INDENT(2)) : NULL;
	if (!text)
		wp_die(WP_FAILED, "cannot write JSON: text that is not UTF-8");
	wp_buf_str(b, text);
	wp_buf_str(b, "\n");
	free(text);
	json_decref(json);
}

/* "base 1,234, now 1,240, ratio 1.0049, tolerance 0.1 %" */
static void sentence(const struct difference *d, struct wp_buf *b)
{
	char base[64], now[64];

	print_figure(base, sizeof(base), d->base);
	print_figure(now, sizeof(now), d->now);
	wp_buf_printf(b, "%s: base %s, now %s %s", verdict_names[d->verdict], base, now, d->unit);
	if (isfinite(d->ratio))
		wp_buf_printf(b, ", ratio %.4f", d->ratio);
	if (d->tolerance)
		wp_buf_printf(b, ", tolerance %g %%", d->tolerance->percent);
}

void print_tap(const struct report *r, struct wp_buf *b)
{
	wp_buf_printf(b, "TAP version 13\n1..%zu\n", r->c->n);
	for (size_t i = 0; i < r->c->n; i++) {
		const struct difference *d = &r->c->list[i];

		wp_buf_printf(b, "%sok %zu - %s %s\n# ", verdict_fails(d->verdict) ? "not " : "",
			      i + 1, d->where, d->metric);
		sentence(d, b);
		wp_buf_str(b, "\n");
	}
}

static void escaped(const char *s, struct wp_buf *b)
{
	static const char special[] = "&<>\"";
	static const char *const name[] = {"&amp;", "&lt;", "&gt;", "&quot;"};

	for (; *s; s++) {
		const char *at = strchr(special, *s);

		if (at)
			wp_buf_str(b, name[at - special]);
		else
			wp_buf_add(b, s, 1);
	}
}

void print_junit(const struct report *r, struct wp_buf *b)
{
	struct wp_buf text = {0}, all = {0};
	size_t failures = 0;

	for (size_t i = 0; i < r->c->n; i++)
		failures += verdict_fails(r->c->list[i].verdict);
	print_text(r, &all);
	wp_buf_printf(
		b,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"wedgeperf gate\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n",
		r->c->n, failures);
	for (size_t i = 0; i < r->c->n; i++) {
		const struct difference *d = &r->c->list[i];

		text.len = 0;
		sentence(d, &text);
		wp_buf_str(b, "  <testcase classname=\"");
		escaped(d->where, b);
		wp_buf_str(b, "\" name=\"");
		escaped(d->metric, b);
		wp_buf_str(b, "\">");
		if (verdict_fails(d->verdict)) {
			wp_buf_str(b, "<failure message=\"");
			escaped(text.data, b);
			wp_buf_str(b, "\"/>");
		}
		wp_buf_str(b, "</testcase>\n");
	}
	wp_buf_str(b, "  <system-out>");
	escaped(all.data, b);
	wp_buf_str(b, "</system-out>\n</testsuite>\n");
	wp_buf_free(&all);
	wp_buf_free(&text);
}
