// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gate_compare.c - verdicts at the edges of tolerances, what came and went, and figures as text,
 * against values computed by hand.
 */
#include "gate_records.h"

static const struct difference *find(const struct comparison *c, const char *where,
				     const char *metric)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->list[i].where, where) && !strcmp(c->list[i].metric, metric))
			return &c->list[i];
	return NULL;
}

static const struct {
	int at;
	const char *id, *where;
	uint64_t base, now;
	enum verdict verdict;
} edges[] = {
	{__LINE__, "wedge/a/quick/0", "wedge/a", 100000, 100000, VERDICT_SAME},
	{__LINE__, "wedge/b/quick/0", "wedge/b", 100000, 100001, VERDICT_WITHIN},
	{__LINE__, "wedge/c/quick/0", "wedge/c", 100000, 100099, VERDICT_WITHIN},
	{__LINE__, "wedge/d/quick/0", "wedge/d", 100000, 100102, VERDICT_WORSE},
	{__LINE__, "wedge/e/quick/0", "wedge/e", 100000, 99901, VERDICT_WITHIN},
	{__LINE__, "wedge/f/quick/0", "wedge/f", 100000, 99899, VERDICT_BETTER},
	{__LINE__, "wedge/timer/quick/0", "wedge/timer", 100000, 101900, VERDICT_WITHIN},
	{__LINE__, "wedge@6.12/timer/quick/0", "wedge@6.12/timer", 100000, 101900, VERDICT_WITHIN},
	{__LINE__, "native/timer/quick/0", "native/timer", 100000, 101900, VERDICT_WORSE},
	{__LINE__, "wedge/g/quick/0", "wedge/g", 100000, 400000, VERDICT_WORSE},
};

/* The file itself: each system has its own evidence, and what has none has the default. */
static const struct {
	int at;
	const char *metric, *where;
	double percent;
} committed[] = {
	{__LINE__, "instructions", "native/nettx", 0.1},
	{__LINE__, "instructions", "padded@6.12/netrx", 0.1},
	{__LINE__, "instructions", "wedge/nettx", 0.6},
	{__LINE__, "instructions", "wedge@6.12/nettx", 0.6},
	{__LINE__, "modelled", "xenolinux@6.12/hackbench", 3},
	{__LINE__, "modelled", "native/hackbench", 0.5},
	{__LINE__, "instructions", "wedge/fork", 0.1},
	{__LINE__, "modelled", "native/syscall", 0.05},
	{__LINE__, "code_bytes", "wedge/code_bytes", 20},
	{__LINE__, "code_bytes", "linux-6.1/code_bytes", 2},
};

static void tolerances_of_systems(void **state)
{
	struct tolerances t;

	(void)state;
	tolerances_load(&t, "gate/tolerances");
	for (size_t i = 0; i < sizeof(committed) / sizeof(committed[0]); i++) {
		double percent = tolerance_of(&t, committed[i].metric, committed[i].where)->percent;

		if (fabs(percent - committed[i].percent) > 1e-9)
			fail_msg("line %d: %g %%", committed[i].at, percent);
	}
	tolerances_free(&t);
}

static void verdicts(void **state)
{
	struct record base = empty(), now = empty();
	struct comparison c;

	(void)state;
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		add_run(&base, edges[i].id, edges[i].base, 0, 0);
		add_run(&now, edges[i].id, edges[i].now, 0, 0);
	}
	compare(&c, &base, &now, &everything, &tolerances, &costs);
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		const struct difference *d = find(&c, edges[i].where, "instructions");

		if (!d || d->verdict != edges[i].verdict)
			fail_msg("line %d: %s", edges[i].at,
				 d ? verdict_names[d->verdict] : "none");
	}
	assert_string_equal(c.list[0].where, "wedge/g");
	assert_true(comparison_fails(&c));
	comparison_free(&c);
	record_free(&base);
	record_free(&now);
}

/* Events without an instruction are seen by the model. */
static void events(void **state)
{
	struct record base = empty(), now = empty();
	struct comparison c;

	(void)state;
	add_run(&base, "wedge/a/quick/0", 1000, 0, 10);
	add_run(&now, "wedge/a/quick/0", 1000, 0, 11);
	compare(&c, &base, &now, &everything, &tolerances, &costs);
	assert_int_equal(find(&c, "wedge/a", "instructions")->verdict, VERDICT_SAME);
	/* (1000 + 11 x 100) / (1000 + 10 x 100) */
	assert_true(fabs(find(&c, "wedge/a", "modelled")->ratio - 1.05) < 1e-9);
	assert_int_equal(find(&c, "wedge/a", "modelled")->verdict, VERDICT_WORSE);
	comparison_free(&c);
	record_free(&base);
	record_free(&now);
}

