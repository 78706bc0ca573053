// SPDX-License-Identifier: GPL-2.0-or-later
/* inputs.c - hashes everything that a run's figures are a function of. */
#include "inputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator.h"
#include "image.h"

void inputs_key(json_t *json, char key[WP_SHA256_HEX])
{
	char *text = json ? json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT) : NULL;

	if (!text) {
		*key = '\0';
		return;
	}
	wp_sha256(text, strlen(text), key);
	free(text);
}

static json_t *file_json(const char *path)
{
	const char *sha = image_sha256(path);

	if (!sha)
		wp_die(WP_FAILED, "%s: missing or unreadable; 'make bench' builds it", path);
	return json_pack("{s:s, s:s}", "path", path, "sha256", sha);
}

/*
 * A container is made by a build step of its own: it must hold the very kernel that
 * the row is about, and the result says what it holds.
 */
static json_t *container_json(const char *path, const char *kernel)
{
	char hex[WP_SHA256_HEX];
	json_t *json = file_json(path);

	if (image_member_sha256(path, "vmlinux", hex))
		wp_die(WP_FAILED, "%s: holds no vmlinux; remove it and run 'make bench'", path);
	if (strcmp(hex, image_sha256(kernel)))
		wp_die(WP_FAILED, "%s: its vmlinux is not %s; run 'make bench'", path, kernel);
	json_object_set_new(json, "vmlinux_sha256", json_string(hex));
	return json;
}

static json_t *images_json(const char *build, const struct run *r, enum net_mode net)
{
	char *kernel = run_expand(r->system->image[0].path, build, r, net);
	json_t *list = json_array();
	char why[512];

	for (size_t i = 0; i < SYSTEM_IMAGES && r->system->image[i].type; i++) {
		char *path = run_expand(r->system->image[i].path, build, r, net);

		if (image_check(r->system->image[i].type, path, why, sizeof(why)))
			wp_die(WP_FAILED, "%s", why);
		json_array_append_new(list, r->system->image[i].type == IMAGE_CONTAINER
						    ? container_json(path, kernel)
						    : file_json(path));
		free(path);
	}
	free(kernel);
	return list;
}

static json_t *plugins_json(const char *build, enum net_mode net)
{
	json_t *list = json_array();
	static const char *const name[] = {"count.so", "peer.so"};

	for (size_t i = 0; i < (net == NET_PEER ? 2 : 1); i++) {
		char *path = wp_format("%s/emulator/%s", build, name[i]);

		json_array_append_new(list, file_json(path));
		free(path);
	}
	return list;
}

void inputs_make(struct inputs *in, const char *build, const struct run *r, enum net_mode net)
{
	char **argv = qemu_argv(build, r, net, "{out}");
	json_t *command = json_array();

	for (size_t i = 0; argv[i]; i++)
		json_array_append_new(command, json_string(argv[i]));
	qemu_argv_free(argv);
	in->net = net;
	in->json = json_pack("{s:s, s:o, s:o, s:o, s:o}", "schema", RESULT_SCHEMA, "command",
			     command, "images", images_json(build, r, net), "plugins",
			     plugins_json(build, net), "emulator", json_incref(emulator_json()));
	if (!in->json)
		wp_die(WP_FAILED, "a path or option is not UTF-8");
	inputs_key(in->json, in->key);
}

void inputs_free(struct inputs *in)
{
	json_decref(in->json);
}
