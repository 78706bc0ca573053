// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * provenance.c - where a result comes from, beyond what it is a function of.
 *
 * None of it can change a figure: the images' bytes are in the key already.
 * What cannot be found out (no git, no .config) says "unknown".
 */
#include "provenance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "image.h"

static json_t *line_of(char *const argv[])
{
	char *s = capture_line(argv, "unknown");
	json_t *json = json_string(s);

	free(s);
	return json ? json : json_string("unknown");
}

int provenance_changes(struct wp_buf *what)
{
	char *const status[] = {"git",	     "status", "--porcelain", "--", ".",
				":!results", ":!docs", ":!*.md",      NULL};

	return capture(status, what);
}

static json_t *git_json(void)
{
	char *const head[] = {"git", "rev-parse", "HEAD", NULL};
	struct wp_buf out = {0};
	json_t *dirty;

	dirty = provenance_changes(&out) ? json_string("unknown") : json_boolean(out.len);
	wp_buf_free(&out);
	return json_pack("{s:o, s:o}", "commit", line_of(head), "dirty", dirty);
}

/* The rest of the first line of @path that starts with @key, quotes removed. */
static json_t *setting(const char *path, const char *key)
{
	struct wp_buf b = {0};
	char *rest, *line;
	json_t *json = NULL;

	if (!wp_read_file(path, &b)) {
		rest = b.data;
		while (!json && (line = strsep(&rest, "\n"))) {
			if (strncmp(line, key, strlen(key)))
				continue;
			line += strlen(key);
			line += strspn(line, " \t\":=");
			line[strcspn(line, "\"")] = '\0';
			json = json_string(line);
		}
	}
	wp_buf_free(&b);
	return json ? json : json_string("unknown");
}

static json_t *kernel_json(const char *build, const struct run *r)
{
	char *tree = run_expand(r->system->tree, build, r, NET_NONE);
	char *config = wp_format("%s/.config", tree), *vmlinux = wp_format("%s/vmlinux", tree);
	char *release = wp_format("%s/include/config/kernel.release", tree);
	const char *sha = image_sha256(vmlinux);
	char id[BUILD_ID_MAX];
	json_t *json;

	json = json_pack("{s:o, s:o, s:s, s:s}", "compiler",
			 setting(config, "CONFIG_CC_VERSION_TEXT"), "release", setting(release, ""),
			 "vmlinux_sha256", sha ? sha : "unknown", "build_id",
			 image_build_id(vmlinux, id) ? "unknown" : id);
	free(release);
	free(vmlinux);
	free(config);
	free(tree);
	return json;
}

static json_t *packages_json(const char *build)
{
	char *path = wp_format("%s/guest/versions.txt", build);
	struct wp_buf b = {0};
	json_t *list = json_array();
	char *rest, *line;

	if (!wp_read_file(path, &b)) {
		rest = b.data;
		while ((line = strsep(&rest, "\n")))
			if (*line && *line != '#')
				json_array_append_new(list, json_string(line));
	}
	wp_buf_free(&b);
	free(path);
	return list;
}

json_t *provenance_json(const char *build, const struct run *r)
{
	char *const uname[] = {"uname", "-sr", NULL};

	return json_pack("{s:o, s:o, s:o, s:{s:o, s:o, s:s}}", "git", git_json(), "kernel",
			 kernel_json(build, r), "packages", packages_json(build), "host", "cpu",
			 setting("/proc/cpuinfo", "model name"), "system", line_of(uname),
			 "bench_compiler", "gcc-compatible " __VERSION__);
}