static void come_and_go(void **state)
{
	struct record base = empty(), now = empty();
	struct comparison c;

	(void)state;
	add_run(&base, "wedge/old/quick/0", 10, 0, 0);
	add_run(&base, "wedge/other/quick/0", 10, 0, 0);
	add_run(&now, "wedge/new/quick/0", 10, 0, 0);
	strcpy(add_run(&now, "wedge/other/quick/0", 10, 0, 0)->check, "2");
	record_add_static(&base, "wedge/code_bytes", 100);
	record_add_static(&now, "wedge/code_bytes", 106);
	record_add_static(&now, "linux-6.1/code_bytes", 100);
	compare(&c, &base, &now, &everything, &tolerances, &costs);
	assert_int_equal(find(&c, "wedge/old", "instructions")->verdict, VERDICT_GONE);
	assert_int_equal(find(&c, "wedge/new", "instructions")->verdict, VERDICT_NEW);
	assert_int_equal(find(&c, "wedge/other", "instructions")->verdict, VERDICT_CHANGED);
	assert_int_equal(find(&c, "wedge/code_bytes", "code_bytes")->verdict, VERDICT_WORSE);
	assert_int_equal(find(&c, "linux-6.1/code_bytes", "code_bytes")->verdict, VERDICT_NEW);
	assert_int_equal(c.list[0].verdict, VERDICT_CHANGED);
	comparison_free(&c);
	record_free(&base);
	record_free(&now);
}

/* What the base alone has is missed if it was asked for; what is new never fails. */
static const struct {
	int at;
	struct selection asked;
	size_t gone;
	bool fails;
} missing[] = {
	{__LINE__, {NULL, NULL, NULL}, 6, true},
	{__LINE__, {"6.1,6.12", "native,wedge", "a,b"}, 6, true},
	{__LINE__, {"6.1", NULL, NULL}, 4, true},  /* native/a, wedge/b and two of the build */
	{__LINE__, {"6.12", NULL, NULL}, 3, true}, /* wedge@6.12/a and two of the build */
	{__LINE__, {"6.14", NULL, NULL}, 0, false},
	{__LINE__, {NULL, "native", NULL}, 1, true},
	{__LINE__, {NULL, "padded", NULL}, 0, false},
	{__LINE__, {NULL, "wedge-call", NULL}, 1, true}, /* on request */
	{__LINE__, {NULL, NULL, "c"}, 0, false},
	{__LINE__, {"6.1", "native", "b"}, 0, false},
	{__LINE__, {"6.1", "wedge", "b"}, 3, true},
};

static void asked_for(void **state)
{
	struct record base = empty(), now = empty();

	(void)state;
	add_run(&base, "native/a/quick/0", 10, 0, 0);
	add_run(&base, "wedge/b/quick/0", 10, 0, 0)->ledger = true;
	add_run(&base, "wedge@6.12/a/quick/0", 10, 0, 0)->ledger = true;
	add_run(&base, "wedge-call/a/quick/0", 10, 0, 0);
	add_run(&base, "wedge/d/quick/0", 10, 0, 0);
	add_run(&now, "wedge/d/quick/0", 10, 0, 0);
	add_run(&now, "wedge/new/quick/0", 10, 0, 0);
	record_add_static(&base, "wedge/code_bytes", 100);
	record_add_static(&base, "linux-6.1/code_bytes", 100);
	record_add_static(&base, "linux-6.12/code_bytes", 100);
	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		struct comparison c;

		compare(&c, &base, &now, &missing[i].asked, &tolerances, &costs);
		if (c.count[VERDICT_GONE] != missing[i].gone ||
		    comparison_fails(&c) != missing[i].fails)
			fail_msg("line %d: %zu gone, %s", missing[i].at, c.count[VERDICT_GONE],
				 comparison_fails(&c) ? "fails" : "silent");
		comparison_free(&c);
	}
	record_free(&base);
	record_free(&now);
}

static const struct {
	int at;
	double v;
	const char *text;
} figures[] = {
	{__LINE__, 0, "0.000"},		 {__LINE__, 2.13, "2.130"},
	{__LINE__, 999.94, "999.9"},	 {__LINE__, 1234567, "1,234,567"},
	{__LINE__, -1234.4, "-1,234"},	 {__LINE__, 100000, "100,000"},
	{__LINE__, -0.5, "-0.500"},	 {__LINE__, NAN, "-"},
	{__LINE__, 0.0123456, "0.0123"}, {__LINE__, -0.000099912, "-0.0000999"},
	{__LINE__, 1e-12, "0.000"},
};

static void digits(void **state)
{
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		print_figure(out, sizeof(out), figures[i].v);
		if (strcmp(out, figures[i].text))
			fail_msg("line %d: '%s'", figures[i].at, out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tolerances_of_systems),
		cmocka_unit_test(verdicts),
		cmocka_unit_test(events),
		cmocka_unit_test(come_and_go),
		cmocka_unit_test(asked_for),
		cmocka_unit_test(digits),
	};

	wp_program = "gate_compare";
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
