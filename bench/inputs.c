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

static json_t *images_json(const char *build, const struct run *r, enum net_mode net)
{
	json_t *list = json_array();
	char why[512];

	for (size_t i = 0; i < SYSTEM_IMAGES && r->system->image[i].type; i++) {
		char *path = run_expand(r->system->image[i].path, build, r, net);

		if (image_check(r->system->image[i].type, path, why, sizeof(why)))
			wp_die(WP_FAILED, "%s", why);
		json_array_append_new(list, file_json(path));
		free(path);
	}
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
