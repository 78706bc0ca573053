/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest_runner.c - the runner's command-line parser, numbers and digest. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "../../guest/runner/cmdline.h"
#include "../../guest/runner/digest.h"

static void cmdline(void **state)
{
	static const struct {
		int line;
		const char *text;
		int result;
		const char *workload;
		uint64_t ops, perturb;
		const char *why; /* part of the reason */
	} rows[] = {
		{__LINE__, "", 0, "", 0, 0, NULL},
		{__LINE__, "console=ttyS0 panic=-1\n", 0, "", 0, 0, NULL},
		{__LINE__, "wp.workload=fork", 0, "fork", 0, 0, NULL},
		{__LINE__, " a wp.ops=12  wp.workload=x\twp.perturb=3 b\n", 0, "x", 12, 3, NULL},
		{__LINE__, "wp.ops=18446744073709551615", 0, "", UINT64_MAX, 0, NULL},
		{__LINE__, "wp.ops=18446744073709551616", -1, "", 0, 0, "bad value"},
		{__LINE__, "wp.ops=0", -1, "", 0, 0, "bad value"},
		{__LINE__, "wp.ops=", -1, "", 0, 0, "bad value"},
		{__LINE__, "wp.ops=1k", -1, "", 0, 0, "bad value"},
		{__LINE__, "wp.ops=-1", -1, "", 0, 0, "bad value"},
		{__LINE__, "wp.perturb=x", -1, "", 0, 0, "bad value"},
		{__LINE__, "wp.workload=", -1, "", 0, 0, "bad value"},
		{__LINE__, "wp.workload=0123456789012345678901234567890", 0,
		 "0123456789012345678901234567890", 0, 0, NULL},
		{__LINE__, "wp.workload=01234567890123456789012345678901", -1, "", 0, 0,
		 "bad value"},
		{__LINE__, "wp.workload=a wp.workload=b", -1, "", 0, 0, "given twice"},
		{__LINE__, "wp.net=loop wp.ops=1", 0, "", 1, 0, NULL},
		{__LINE__, "wp.net=peer", 0, "", 0, 0, NULL},
		{__LINE__, "wp.net=none", -1, "", 0, 0, "bad value"},
		{__LINE__, "wp.speed=9", -1, "", 0, 0, "unknown word"},
		{__LINE__, "wp.ops", -1, "", 0, 0, "unknown word"},
		{__LINE__, "notwp.ops=9 xwp.y", 0, "", 0, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct request r;
		char why[100] = "";
		const int result = parse_cmdline(rows[i].text, &r, why, sizeof(why));

		if (result != rows[i].result || (rows[i].why && !strstr(why, rows[i].why)))
			fail_msg("line %d: result %d, '%s'", rows[i].line, result, why);
		if (!result && r.loop != (strstr(rows[i].text, "=loop") != NULL))
			fail_msg("line %d: loop %d", rows[i].line, r.loop);
		if (!result && (strcmp(r.workload, rows[i].workload) != 0 || r.ops != rows[i].ops ||
				r.perturb != rows[i].perturb))
			fail_msg("line %d: parsed as '%s' %ju %ju", rows[i].line, r.workload,
				 (uintmax_t)r.ops, (uintmax_t)r.perturb);
	}
}

/* A word may be of any length; no buffer of the parser may. */
static void long_words(void **state)
{
	char text[1000], why[60];
	struct request r;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(parse_cmdline(text, &r, why, sizeof(why)), 0);
	memcpy(text, "wp.", 3);
	assert_int_equal(parse_cmdline(text, &r, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "too long"));
}

/* Test vectors of FNV-1a, 64 bits: draft-eastlake-fnv, appendix C. */
static void digest(void **state)
{
	struct digest d, e;

	(void)state;
	digest_init(&d);
	assert_true(d.state == 0xcbf29ce484222325ull);
	digest_bytes(&d, "a", 1);
	assert_true(d.state == 0xaf63dc4c8601ec8cull);
	digest_init(&d);
	digest_bytes(&d, "foobar", 6);
	assert_true(d.state == 0x85944171f73967e8ull);

	digest_init(&d);
	digest_init(&e);
	digest_u64(&d, 0x0807060504030201ull);
	digest_bytes(&e, "\1\2\3\4\5\6\7\10", 8);
	assert_true(d.state == e.state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cmdline),
		cmocka_unit_test(long_words),
		cmocka_unit_test(digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
