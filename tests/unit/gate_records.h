/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gate_records.h - records, tolerances and costs made by hand, for the tests of the gate. */
#ifndef WEDGEPERF_TESTS_GATE_RECORDS_H
#define WEDGEPERF_TESTS_GATE_RECORDS_H

#include "../../gate/print.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define KEY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const char tolerance_text[] = "# comment\n"
				     "instructions * 0.1 the default\n"
				     "modelled * 0.1 the default\n"
				     "boot * 1 polls\n"
				     "code_bytes * 5 size\n"
				     "instructions wedge*/timer 2 some reason with words\n"
				     "modelled wedge*/timer 2 the same\n";

static const char cost_text[] = "cpu,Test CPU\n"
				"class,cycles,low,high,grade,source\n"
				"instruction,1,1,1,assumption,none\n"
				"hypercall,100,50,200,measured,a paper\n"
				"*,0,0,0,assumption,rare\n";

static struct tolerances tolerances;
static struct costs costs;
static const struct selection everything;

static struct rec_run *add_run(struct record *r, const char *id, uint64_t kernel, uint64_t wedge,
			       uint64_t hypercalls)
{
	struct rec_run *run = record_add_run(r, id);

	strcpy(run->unit, "call");
	strcpy(run->check, "1");
	strcpy(run->key, KEY);
	run->ops = 10;
	run->measured.insns[EXEC_KERNEL].n = kernel;
	run->measured.insns[EXEC_WEDGE].n = wedge;
	run->measured.nevents = 1;
	strcpy(run->measured.event[0].class, "hypercall");
	run->measured.event[0].by[EXEC_WEDGE].n = hypercalls;
	return run;
}

static struct record empty(void)
{
	return (struct record){.revision = wp_strdup("1234567890abcdef"),
			       .date = wp_strdup("2026-01-01")};
}

/* For the group of tests. */
static int set_up(void **state)
{
	(void)state;
	tolerances_parse(&tolerances, "tolerances", tolerance_text);
	costs_parse(&costs, "costs", cost_text);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tolerances_free(&tolerances);
	costs_free(&costs);
	return 0;
}

#endif
