// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench_model.c - the cost model, statistics and tables, against values computed
 * by hand; and stored results: round trip, damage.
 */
#include "../../bench/image.h"
#include "../../bench/table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static const char cost_text[] = "# comment\n"
				"cpu,Test CPU, 1 GHz\n"
				"class,cycles,low,high,grade,source\n"
				"instruction,2,1,4,assumption,none, really\n"
				"exception,0,0,0,definition,a sum\n"
				"iret,100,50,200,measured,a paper\n"
				"*,10,0,20,assumption,rare\n";

static struct counts counts_of(uint64_t user, uint64_t kernel, uint64_t irets, uint64_t hypervisor)
{
	struct counts c = {.nevents = 2};

	c.insns[EXEC_USER].n = user;
	c.insns[EXEC_KERNEL].n = kernel;
	c.insns[EXEC_HYPERVISOR].n = hypervisor;
	strcpy(c.event[0].class, "exception");
	c.event[0].by[EXEC_USER].n = 1000;
	strcpy(c.event[1].class, "iret");
	c.event[1].by[EXEC_KERNEL].n = irets;
	return c;
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static void model(void **state)
{
	struct counts c = counts_of(100, 50, 3, 0);
	struct costs costs;
	size_t iret;

	(void)state;
	costs_parse(&costs, "test.csv", cost_text);
	assert_string_equal(costs.cpu, "Test CPU, 1 GHz");
	iret = costs_row(&costs, "iret");
	/* 150 x 2 + 3 x 100; exceptions are a sum of others and cost nothing. */
	assert_true(near(costs_model(&costs, SCENARIO_BASE, &c).cycles, 600));
	assert_true(near(
		costs_model(&costs, (struct scenario){COST_LOW, COST_LOW, COSTS_ALL}, &c).cycles,
		150 + 3 * 50));
	assert_true(near(
		costs_model(&costs, (struct scenario){COST_LOW, COST_HIGH, COSTS_ALL}, &c).cycles,
		150 + 3 * 200));
	assert_true(
		near(costs_model(&costs, (struct scenario){COST_BASE, COST_HIGH, iret}, &c).cycles,
		     300 + 3 * 200));
	assert_true(near(
		costs_model(&costs, (struct scenario){COST_BASE, COST_HIGH, costs.cpi}, &c).cycles,
		600 + 300));
	strcpy(c.event[1].class, "martian");
	assert_int_equal(costs_row(&costs, "martian"), costs.other);
	assert_true(near(costs_model(&costs, SCENARIO_BASE, &c).cycles, 300 + 3 * 10));
	costs_free(&costs);
}

/* The file in the tree: sane, and with a row for what counts.  */
static void shipped_costs(void **state)
{
	static const char *const must[] = {
		"exception_pf", "interrupt", "syscall", "hypercall", "sysret", "iret",
		"wrcr3",	"invlpg",    "wrmsr",	"rdmsr",     "in",     "out",
		"cpuid",	"hlt",	     "swapgs",	"cli",	     "sti"};
	struct costs costs;

	(void)state;
	costs_load(&costs, "bench/costs/haswell.csv");
	for (size_t i = 0; i < sizeof(must) / sizeof(must[0]); i++)
		if (costs_row(&costs, must[i]) == costs.other)
			fail_msg("%s has no row", must[i]);
	assert_true(near(costs.row[costs_row(&costs, "exception")].at[COST_HIGH], 0));
	costs_free(&costs);
}

static void statistics(void **state)
{
	static const double v[] = {2, 4, 9}, base[] = {1, 4, 3};
	struct spread s = stats_ratios(v, base, 3);

	(void)state;
	assert_true(near(stats_mean(v, 3), 5));
	assert_true(isnan(stats_mean(v, 0)));
	assert_true(near(s.min, 1) && near(s.max, 3) && s.n == 3);
	assert_true(isnan(stats_ratios(v, base, 0).min));
}

static struct workload fork_workload = {"fork", "process", 10, 5, "base", PEER_NONE, 2, "text"};
static struct workload netrx_workload = {"netrx", "byte",      1000, 500,
					 "base",  PEER_SOURCE, 2,    "text"};

static struct result *result_of(const char *system, struct workload *w, unsigned int k,
				enum run_size size, struct counts counts, const char *check)
{
	struct run run = {bench_system_find(system), RUN_KERNEL, w, size, k};
	struct figures f = {.measured = counts, .boot = counts};
	struct inputs in = {.net = run_net(&run)};
	json_t *provenance = json_pack("{s:{s:s}}", "kernel", "release", "6.1.0");
	struct result *r;
	char *path, why[256];

