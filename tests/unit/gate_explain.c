// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gate_explain.c - explanations whose parts add up, with ledgers and without, which kind is named
 * first, and reports, against values computed by hand.
 */
#include "gate_records.h"

static void add_site(struct rec_run *run, const char *name, enum site_how how, uint64_t begun,
		     uint64_t kernel, uint64_t wedge)
{
	struct rec_site *s = record_add_site(run, name);

	s->how = how;
	s->begun = begun;
	s->insns[EXEC_KERNEL] = kernel;
	s->insns[EXEC_WEDGE] = wedge;
	run->ledger = true;
}

/* An inline that was lost: 40 executions, 1 instruction in the kernel -> 1 and 4 in the wedge. */
static void fill_explained(struct record *base, struct record *now)
{
	struct rec_run *a = add_run(base, "wedge/fork/quick/0", 1000, 500, 0);
	struct rec_run *b = add_run(now, "wedge/fork/quick/0", 1010, 660, 0);

	add_site(a, "f/cli#0", HOW_INLINE, 30, 30, 0);
	add_site(a, "g.c:g/cli#1", HOW_INLINE, 10, 10, 0);
	add_site(a, "h/sti#0", HOW_INLINE, 5, 10, 500);
	a->rest[EXEC_KERNEL] = 950;
	add_site(b, "f/cli#0", HOW_CALL, 30, 30, 120);
	add_site(b, "g.c:g/cli#1", HOW_CALL, 10, 10, 40);
	add_site(b, "h/sti#0", HOW_INLINE, 5, 10, 500);
	b->rest[EXEC_KERNEL] = 960;
}

static void explains(void **state)
{
	struct record base = empty(), now = empty();
	struct explanation *list;
	struct comparison c;
	struct part *kind;
	size_t n;

	(void)state;
	fill_explained(&base, &now);
	compare(&c, &base, &now, &everything, &tolerances, &costs);
	n = explain(&list, &c, &costs);
	assert_int_equal(n, 1); /* one run, though two metrics moved */
	assert_true(fabs(list[0].split[0].sum - 17) < 1e-9);
	assert_string_equal(list[0].kind[0].name, "cli");
	assert_true(fabs(list[0].kind[0].sum - 16) < 1e-9);
	assert_true(fabs(list[0].kind[0].delta[EXEC_WEDGE] - 16) < 1e-9);
	assert_true(list[0].kind[0].base.how[HOW_INLINE] && !list[0].kind[0].base.how[HOW_CALL]);
	assert_true(list[0].kind[0].now.how[HOW_CALL] && !list[0].kind[0].now.how[HOW_INLINE]);
	assert_string_equal(list[0].kind[1].name, EXPLAIN_REST);
	assert_true(fabs(list[0].kind[1].sum - 1) < 1e-9);
	assert_string_equal(list[0].site[0].name, "f/cli#0");
	assert_true(fabs(list[0].site[0].sum - 12) < 1e-9);
	n = explain_kinds(&kind, list, n);
	assert_string_equal(kind[0].name, "cli");
	assert_true(fabs(kind[0].sum - 16.0 / 150 * 100) < 1e-9);
	free(kind);
	explain_free(list, 1);
	comparison_free(&c);
	record_free(&base);
	record_free(&now);
}

/*
 * Runs without ledgers, and boots, are explained by who executed it and by events: of XenoLinux a
 * hypercall an operation more, which costs instructions of the hypervisor; of Linux no event.
 */
static void fill_events(struct record *base, struct record *now)
{
	struct rec_run *run;

	add_run(base, "native/a/quick/0", 1000, 0, 0)->boot[EXEC_KERNEL].n = 1000;
	add_run(now, "native/a/quick/0", 1020, 0, 0)->boot[EXEC_KERNEL].n = 1500;
	for (unsigned int side = 0; side < 2; side++) {
		run = add_run(side ? now : base, "xenolinux/b/quick/0", 1000, 0, 0);
		run->measured.event[0].by[EXEC_KERNEL].n = side ? 30 : 20;
		run->measured.insns[EXEC_HYPERVISOR].n = side ? 2500 : 2000;
		run->measured.nevents = 4;
		strcpy(run->measured.event[1].class, "pause");
		run->measured.event[1].by[EXEC_HYPERVISOR].n = side ? 1000 : 0;
		strcpy(run->measured.event[2].class, "iret");
		run->measured.event[2].by[side ? EXEC_KERNEL : EXEC_HYPERVISOR].n = 7;
		strcpy(run->measured.event[3].class, "sti");
		run->measured.event[3].by[EXEC_KERNEL].n = 7;
	}
	add_run(base, "wedge/c/quick/0", 1000, 0, 10)->boot[EXEC_USER].n = 1;
	add_run(now, "wedge/c/quick/0", 1000, 0, 11)->boot[EXEC_USER].n = 1000;
}

