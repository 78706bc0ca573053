// SPDX-License-Identifier: GPL-2.0-or-later
/* lib.c - the host library: buffers, all-or-nothing files, checksums. */
#include "wp.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>
#include <dirent.h>
#include <cmocka.h>

static void buffer_grows_and_terminates(void **state)
{
	struct wp_buf b = {0};

	(void)state;
	for (int i = 0; i < 1000; i++)
		wp_buf_printf(&b, "%d,", i);
	assert_int_equal(b.len, strlen(b.data));
	assert_string_equal(b.data + b.len - 4, "999,");
	wp_buf_free(&b);
	assert_null(b.data);
}

static void sha256_of_known_vectors(void **state)
{
	/* FIPS 180-4 examples. */
	static const struct {
		const char *in, *hex;
	} v[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	};
	char hex[WP_SHA256_HEX];

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		wp_sha256(v[i].in, strlen(v[i].in), hex);
		assert_string_equal(hex, v[i].hex);
	}
}

static int entries(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2; /* . and .. */
}

static void write_is_all_or_nothing(void **state)
{
	char dir[] = "build/tests/lib.XXXXXX", *path;
	struct rlimit old, small = {.rlim_cur = 4};
	struct wp_buf b = {0};

	(void)state;
	assert_non_null(mkdtemp(dir));
	path = wp_format("%s/f", dir);
	assert_int_equal(wp_write_file(path, "old", 3), 0);

	/* A file-size limit stands for a full disk: write() fails half-way. */
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(wp_write_file(path, "new and longer", 14), -1);
	assert_int_equal(errno, EFBIG);
	setrlimit(RLIMIT_FSIZE, &old);

	assert_int_equal(wp_read_file(path, &b), 0);
	assert_string_equal(b.data, "old");
	assert_int_equal(entries(dir), 1);
	wp_buf_free(&b);

	assert_int_equal(wp_write_file("build/tests/no/such/dir/f", "x", 1), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(wp_read_file("build/tests/no/such/file", &b), -1);
	unlink(path);
	rmdir(dir);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buffer_grows_and_terminates),
		cmocka_unit_test(sha256_of_known_vectors),
		cmocka_unit_test(write_is_all_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
