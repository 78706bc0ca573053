// SPDX-License-Identifier: GPL-2.0-or-later
/* workdir.c - the directory of results, and one of its own for each running QEMU. */
#include "workdir.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <wp.h>

#define FREE_MIN (64ull << 20) /* bytes; consoles and counts are far smaller */

void remove_dir(const char *dir)
{
	char *pattern = wp_format("%s/*", dir);
	glob_t g;

	if (!glob(pattern, 0, NULL, &g)) {
		for (size_t i = 0; i < g.gl_pathc; i++)
			unlink(g.gl_pathv[i]);
		globfree(&g);
	}
	rmdir(dir);
	free(pattern);
}

/*
 * The directory of results may be shared by machines (a batch system's nodes), and a
 * process id means nothing elsewhere: each only cleans up after itself.
 */
static const char *machine(void)
{
	static char name[HOST_NAME_MAX + 1];

	if (!*name && (gethostname(name, sizeof(name) - 1) || !*name))
		strcpy(name, "localhost");
	return name;
}

/* Directories of harnesses that were killed without a chance to clean up. */
static void remove_stale(const char *results)
{
	char *prefix = wp_format("%s/run.%s.", results, machine());
	char *pattern = wp_format("%s*", prefix);
	glob_t g;

	if (!glob(pattern, 0, NULL, &g)) {
		for (size_t i = 0; i < g.gl_pathc; i++) {
			long pid = strtol(g.gl_pathv[i] + strlen(prefix), NULL, 10);

			if (pid > 0 && kill((pid_t)pid, 0) && errno == ESRCH)
				remove_dir(g.gl_pathv[i]);
		}
		globfree(&g);
	}
	free(pattern);
	free(prefix);
}

void make_dir(const char *path)
{
	char *copy = wp_strdup(path);

	if (!*path)
		wp_die(WP_USAGE, "the name of a directory is empty");
	for (char *s = strchr(copy + 1, '/');; s = strchr(s + 1, '/')) {
		if (s)
			*s = '\0';
		if (mkdir(copy, 0777) && errno != EEXIST)
			wp_die(WP_FAILED, "%s: %s", copy, strerror(errno));
		if (!s)
			break;
		*s = '/';
	}
	free(copy);
}

void prepare_results(const char *dir)
{
	struct statvfs fs;

	make_dir(dir);
	remove_stale(dir);
	if (statvfs(dir, &fs))
		wp_die(WP_FAILED, "%s: %s", dir, strerror(errno));
	if ((unsigned long long)fs.f_bavail * fs.f_frsize < FREE_MIN)
		wp_die(WP_FAILED, "%s: its disk is full (%llu KB free, %llu are needed)", dir,
		       (unsigned long long)fs.f_bavail * fs.f_frsize >> 10, FREE_MIN >> 10);
}

char *new_workdir(const char *results)
{
	static unsigned int serial;
	char *dir = wp_format("%s/run.%s.%ld.%u", results, machine(), (long)getpid(), serial++);

	make_dir(dir);
	return dir;
}
