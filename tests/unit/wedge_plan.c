// SPDX-License-Identifier: GPL-2.0-or-later
/* wedge_plan.c - the wedge's reading of plans, and what becomes of sites under them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <wedgeperf/kinds.h>

#include "../../wedge/core/plan.h"
#include "../../wedge/core/site.h"
#include "../../wedge/core/wedge.h"
#include "wedge_machine.h"

#define MAGIC "wedgeperf-plan 1\n"
#define TEXT  0xffffffff81000000ull
#define NOTES 0xffffffff81800000ull

static struct blob text(const char *s)
{
	return (struct blob){(const uint8_t *)s, strlen(s)};
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
	static const struct {
		int source;
		const char *plan;
		unsigned int line; /* 0: nothing is wrong */
		const char *message;
	} v[] = {
		{__LINE__, "", 1, "wedgeperf-plan 1"},
		{__LINE__, "wedgeperf-plan 2\n", 1, "wedgeperf-plan 1"},
		{__LINE__, MAGIC, 0, NULL},
		{__LINE__, "wedgeperf-plan 1\r\n# x\r\nkind cli\r\n", 0, NULL},
		{__LINE__, MAGIC "\n  # comment\n\tkind cli pad=7 style=nop strategy=trap # why\n",
		 0, NULL},
		{__LINE__, MAGIC "kind cli strategy=inline:abs", 0, NULL},
		{__LINE__, MAGIC "site a.c:f/cli#0 strategy=call\nsite (.text)/sti#12 pad=0\n", 0,
		 NULL},
		{__LINE__, MAGIC "# x\nkinds cli\n", 3, "starts with"},
		{__LINE__, MAGIC "kind\n", 2, "need a name"},
		{__LINE__, MAGIC "kind fly\n", 2, "no kind"},
		{__LINE__, MAGIC "kind cli strategy=fly\n", 2, "trap, call or inline"},
		{__LINE__, MAGIC "kind cli strategy=inline:\n", 2, "trap, call or inline"},
		{__LINE__, MAGIC "kind cli strategy=call:x\n", 2, "trap, call or inline"},
		{__LINE__, MAGIC "kind cli pad=256\n", 2, "0 to 255"},
		{__LINE__, MAGIC "kind cli pad=\n", 2, "0 to 255"},
		{__LINE__, MAGIC "kind cli pad=99999999999999999999\n", 2, "0 to 255"},
		{__LINE__, MAGIC "kind cli style=wide\n", 2, "prefix or nop"},
		{__LINE__, MAGIC "kind cli colour=red\n", 2, "attributes are"},
		{__LINE__, MAGIC "site f/cli\n", 2, "no site name"},
		{__LINE__, MAGIC "site f/fly#0\n", 2, "no site name"},
		{__LINE__, MAGIC "site f/cli#\n", 2, "no site name"},
		{__LINE__, MAGIC "site f/cli#1x\n", 2, "no site name"},
		{__LINE__, MAGIC "site f#1/cli\n", 2, "no site name"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		unsigned int line = 0;
		const char *wrong;

		machine_reset();
		wrong = plan_read(text(v[i].plan), &line);
		if (v[i].line ? !wrong || line != v[i].line || !strstr(wrong, v[i].message)
			      : !!wrong)
			fail_msg("row of line %d: line %u: %s", v[i].source, line,
				 wrong ? wrong : "no error");
	}
}

/* Four sites of 15 bytes, one of 3. */
static const struct {
	uint8_t kind, total;
	const char *name;
	uint8_t insn;
} rows[] = {
	{SITE_cli, 15, "f/cli#0", 0xfa}, {SITE_cli, 15, "f/cli#1", 0xfa},
	{SITE_sti, 15, "f/sti#0", 0xfb}, {SITE_hlt, 15, "g/hlt#0", 0xf4},
	{SITE_hlt, 3, "g/hlt#1", 0xf4},
};
#define ROWS ARRAY_SIZE(rows)

static const char names[] = "f/cli#0\nf/cli#1\nf/sti#0\ng/hlt#0\ng/hlt#1\n";

