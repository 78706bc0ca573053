// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gate_record.c - records: what is written is read back, and every kind of damage is refused
 * with a message that names file and remedy; what stands at a site, by its bytes.
 */
#include "../../gate/environment.h"
#include "../../gate/ledger-read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void fill(struct record *r)
{
	struct rec_run *run;
	struct rec_site *s;

	*r = (struct record){.revision = wp_strdup("0123abcd"), .date = wp_strdup("2026-01-01")};
	record_add_input(r, "qemu", SHA_A, "QEMU emulator version 7.2, with spaces");
	record_add_image(r, "build/wedge/wedge.elf", SHA_B);
	record_add_image(r, "build/wedge/wedge.elf", SHA_B);
	record_add_static(r, "wedge/code_bytes", 12345);
	for (int i = 0; i < 2; i++) {
		run = record_add_run(r, i ? "wedge@6.12/fork/quick/0" : "wedge/fork/quick/0");
		strcpy(run->unit, "process");
		strcpy(run->check, "00ff");
		strcpy(run->key, SHA_A);
		run->ops = 10;
		run->bytes = 4096;
		run->measured.insns[EXEC_KERNEL].n = UINT64_MAX;
		run->measured.nevents = 1;
		strcpy(run->measured.event[0].class, "hypercall");
		run->measured.event[0].by[EXEC_WEDGE].n = 77;
		run->boot[EXEC_HYPERVISOR].n = 5;
		s = record_add_site(run, "file.c:function/cli#0");
		s->how = HOW_CALL;
		s->begun = 3;
		s->insns[EXEC_WEDGE] = 9;
		run->rest[EXEC_USER] = 1;
		run->ledger = true;
	}
}

static void text_of(struct wp_buf *b)
{
	struct record r;

	fill(&r);
	record_print(&r, b);
	record_free(&r);
}

static void round_trip(void **state)
{
	struct wp_buf a = {0}, b = {0};
	struct record r, copy = {.revision = wp_strdup("x"), .date = wp_strdup("y")};
	char why[512];

	(void)state;
	text_of(&a);
	assert_int_equal(record_parse(&r, "f", a.data, a.len, why, sizeof(why)), 0);
	assert_int_equal(r.runs, 2);
	assert_int_equal(r.images, 1);
	assert_string_equal(record_input(&r, "qemu")->text,
			    "QEMU emulator version 7.2, with spaces");
	assert_int_equal(record_static(&r, "wedge/code_bytes")->value, 12345);
	assert_int_equal(record_run(&r, "wedge/fork/quick/0")->measured.insns[EXEC_KERNEL].n,
			 UINT64_MAX);
	assert_int_equal(record_run(&r, "wedge/fork/quick/0")->site[0].how, HOW_CALL);
	assert_null(record_run(&r, "wedge/fork"));
	record_print(&r, &b);
	assert_string_equal(a.data, b.data);
	record_copy_run(&copy, &r.run[1]);
	record_free(&r);
	assert_string_equal(copy.run[0].site[0].name, "file.c:function/cli#0");
	record_free(&copy);
	wp_buf_free(&a);
	wp_buf_free(&b);
}

static void must_refuse(const char *text, size_t len, const char *word, int line)
{
	struct record r;
	char why[512] = "";

	if (!record_parse(&r, "quick.txt", text, len, why, sizeof(why)))
		fail_msg("line %d: taken", line);
	if (!strstr(why, word) || !strstr(why, "quick.txt") || !strstr(why, "make baseline"))
		fail_msg("line %d: says '%s', not '%s'", line, why, word);
}

/* What is done about a record is not the same for all. */
static const struct {
	int at;
	const char *path, *remedy;
} remedies[] = {
	{__LINE__, "results/baseline/quick.txt", "; 'make baseline' "},
	{__LINE__, "elsewhere/mine", "; 'make baseline' "},
	{__LINE__, "build/gate/now.txt", "; 'make gate' "},
	{__LINE__, "now.txt", "; 'make gate' "},
	{__LINE__, "build/gate/base.txt", "; 'make gate' "},
	{__LINE__, "build/gate/aa/base-3.txt", "; 'make gate-aa' "},
};

static void remedy(void **state)
{
	static const char *const broken[] = {"", RECORD_MAGIC "\n", RECORD_MAGIC "\nsha256 0\n"};
	char why[512];
	struct record r;

	(void)state;
	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++) {
		for (size_t k = 0; k < sizeof(broken) / sizeof(broken[0]); k++) {
			assert_int_equal(record_parse(&r, remedies[i].path, broken[k],
						      strlen(broken[k]), why, sizeof(why)),
					 -1);
			if (!strstr(why, remedies[i].remedy) ||
			    strstr(why, remedies[i].path) != why)
				fail_msg("line %d: says '%s'", remedies[i].at, why);
		}
	}
}

static void cut_off(void **state)
{
	struct wp_buf a = {0};

	(void)state;
	text_of(&a);
	for (size_t len = 0; len < a.len; len++)
		must_refuse(a.data, len, "quick.txt", __LINE__);
	must_refuse(a.data, a.len / 2, "cut off", __LINE__);
	must_refuse("", 0, "no record of the gate", __LINE__);
	wp_buf_free(&a);
}

