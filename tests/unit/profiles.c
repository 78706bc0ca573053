// SPDX-License-Identifier: GPL-2.0-or-later
/* profiles.c - the profile format: what is read, refused, printed and merged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "../../profiles/profile.h"

#define HEAD "wedgeperf-profile 1\nbuild 0aff\nworkload fork\nunit executions\n"

/* stderr goes to a file while @f runs; returns its text. */
static char message[4096];
static int quietly(struct profile *p, const char *text, size_t len)
{
	FILE *log = tmpfile();
	int saved = dup(2), status;
	size_t n;

	dup2(fileno(log), 2);
	status = profile_parse(p, "p", text, len);
	dup2(saved, 2);
	close(saved);
	rewind(log);
	n = fread(message, 1, sizeof(message) - 1, log);
	message[n] = '\0';
	fclose(log);
	return status;
}

static void refused(void **state)
{
	static const struct {
		int line;
		const char *text, *want;
	} rows[] = {
		{__LINE__, "", "p:1: a profile of this version"},
		{__LINE__, "wedgeperf-profile 2\n", "p:1: a profile of this version"},
		{__LINE__, "wedgeperf-profile 1\nbuild 0a\n", "before it has said"},
		{__LINE__, "wedgeperf-profile 1\nsite f/cli#0 1\n",
		 "p:2: build, workload and unit"},
		{__LINE__, "wedgeperf-profile 1\nbuild XY\n", "p:2: `build' takes"},
		{__LINE__, "wedgeperf-profile 1\nbuild\n", "p:2: a word is missing"},
		{__LINE__, "wedgeperf-profile 1\nbuild a b\n", "p:2: one word only"},
		{__LINE__, "wedgeperf-profile 1\nbuild a\nbuild a\n", "p:3: a second `build'"},
		{__LINE__, "wedgeperf-profile 1\nunit apples\n", "p:2: `unit' takes"},
		{__LINE__, HEAD "unit samples\n", "p:5: a second `unit'"},
		{__LINE__, HEAD "sites f/cli#0 1\n", "p:5: a line starts with"},
		{__LINE__, HEAD "site f/cli#0\n", "p:5: a count is missing"},
		{__LINE__, HEAD "site f/cli#0 -1\n", "p:5: a count is a decimal"},
		{__LINE__, HEAD "site f/cli#0 1x\n", "p:5: a count is a decimal"},
		{__LINE__, HEAD "site f/cli#0 18446744073709551616\n", "p:5: a count is a decimal"},
		{__LINE__, HEAD "site f/cli#0 1 2\n", "p:5: a line ends behind its count"},
		{__LINE__, HEAD "site fcli 1\n", "p:5: a site's name is"},
		{__LINE__, HEAD "place f 1\n", "p:5: a place is"},
		{__LINE__, HEAD "site f/cli#0 1\nworkload x\n", "p:6: build, workload and unit"},
		{__LINE__, HEAD "site f/cli#0 1\nsite f/cli#0 1\n", "a name stands twice"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct profile p;

		if (!quietly(&p, rows[i].text, strlen(rows[i].text)))
			fail_msg("line %d: taken", rows[i].line);
		if (!strstr(message, rows[i].want))
			fail_msg("line %d: says `%s'", rows[i].line, message);
	}
	struct profile p;

	assert_int_not_equal(quietly(&p, "wedgeperf-profile 1\nbu\0ld", 25), 0);
	assert_non_null(strstr(message, "not a text file"));
}

static void printed(void **state)
{
	static const char text[] = HEAD "site a/cli#0 18446744073709551615\nsite b.c:f/sti#12 7\n"
					"place g+0x1c 3\n";
	static const char mixed[] =
		"wedgeperf-profile 1\r\n# c\nunit executions\nworkload  fork\nbuild 0aff\n\n"
		"place g+0x1c 3\nsite b.c:f/sti#12 7\n  site a/cli#0 18446744073709551615";
	struct wp_buf b = {0};
	struct profile p;

	(void)state;
	assert_int_equal(profile_parse(&p, "p", mixed, strlen(mixed)), 0);
	profile_print(&p, &b);
	assert_string_equal(b.data, text);
	assert_int_equal(profile_count(&p.sites, "b.c:f/sti#12"), 7);
	assert_int_equal(profile_count(&p.sites, "b.c:f/sti#1"), 0);
	profile_free(&p);
	assert_int_equal(profile_parse(&p, "p", text, strlen(text)), 0);
	wp_buf_free(&b);
	profile_print(&p, &b);
	assert_string_equal(b.data, text);
	wp_buf_free(&b);
	profile_free(&p);
}

static void merged(void **state)
{
	static const struct {
		int line;
		const char *to, *from, *want; /* a message, or the sum after HEAD's first line */
	} rows[] = {
		{__LINE__, HEAD "site a/cli#0 1\n", HEAD "site a/cli#0 2\nsite b/cli#0 5\n",
		 HEAD "site a/cli#0 3\nsite b/cli#0 5\n"},
		{__LINE__, HEAD "site a/cli#0 1\n",
		 "wedgeperf-profile 1\nbuild 0aff\nworkload exec\nunit executions\nplace f+0x1 2\n",
		 "wedgeperf-profile 1\nbuild 0aff\nworkload exec\nworkload fork\nunit executions\n"
		 "site a/cli#0 1\nplace f+0x1 2\n"},
		{__LINE__, HEAD, HEAD, HEAD},
		{__LINE__, HEAD,
		 "wedgeperf-profile 1\nbuild 1aff\nworkload fork\nunit executions\n",
		 "another build"},
		{__LINE__, HEAD, "wedgeperf-profile 1\nbuild 0aff\nworkload fork\nunit samples\n",
		 "another unit"},
		{__LINE__, HEAD "site a/cli#0 18446744073709551615\n", HEAD "site a/cli#0 1\n",
		 "exceeds 64 bits"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct profile to, from;
		struct wp_buf b = {0};
		const char *got;

		assert_int_equal(profile_parse(&to, "to", rows[i].to, strlen(rows[i].to)), 0);
		assert_int_equal(profile_parse(&from, "from", rows[i].from, strlen(rows[i].from)),
				 0);
		got = profile_merge(&to, &from);
		profile_print(&to, &b);
		if (strstr(got ? got : b.data, rows[i].want) == NULL)
			fail_msg("line %d: %s", rows[i].line, got ? got : b.data);
		/* What cannot be added changes nothing. */
		if (got && strcmp(b.data, rows[i].to))
			fail_msg("line %d: changed to %s", rows[i].line, b.data);
		wp_buf_free(&b);
		profile_free(&to);
		profile_free(&from);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused),
		cmocka_unit_test(printed),
		cmocka_unit_test(merged),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
