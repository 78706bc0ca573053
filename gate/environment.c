// SPDX-License-Identifier: GPL-2.0-or-later
/* environment.c - see environment.h. */
#include "environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../bench/capture.h"
#include "../bench/emulator.h"

#define SHORT_SHA 12 /* digits that tell two files apart for people */

/* versions.txt: <package>=<version> <sha256> <file> */
static void add_packages(struct record *r, const char *build)
{
	char *path = wp_format("%s/guest/versions.txt", build), *rest, *line;
	struct wp_buf b = {0};
	unsigned int at = 0;

	if (wp_read_file(path, &b))
		wp_die(WP_FAILED, "%s: %m; 'make fetch' writes it", path);
	rest = b.data;
	while ((line = strsep(&rest, "\n"))) {
		char package[256], version[256], sha256[WP_SHA256_HEX], *name;

		at++;
		if (!*line || *line == '#')
			continue;
		if (sscanf(line, "%255[^=]=%255s %64s", package, version, sha256) != 3)
			wp_die_at(WP_FAILED, path, at, "not `<package>=<version> <sha256> <file>'");
		name = wp_format("package/%s", package);
		record_add_input(r, name, sha256, version);
		free(name);
	}
	wp_buf_free(&b);
	free(path);
}

static void add_emulator(struct record *r)
{
	json_t *json = emulator_json(), *sha256;
	const char *name;

	record_add_input(r, "qemu", json_string_value(json_object_get(json, "sha256")),
			 json_string_value(json_object_get(json, "version")));
	json_object_foreach(json_object_get(json, "firmware"), name, sha256) {
		char *full = wp_format("firmware/%s", name);

		record_add_input(r, full, json_string_value(sha256), "-");
		free(full);
	}
}

/* What PATH has under @name; a path stays what it is. */
static char *find_program(const char *name)
{
	char *const argv[] = {"/bin/sh", "-c", "command -v -- \"$0\"", (char *)name, NULL};

	return capture_line(argv, name);
}

static void add_program(struct record *r, const char *name, const char *path, const char *version)
{
	char hex[WP_SHA256_HEX];

	if (wp_sha256_file(path, hex))
		wp_die(WP_FAILED, "%s (%s): %m", path, name);
	record_add_input(r, name, hex, version);
}

/* The files that make objects of sources, as the driver names them. */
static void add_compiler(struct record *r, const char *cc)
{
	static const struct part {
		const char *name, *option;
	} part[] = {
		{"cc1", "-print-prog-name=cc1"},
		{"as", "-print-prog-name=as"},
		{"ld", "-print-prog-name=ld"},
		{"libc.a", "-print-file-name=libc.a"},
		{"libgcc.a", "-print-file-name=libgcc.a"},
	};
	char *const version[] = {(char *)cc, "--version", NULL};
	char *text = capture_line(version, "unknown"), *driver = find_program(cc);

	add_program(r, "compiler/driver", driver, text);
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		char *const argv[] = {(char *)cc, (char *)part[i].option, NULL};
		char *path = capture_line(argv, part[i].name), *full = find_program(path);
		char *name = wp_format("compiler/%s", part[i].name);

		add_program(r, name, full, "-");
		free(name);
		free(full);
		free(path);
	}
	free(driver);
	free(text);
}

void environment_add(struct record *r, const char *build, const char *cc)
{
	add_packages(r, build);
	add_emulator(r);
	add_compiler(r, cc);
}

size_t environment_moved(const struct record *base, const struct record *now, struct wp_buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < now->inputs; i++) {
		const struct rec_input *in = &now->input[i], *old = record_input(base, in->name);

		if (old && !strcmp(old->sha256, in->sha256))
			continue;
		n++;
		if (!old) {
			wp_buf_printf(b, "  %-28s is new\n", in->name);
			continue;
		}
		wp_buf_printf(b, "  %-28s %.*s -> %.*s", in->name, SHORT_SHA, old->sha256,
			      SHORT_SHA, in->sha256);
		if (strcmp(old->text, in->text))
			wp_buf_printf(b, "  (%s -> %s)", old->text, in->text);
		else if (strcmp(in->text, "-"))
			wp_buf_printf(b, "  (%s)", in->text);
		wp_buf_str(b, "\n");
	}
	for (size_t i = 0; i < base->inputs; i++) {
		if (record_input(now, base->input[i].name))
			continue;
		n++;
		wp_buf_printf(b, "  %-28s is gone\n", base->input[i].name);
	}
	return n;
}