static const struct {
	int at;
	const char *where;
	enum run_metric_id metric;
	double by[EXECUTORS]; /* user, kernel, wedge, hypervisor */
	size_t events;
	const char *event; /* the first one */
	double count, cycles;
} counted[] = {
	{__LINE__, "native/boot", RUN_BOOT, {0, 500, 0, 0}, 0, NULL, 0, 0},
	{__LINE__, "native/a", RUN_INSTRUCTIONS, {0, 2, 0, 0}, 0, NULL, 0, 0},
	{__LINE__, "native/a", RUN_MODELLED, {0, 2, 0, 0}, 0, NULL, 0, 0},
	{__LINE__, "xenolinux/b", RUN_INSTRUCTIONS, {0, 0, 0, 50}, 3, "hypercall", 1, 100},
	{__LINE__, "xenolinux/b", RUN_MODELLED, {0, 100, 0, 50}, 3, "hypercall", 1, 100},
	{__LINE__, "wedge/c", RUN_INSTRUCTIONS, {0, 0, 0, 0}, 1, "hypercall", 0.1, 10},
	{__LINE__, "wedge/c", RUN_MODELLED, {0, 0, 10, 0}, 1, "hypercall", 0.1, 10},
};

static const struct explanation *explanation_of(const struct explanation *list, size_t n,
						const char *where)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].of->where, where))
			return &list[i];
	fail_msg("%s is not explained", where);
	return NULL;
}

static const struct split *split_of(const struct explanation *x, enum run_metric_id metric)
{
	for (size_t i = 0; i < x->splits; i++)
		if (x->split[i].metric == &run_metrics[metric])
			return &x->split[i];
	fail_msg("%s: no %s", x->of->where, run_metrics[metric].id);
	return NULL;
}

static void explains_without_ledgers(void **state)
{
	struct record base = empty(), now = empty();
	struct report r = {.base = &base, .now = &now, .base_name = "", .moved = ""};
	struct explanation *list;
	struct comparison c;
	struct wp_buf text = {0};

	(void)state;
	fill_events(&base, &now);
	compare(&c, &base, &now, &everything, &tolerances, &costs);
	r.c = &c;
	r.explanations = explain(&list, &c, &costs);
	r.explanation = list;
	assert_int_equal(r.explanations,
			 4); /* three runs, one boot: what is the firmware's is none */
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++) {
		const struct explanation *x = explanation_of(list, r.explanations,
							     counted[i].where);
		const struct split *s = split_of(x, counted[i].metric);
		const struct event_part *e = x->event;

		for (size_t k = 0; k < EXECUTORS; k++)
			if (fabs(s->by[k] - counted[i].by[k]) > 1e-9)
				fail_msg("line %d: %s %g", counted[i].at, executor_names[k],
					 s->by[k]);
		if (x->kinds || x->sites || x->events != counted[i].events)
			fail_msg("line %d: %zu kinds, %zu events", counted[i].at, x->kinds,
				 x->events);
		if (counted[i].event &&
		    (strcmp(e->class, counted[i].event) || fabs(e->sum - counted[i].count) > 1e-9 ||
		     fabs(e->cycles - counted[i].cycles) > 1e-9))
			fail_msg("line %d: %s %g %g", counted[i].at, e->class, e->sum, e->cycles);
	}
	/* What costs nothing comes behind, the most of it first; what only changed hands is last.
	 */
	assert_string_equal(explanation_of(list, r.explanations, "xenolinux/b")->event[1].class,
			    "pause");
	assert_string_equal(explanation_of(list, r.explanations, "xenolinux/b")->event[2].class,
			    "iret");
	print_text(&r, &text);
	assert_non_null(strstr(text.data, "native/boot, a boot:"));
	assert_non_null(strstr(text.data, "kernel +1.000; modelled cycles +100.0\n"));
	assert_non_null(strstr(text.data, "hypervisor +50.000\n"));
	assert_null(strstr(text.data, "Where it comes from"));
	wp_buf_free(&text);
	explain_free(list, r.explanations);
	comparison_free(&c);
	record_free(&base);
	record_free(&now);
}

/*
 * Which kind is named first.  Differences are of runs of 10,000 instructions an operation; those
 * of the timer have a tolerance of 2 %, all others of 0.1 %.
 */
static const struct {
	int at;
	struct {
		const char *id;
		int64_t cli, sti, rest; /* instructions an operation more than in the base */
	} run[3];
	enum verdict of;
	const char *first;
	double tolerances, percent;
} ranks[] = {
	/* A run that is noisy moves by more percents, but by less of what it may. */
	{__LINE__,
	 {{"wedge/timer/quick/0", 0, 500, 0}, {"wedge/syscall/quick/0", 30, 0, 0}},
	 VERDICT_WORSE,
	 "cli",
	 3,
	 0.3},
	/* Many small ones outweigh one. */
	{__LINE__,
	 {{"wedge/a/quick/0", 0, 50, 0},
	  {"wedge/b/quick/0", 30, 0, 0},
	  {"wedge/c/quick/0", 30, 0, 0}},
	 VERDICT_WORSE,
	 "cli",
	 6,
	 0.6},
	/* What fell explains no rise, neither in the same run nor in another. */
	{__LINE__,
	 {{"wedge/a/quick/0", -40, 30, 40}, {"wedge/b/quick/0", -900, 0, 0}},
	 VERDICT_WORSE,
	 EXPLAIN_REST,
	 4,
	 0.4},
	/* What moved within its tolerance has no voice. */
	{__LINE__,
	 {{"wedge/timer/quick/0", 0, 190, 0}, {"wedge/a/quick/0", 11, 0, 0}},
	 VERDICT_WORSE,
	 "cli",
	 1.1,
	 0.11},
	/* None got worse: the largest fall. */
	{__LINE__,
	 {{"wedge/a/quick/0", 20, -60, -30}, {"wedge/timer/quick/0", 0, 0, -500}},
	 VERDICT_BETTER,
	 "sti",
	 -6,
	 -0.6},
	{__LINE__,
	 {{"wedge/a/quick/0", 0, -30, 0}, {"wedge/timer/quick/0", 0, 0, -900}},
	 VERDICT_BETTER,
	 EXPLAIN_REST,
	 -4.5,
	 -9},
};