static void damaged(void **state)
{
	struct wp_buf a = {0};

	(void)state;
	text_of(&a);
	for (size_t i = 0; i < a.len; i++) {
		char was = a.data[i];

		a.data[i] = was == '7' ? '8' : '7';
		must_refuse(a.data, a.len, "quick.txt", __LINE__);
		a.data[i] = '\0';
		must_refuse(a.data, a.len, "quick.txt", __LINE__);
		a.data[i] = was;
	}
	a.data[a.len / 2]++;
	must_refuse(a.data, a.len, "edited by hand", __LINE__);
	wp_buf_free(&a);
}

/* Lines that a right checksum does not make right. */
static const struct {
	int at;
	const char *line;
} bad_lines[] = {
	{__LINE__, "nonsense"},
	{__LINE__, "revision only"},
	{__LINE__, "revision x maybe"},
	{__LINE__, "input qemu " SHA_A},
	{__LINE__, "input qemu short text"},
	{__LINE__, "image path " SHA_A " more"},
	{__LINE__, "static name -1"},
	{__LINE__, "static name 99999999999999999999"},
	{__LINE__, "name 1 f/cli#0"},
	{__LINE__, "run wedge/x/quick/0 call 0 0 00 " SHA_A},
	{__LINE__, "run wedge/x/quick/0 call 1 0 00 key"},
	{__LINE__, "insns 1 2 3 4"},
	{__LINE__, "site 0 inline 1 1 1 1 1"},
	{__LINE__, "rest 1 1 1 1"},
	{__LINE__, "run wedge/x/quick/0 call 1 0 00 " SHA_A "\nsite 0 inline 1 1 1 1 1"},
	{__LINE__, "run wedge/x/quick/0 call 1 0 00 " SHA_A "\ninsns 1 2 3"},
	{__LINE__, "run wedge/x/quick/0 call 1 0 00 " SHA_A "\nevent e 1 2 3 4 5"},
	{__LINE__, "run wedge/x/quick/0 call 1 0 00 " SHA_A "\ninsns 1 2 3 4x"},
	{__LINE__,
	 "run wedge/x/quick/0 call 1 0 00 " SHA_A "\nrun wedge/x/quick/0 call 1 0 00 " SHA_A},
};

static void senseless(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_lines) / sizeof(bad_lines[0]); i++) {
		struct wp_buf b = {0};
		char hex[WP_SHA256_HEX];

		wp_buf_printf(&b, RECORD_MAGIC "\n%s\n", bad_lines[i].line);
		wp_sha256(b.data, b.len, hex);
		wp_buf_printf(&b, "sha256 %s\n", hex);
		must_refuse(b.data, b.len, "makes no sense", bad_lines[i].at);
		wp_buf_free(&b);
	}
}

static const struct {
	int at;
	const char *code, *was;
	enum site_how how;
} sites[] = {
	{__LINE__, "\xcc\x3e\x3e\xfa", "\x3e\x3e\x3e\xfa", HOW_TRAP},
	{__LINE__, "\x3e\x3e\xe8\x01\x02\x03\x04", "\x3e\x3e\x3e\xfa\x00\x00\x00", HOW_CALL},
	{__LINE__, "\xe8\x01\x02\x03\x04", "\x3e\x3e\x3e\xfa\x90", HOW_CALL},
	{__LINE__, "\xc6\x05\x01", "\x3e\x3e\x3e\xfa", HOW_INLINE},
	{__LINE__, "\x3e\x3e\x3e\xfa", "\x3e\x3e\x3e\xfa", HOW_NATIVE},
};

static void strategies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sites) / sizeof(sites[0]); i++)
		if (ledger_how((const uint8_t *)sites[i].code, strlen(sites[i].code),
			       (const uint8_t *)sites[i].was, 8) != sites[i].how)
			fail_msg("line %d", sites[i].at);
}

static void moved(void **state)
{
	struct record a, b;
	struct wp_buf text = {0};

	(void)state;
	fill(&a);
	fill(&b);
	record_add_input(&b, "package/new", SHA_A, "1");
	assert_int_equal(environment_moved(&a, &a, &text), 0);
	assert_int_equal(environment_moved(&a, &b, &text), 1);
	assert_non_null(strstr(text.data, "package/new"));
	assert_int_equal(environment_moved(&b, &a, &text), 1);
	strcpy(b.input[0].sha256, SHA_B);
	assert_int_equal(environment_moved(&a, &b, &text), 2);
	assert_non_null(strstr(text.data, "qemu"));
	wp_buf_free(&text);
	record_free(&a);
	record_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip), cmocka_unit_test(cut_off),
		cmocka_unit_test(damaged),    cmocka_unit_test(senseless),
		cmocka_unit_test(strategies), cmocka_unit_test(moved),
		cmocka_unit_test(remedy),
	};

	wp_program = "gate_record";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