	in.json = json_pack("{s:s, s:[{s:s, s:s}], s:i, s:{s:s}}", "schema", RESULT_SCHEMA,
			    "images", "path", "build/vmlinux", "sha256", system, "salt",
			    (int)(k + 100 * size), "emulator", "version", "QEMU test");
	json_object_set_new(in.json, "workload", json_string(w->name));
	inputs_key(in.json, in.key);
	f.console.ops = run_ops(&run);
	f.console.bytes = w == &netrx_workload ? run_ops(&run) : 0;
	f.console.ticks.n = 10240;
	strcpy(f.console.check, check);
	f.peer = (struct peer){true, true, "", 1000, 2, 3, 4, 1, {5}, {6}};
	if (w->peer == PEER_NONE)
		f.peer.present = false;
	if (!strcmp(system, "wedge")) {
		f.tally.n = 2;
		f.tally.row[0] = (struct tally_row){"sti", "inline", 7, 0};
		f.tally.row[1] = (struct tally_row){"sti", "trap", 1, 5};
	}
	json_t *file = result_json(&run, &in, &f, provenance, 1.5);

	assert_int_equal(result_store("build/tests", in.key, file), 0);
	path = result_path("build/tests", in.key);
	r = result_load(path, why, sizeof(why));
	if (!r)
		fail_msg("%s", why);
	unlink(path);
	free(path);
	json_decref(file);
	json_decref(provenance);
	json_decref(in.json);
	return r;
}

static void round_trip(void **state)
{
	struct result *r = result_of("native", &netrx_workload, 3, SIZE_QUICK,
				     counts_of(7, 8, 9, 10), "beef");

	(void)state;
	assert_string_equal(r->id, "native/netrx/quick/3");
	assert_string_equal(r->unit, "byte");
	assert_string_equal(r->network, "peer in virtual time");
	assert_int_equal(r->k, 3);
	assert_int_equal(r->size, SIZE_QUICK);
	assert_int_equal(r->f.console.ops, 500);
	assert_string_equal(r->f.console.check, "beef");
	assert_int_equal(r->f.measured.insns[EXEC_HYPERVISOR].n, 10);
	assert_int_equal(r->f.measured.nevents, 2);
	assert_int_equal(event_total(&r->f.measured.event[1]).n, 9);
	assert_int_equal(r->f.peer.frames, 3);
	assert_int_equal(r->f.peer.last.n, 6);
	result_free(r);
}

static void sites_go_round_too(void **state)
{
	struct result *r = result_of("wedge", &fork_workload, 0, SIZE_QUICK, counts_of(7, 8, 9, 10),
				     "beef");
	struct result *native = result_of("native", &fork_workload, 0, SIZE_QUICK,
					  counts_of(7, 8, 9, 10), "beef");

	(void)state;
	assert_int_equal(r->f.tally.n, 2);
	assert_string_equal(r->f.tally.row[1].strategy, "trap");
	assert_int_equal(r->f.tally.row[1].emulated, 5);
	assert_int_equal(r->f.tally.row[0].sites, 7);
	assert_int_equal(native->f.tally.n, 0);
	assert_null(json_object_get(json_object_get(native->json, "figures"), "sites"));
	result_free(r);
	result_free(native);
}

static void write_text(const char *path, const char *text, size_t len)
{
	assert_int_equal(wp_write_file(path, text, len), 0);
}

static void damage(void **state)
{
	struct result *r = result_of("native", &fork_workload, 0, SIZE_FULL, counts_of(1, 2, 3, 0),
				     "00");
	char *text = json_dumps(r->json, JSON_SORT_KEYS | JSON_INDENT(2)), why[512], *at, *path;
	size_t len = strlen(text);

	(void)state;
	path = result_path("build/tests", r->key);
	write_text(path, text, len);
	result_free(result_load(path, why, sizeof(why)));
	assert_string_equal(why, "");
	/* Cut off. */
	for (size_t cut = 0; cut < len - 1; cut += 37) {
		write_text(path, text, cut);
		assert_null(result_load(path, why, sizeof(why)));
		assert_non_null(strstr(why, path));
	}
	/* One digit changed: in a figure, in the inputs, in the key. */
	for (int i = 0; i < 3; i++) {
		static const char *const mark[] = {"\"kernel\": ", "build/vmlin", "\"key\": \""};

		at = strstr(text, mark[i]) + strlen(mark[i]);
		(*at)++;
		write_text(path, text, len);
		(*at)--;
		assert_null(result_load(path, why, sizeof(why)));
		assert_true(strlen(why) > 0);
	}
	unlink(path);
	/* No such file is no damage. */
	assert_null(result_load(path, why, sizeof(why)));
	assert_string_equal(why, "");
	/* Another name than its key. */
	write_text("build/tests/other-name.json", text, len);
	assert_null(result_load("build/tests/other-name.json", why, sizeof(why)));
	assert_non_null(strstr(why, "renamed"));
	unlink("build/tests/other-name.json");
	free(path);
	free(text);
	result_free(r);
}

/* Native 100, 200 instructions an op in two boots; XenoLinux three and five times that. */
static void fill(struct results *all, const char *wrong)
{
	results_add(all, result_of("native", &fork_workload, 0, SIZE_FULL,
				   counts_of(500, 500, 0, 0), "aa"));
	results_add(all, result_of("native", &fork_workload, 1, SIZE_FULL,
				   counts_of(1000, 1000, 0, 0), "aa"));
	results_add(all, result_of("xenolinux", &fork_workload, 0, SIZE_FULL,
				   counts_of(500, 500, 20, 2000), wrong ? wrong : "aa"));
	results_add(all, result_of("xenolinux", &fork_workload, 1, SIZE_FULL,
				   counts_of(1000, 1000, 20, 8000), "aa"));
	results_add(all, result_of("native", &netrx_workload, 0, SIZE_FULL,
				   counts_of(1024, 1024, 0, 0), "bb"));
}

static void table(void **state)
{
	struct results all = {0};
	struct costs costs;
	struct table t;
	struct ratio r;
	struct wp_buf text = {0}, none = {0};
	const char *missing[] = {"xenolinux/netrx/full/0"};

	(void)state;
	costs_parse(&costs, "test.csv", cost_text);
	fill(&all, NULL);
	table_make(&t, &all, &costs, SIZE_FULL);
	assert_int_equal(t.nsystems, 2);
	assert_int_equal(t.nworkloads, 2);
	assert_int_equal(table_boots(&t, 0, 1), 2);
	assert_true(near(table_mean(&t, 0, 0, METRIC_INSNS, SCENARIO_BASE), 150));
	assert_true(near(table_mean(&t, 0, 1, METRIC_INSNS, SCENARIO_BASE), (300 + 1000) / 2.0));
	r = table_ratio(&t, 0, 1, METRIC_INSNS);
	assert_true(near(r.mean, 650.0 / 150));
	assert_true(near(r.spread.min, 3) && near(r.spread.max, 5) && r.spread.n == 2);
	/* (1000 x 2) / 10 and (2000 x 2) / 10 */
	assert_true(near(table_mean(&t, 0, 0, METRIC_MODELLED, SCENARIO_BASE), 300));
	/* 1000 bytes in 10240 ns; 2048 of 10240 ticks busy */
	assert_true(near(table_mean(&t, 1, 0, METRIC_XPUT, SCENARIO_BASE), 781.25));
	assert_true(near(table_mean(&t, 1, 0, METRIC_UTIL, SCENARIO_BASE), 20));
	assert_true(isnan(table_ratio(&t, 1, 1, METRIC_INSNS).mean));
	/* The parts of each executor add up. */
	for (enum metric_id m = METRIC_INSNS; m <= METRIC_MODELLED; m++) {
		double sum = 0;

		for (enum executor e = 0; e < EXECUTORS; e++)
			sum += table_part(&t, 0, 1, e, m);
		assert_true(near(sum, table_mean(&t, 0, 1, m, SCENARIO_BASE)));
	}

	table_text(&t, missing, 1, &text);
	assert_non_null(strstr(text.data, "netrx"));
	assert_non_null(strstr(text.data, "781.2"));
	assert_non_null(strstr(text.data, "4.333 [3.000-5.000]"));
	assert_non_null(strstr(text.data, "build/bench/bench run xenolinux/netrx/full/0"));
	assert_non_null(strstr(text.data, "layout noise"));
	assert_non_null(strstr(text.data, "means over 0 to 2 boots"));
	assert_non_null(strstr(text.data, "check values agree"));
	for (const char *s = text.data; *s; s += strcspn(s, "\n"), s += *s == '\n')
		if (strcspn(s, "\n") > 100)
			fail_msg("a line of more than 100 columns: %.*s", (int)strcspn(s, "\n"), s);
	assert_int_equal(table_check(&t, &none), 0);
	wp_buf_free(&text);
	wp_buf_free(&none);
	results_free(&all);
	costs_free(&costs);
}

static void disagreement(void **state)
{
	struct results all = {0};
	struct costs costs;
	struct table t;
	struct wp_buf text = {0};

	(void)state;
	costs_parse(&costs, "test.csv", cost_text);
	fill(&all, "ab");
	table_make(&t, &all, &costs, SIZE_FULL);
	assert_int_equal(table_check(&t, &text), 1);
	assert_non_null(strstr(text.data, "WRONG: xenolinux/fork/full/0"));
	wp_buf_free(&text);
	results_free(&all);
	costs_free(&costs);
}

static struct counts with_others(struct counts c, uint64_t others)
{
	strcpy(c.event[c.nevents].class, "rare");
	c.event[c.nevents++].by[EXEC_KERNEL].n = others;
	return c;
}

static void sensitivity(void **state)
{
	static const struct {
		int line;
		uint64_t kernel[2], irets[2], others[2];
		bool turns;
		const char *says;
	} t[] = {
		/* 2000 against 2400: iret at 200 makes it 3500 against 2900. */
		{__LINE__, {250, 950}, {15, 5}, {0, 0}, true, "iret high (200)"},
		/* Nothing but instructions: no cost can turn it. */
		{__LINE__, {1000, 2000}, {0, 0}, {0, 0}, false, "No."},
		/* 1500 against 2800: irets can close 500 of it, others 1000. */
		{__LINE__, {500, 900}, {5, 0}, {0, 100}, true, "a mix of"},
		{__LINE__, {500, 1600}, {5, 0}, {0, 100}, false, "No."},
		/* Within 1 %: equal, whatever the costs do. */
		{__LINE__, {1000, 1004}, {4, 4}, {0, 0}, false, "No."},
	};
	struct costs costs;

	(void)state;
	costs_parse(&costs, "test.csv", cost_text);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct results all = {0};
		struct wp_buf text = {0};
		struct table table;

		results_add(&all,
			    result_of("native", &fork_workload, 0, SIZE_FULL,
				      with_others(counts_of(0, t[i].kernel[0], t[i].irets[0], 0),
						  t[i].others[0]),
				      "aa"));
		results_add(&all,
			    result_of("xenolinux", &fork_workload, 0, SIZE_FULL,
				      with_others(counts_of(0, t[i].kernel[1], t[i].irets[1], 0),
						  t[i].others[1]),
				      "aa"));
		table_make(&table, &all, &costs, SIZE_FULL);
		if ((table_sensitivity(&table, &text) != 0) != t[i].turns ||
		    !strstr(text.data, t[i].says))
			fail_msg("line %d: %s", t[i].line, text.data);
		wp_buf_free(&text);
		results_free(&all);
	}
	costs_free(&costs);
}

/* A suite looks at the same few big files for each of its runs. */
static void images_are_read_once(void **state)
{
	static const char cpio[] = "070701%0100dTRAILER!!!";
	char path[] = "build/tests/image.XXXXXX", why[512], whole[256];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	snprintf(whole, sizeof(whole), cpio, 0);
	assert_int_equal(write(fd, whole, strlen(whole) + 1), (int)strlen(whole) + 1);
	assert_int_equal(image_check(IMAGE_CPIO, path, why, sizeof(why)), 0);
	assert_null(image_member_sha256(path, "vmlinux"));
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(image_check(IMAGE_CPIO, path, why, sizeof(why)), 0);
	/* What it is taken for is a question of its own. */
	assert_int_equal(image_check(IMAGE_ELF, path, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "not an ELF file; remove it"));
	close(fd);
	unlink(path);
	assert_int_equal(image_check(IMAGE_ELF, path, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "not an ELF file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(model),
		cmocka_unit_test(shipped_costs),
		cmocka_unit_test(statistics),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(sites_go_round_too),
		cmocka_unit_test(damage),
		cmocka_unit_test(table),
		cmocka_unit_test(disagreement),
		cmocka_unit_test(images_are_read_once),
		cmocka_unit_test(sensitivity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
