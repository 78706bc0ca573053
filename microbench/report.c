// SPDX-License-Identifier: GPL-2.0-or-later
/* report.c - see report.h. */
#include "report.h"

#include <cpuid.h>
#include <jansson.h>
#include <string.h>

#include "loop.h"
#include "wp.h"

#define SCHEMA "wedgeperf-microbench 1"

/* The processor's own name for itself; "unknown" where CPUID has none. */
static const char *cpu_name(void)
{
	static char name[49];
	uint32_t regs[12];

	for (uint32_t i = 0; i < 3; i++)
		if (!__get_cpuid(0x80000002 + i, &regs[4 * i], &regs[4 * i + 1], &regs[4 * i + 2],
				 &regs[4 * i + 3]))
			return "unknown";
	memcpy(name, regs, 48);
	return name + strspn(name, " ");
}

static void print_counters(FILE *out, const struct counters *cs)
{
	for (int i = 0; i < cs->count; i++) {
		const struct counter *c = &cs->c[i];

		if (c->how)
			fprintf(out, "# counter %s: %s, by %s%s\n", c->name, c->unit, c->how,
				counter_complete(c)
					? ""
					: " (INCOMPLETE: shared; ask for fewer events)");
		else
			fprintf(out, "# counter %s: not available: %s\n", c->name, c->reason);
	}
}

void report_table(FILE *out, const struct counters *cs, const struct method *m,
		  const struct result *r, size_t count)
{
	fprintf(out, "# CPU: %s\n", cpu_name());
	if (m->cpu >= 0)
		fprintf(out, "# pinned to CPU %d; ", m->cpu);
	else
		fprintf(out, "# not pinned (the system refused); ");
	fprintf(out, "%u samples; TSC read with lfence;rdtsc;lfence and %s\n", m->samples,
		cs->rdtscp ? "rdtscp;lfence" : "the same (this CPU has no rdtscp)");
	print_counters(out, cs);
	fprintf(out, "# a value is the median of an operation, [first, third quartile]\n");
	fprintf(out, "%-10s %-14s %5s", "operation", "strategy", "bytes");
	for (int i = 0; i < cs->count; i++)
		if (cs->c[i].how)
			fprintf(out, "  %24.24s", i ? cs->c[i].name : cs->c[i].unit);
	fprintf(out, "  what\n");
	for (size_t k = 0; k < count; k++) {
		fprintf(out, "%-10s %-14s ", r[k].op->operation, r[k].op->strategy);
		if (r[k].error) {
			fprintf(out, "not measured: %s\n", r[k].error);
			continue;
		}
		fprintf(out, "%5zu", r[k].bytes);
		for (int i = 0; i < cs->count; i++) {
			const struct stats *s = &r[k].cost[i];

			if (cs->c[i].how)
				fprintf(out, "  %8.2f [%6.2f,%6.2f]", s->median, s->q1, s->q3);
		}
		fprintf(out, "  %s\n", r[k].op->text);
	}
}

static json_t *json_counters(const struct counters *cs)
{
	json_t *a = json_array();

	for (int i = 0; i < cs->count; i++) {
		const struct counter *c = &cs->c[i];
		json_t *o = json_pack("{s:s, s:b}", "name", c->name, "available", c->how != NULL);

		if (c->how) {
			json_object_set_new(o, "unit", json_string(c->unit));
			json_object_set_new(o, "read_by", json_string(c->how));
			json_object_set_new(o, "complete", json_boolean(counter_complete(c)));
		} else {
			json_object_set_new(o, "reason", json_string(c->reason));
		}
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *json_result(const struct counters *cs, const struct result *r)
{
	json_t *o = json_pack("{s:s, s:s, s:s}", "operation", r->op->operation, "strategy",
			      r->op->strategy, "text", r->op->text);

	if (r->error) {
		json_object_set_new(o, "error", json_string(r->error));
		return o;
	}
	json_t *costs = json_object();

	for (int i = 0; i < cs->count; i++) {
		const struct stats *s = &r->cost[i];

		if (cs->c[i].how)
			json_object_set_new(costs, cs->c[i].name,
					    json_pack("{s:s, s:f, s:f, s:f, s:f, s:f}", "unit",
						      cs->c[i].unit, "median", s->median, "q1",
						      s->q1, "q3", s->q3, "mad", s->mad, "min",
						      s->min));
	}
	json_object_set_new(o, "bytes", json_integer((json_int_t)r->bytes));
	json_object_set_new(o, "iterations", json_integer((json_int_t)r->iterations));
	json_object_set_new(o, "cost", costs);
	return o;
}

char *report_json(const struct counters *cs, const struct method *m, const struct result *r,
		  size_t count)
{
	json_t *results = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(results, json_result(cs, &r[i]));

	json_t *root = json_pack("{s:s, s:s, s:i, s:i, s:i, s:o, s:o}", "schema", SCHEMA, "cpu",
				 cpu_name(), "pinned_to", m->cpu, "samples", (int)m->samples,
				 "copies", COPIES, "counters", json_counters(cs), "results",
				 results);
	char *text = root ? json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) : NULL;

	if (!text)
		wp_die(WP_FAILED, "cannot write JSON (out of memory, or a name is not UTF-8)");
	json_decref(root);
	return text;
}