static void make_sites(void)
{
	static struct {
		uint32_t namesz, descsz, type;
		char name[12];
		struct ab_note_header header;
		struct ab_site site[ROWS];
	} n;
	uint8_t *code = window(RAM_START);

	machine_reset();
	n.namesz = 12;
	n.descsz = sizeof(n.header) + sizeof(n.site);
	n.type = NT_AFTERBURN;
	memcpy(n.name, AB_NOTE_NAME, 12);
	n.header = (struct ab_note_header){AB_VERSION, sizeof(struct ab_site), 0};
	for (size_t i = 0; i < ROWS; i++) {
		uint64_t at = NOTES + ((uint64_t)&n.site[i] - (uint64_t)&n);

		n.site[i] = (struct ab_site){.pcrel = (int32_t)(TEXT + 16 * i - at),
					     .kind = rows[i].kind,
					     .length = 1,
					     .total = rows[i].total,
					     .flags = (uint8_t)((rows[i].total - 1) << 4)};
		memset(code + 16 * i, AB_PREFIX_BYTE, rows[i].total - 1u);
		code[16 * i + rows[i].total - 1] = rows[i].insn;
	}
	assert_null(sites_read(&n, sizeof(n), NOTES));
}

static void a_plan_decides_for_each_site(void **state)
{
	static const struct {
		int source;
		const char *plan;
		enum strategy strategy, want[ROWS];
	} v[] = {
		{__LINE__, MAGIC, STRATEGY_TRAP, {2, 2, 2, 2, 2}},
		{__LINE__, MAGIC, STRATEGY_CALL, {3, 3, 3, 3, 2}},
		{__LINE__, MAGIC, STRATEGY_INLINE, {4, 4, 4, 4, 2}},
		{__LINE__, MAGIC "kind cli strategy=call\n", STRATEGY_TRAP, {3, 3, 2, 2, 2}},
		{__LINE__,
		 MAGIC "site f/cli#1 strategy=call\nkind cli strategy=trap\n",
		 STRATEGY_INLINE,
		 {2, 3, 4, 4, 2}},
		{__LINE__,
		 MAGIC "site f/cli#1 pad=9\nkind cli strategy=trap\nkind cli strategy=call\n",
		 STRATEGY_INLINE,
		 {3, 3, 4, 4, 2}},
		{__LINE__,
		 MAGIC
		 "site f/cli#0 strategy=trap\nsite f/cli#0 strategy=call\nkind hlt strategy=call",
		 STRATEGY_TRAP,
		 {3, 2, 2, 3, 2}},
	};

	(void)state;
	_Static_assert(STRATEGY_TRAP == 2 && STRATEGY_CALL == 3 && STRATEGY_INLINE == 4, "rows");
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		unsigned int line;
		uint8_t before[16 * ROWS];

		make_sites();
		memcpy(before, window(RAM_START), sizeof(before));
		assert_null(sites_name(names, sizeof(names) - 1));
		assert_null(plan_read(text(v[i].plan), &line));
		sites_patch(RAM_START - TEXT, v[i].strategy);
		for (size_t s = 0; s < ROWS; s++)
			if (sites_all()[s].strategy != v[i].want[s])
				fail_msg("row of line %d: %s has strategy %d", v[i].source,
					 rows[s].name, sites_all()[s].strategy);
		assert_memory_not_equal(window(RAM_START), before, sizeof(before));
		for (size_t s = 0; s < ROWS; s++)
			site_restore(&sites_all()[s]);
		assert_memory_equal(window(RAM_START), before, sizeof(before));
	}
}

static void names_must_be_those_of_the_sites(void **state)
{
	static const char *const bad[] = {"", "f/cli#0\n",
					  "f/cli#0\nf/cli#1\nf/sti#0\ng/hlt#0\ng/hlt#1\nh/cli#0\n",
					  "f/cli#0\nf/sti#0\nf/sti#0\ng/hlt#0\ng/hlt#1\n",
					  "f/cli#0\nf/cli#1\nf/sti#0\ng/hlt#0\ng/hlt#1"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		make_sites();
		assert_non_null(sites_name(bad[i], strlen(bad[i])));
	}
	make_sites();
	assert_string_equal(site_name(&sites_all()[2]), "sti");
	assert_null(sites_name(names, sizeof(names) - 1));
	assert_string_equal(site_name(&sites_all()[2]), "f/sti#0");
}

static void a_called_site_is_found_by_its_return_address(void **state)
{
	unsigned int line;

	(void)state;
	make_sites();
	assert_null(plan_read(text(MAGIC), &line));
	sites_patch(RAM_START - TEXT, STRATEGY_CALL);
	for (size_t s = 0; s < 4; s++)
		assert_ptr_equal(site_called(TEXT + 16 * s + 15), &sites_all()[s]);
	assert_null(site_called(TEXT + 5));
	assert_null(site_called(TEXT + 16 * ROWS + 16));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_said_with_its_line),
		cmocka_unit_test(a_plan_decides_for_each_site),
		cmocka_unit_test(names_must_be_those_of_the_sites),
		cmocka_unit_test(a_called_site_is_found_by_its_return_address),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