static void add_ranked(struct record *r, const char *id, int64_t cli, int64_t sti, int64_t rest)
{
	struct rec_run *run = add_run(r, id, (uint64_t)(100000 + 10 * (cli + sti + rest)), 0, 0);

	add_site(run, "f/cli#0", HOW_INLINE, 10, (uint64_t)(10000 + 10 * cli), 0);
	add_site(run, "g/sti#0", HOW_INLINE, 10, (uint64_t)(10000 + 10 * sti), 0);
	run->rest[EXEC_KERNEL] = (uint64_t)(80000 + 10 * rest);
}

static void ranking(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++) {
		struct record base = empty(), now = empty();
		struct explanation *list;
		struct comparison c;
		struct part *kind;
		size_t n;

		for (size_t k = 0; k < 3 && ranks[i].run[k].id; k++) {
			add_ranked(&base, ranks[i].run[k].id, 0, 0, 0);
			add_ranked(&now, ranks[i].run[k].id, ranks[i].run[k].cli,
				   ranks[i].run[k].sti, ranks[i].run[k].rest);
		}
		compare(&c, &base, &now, &everything, &tolerances, &costs);
		n = explain(&list, &c, &costs);
		if (!explain_kinds(&kind, list, n))
			fail_msg("line %d: nothing is ranked", ranks[i].at);
		if (explain_verdict(list, n) != ranks[i].of ||
		    strcmp(kind[0].name, ranks[i].first) ||
		    fabs(kind[0].weight - ranks[i].tolerances) > 1e-9 ||
		    fabs(kind[0].sum - ranks[i].percent) > 1e-9)
			fail_msg("line %d: %s, %g tolerances, %g %%, of what is %s", ranks[i].at,
				 kind[0].name, kind[0].weight, kind[0].sum,
				 verdict_names[explain_verdict(list, n)]);
		free(kind);
		explain_free(list, n);
		comparison_free(&c);
		record_free(&base);
		record_free(&now);
	}
}

static size_t count_of(const char *text, const char *word)
{
	size_t n = 0;

	for (const char *s = text; (s = strstr(s, word)); s += strlen(word))
		n++;
	return n;
}

static void reports(void **state)
{
	struct record base = empty(), now = empty();
	struct explanation *list;
	struct comparison c;
	struct wp_buf text = {0}, json = {0}, tap = {0}, xml = {0};
	struct report r = {.base = &base, .now = &now, .base_name = "a<b>&\"c\"", .moved = ""};
	json_t *parsed;

	(void)state;
	fill_explained(&base, &now);
	compare(&c, &base, &now, &everything, &tolerances, &costs);
	r.c = &c;
	r.explanations = explain(&list, &c, &costs);
	r.explanation = list;
	print_text(&r, &text);
	assert_non_null(strstr(text.data, "1. cli"));
	assert_non_null(strstr(text.data, "inline -> call"));
	assert_non_null(strstr(text.data, "REGRESSION"));
	print_json(&r, &json);
	parsed = json_loads(json.data, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(parsed);
	assert_true(json_is_true(json_object_get(parsed, "regression")));
	assert_int_equal(json_array_size(json_object_get(parsed, "figures")), c.n);
	json_decref(parsed);
	print_tap(&r, &tap);
	assert_int_equal(count_of(tap.data, "\nnot ok "), 2);
	assert_int_equal(count_of(tap.data, "ok "), c.n);
	print_junit(&r, &xml);
	assert_int_equal(count_of(xml.data, "<testcase "), c.n);
	assert_int_equal(count_of(xml.data, "<failure "), 2);
	assert_non_null(strstr(xml.data, "a&lt;b&gt;&amp;&quot;c&quot;"));
	assert_null(strstr(xml.data, "a<b>"));
	wp_buf_free(&text);
	wp_buf_free(&json);
	wp_buf_free(&tap);
	wp_buf_free(&xml);
	explain_free(list, r.explanations);
	comparison_free(&c);
	record_free(&base);
	record_free(&now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explains),
		cmocka_unit_test(explains_without_ledgers),
		cmocka_unit_test(ranking),
		cmocka_unit_test(reports),
	};

	wp_program = "gate_explain";
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
