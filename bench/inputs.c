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

struct reason {
	char *text;
	size_t len;
};

/* These return NULL with a reason where a file is not fit. */
static json_t *file_json(const char *path, struct reason why)
{
	const char *sha = image_sha256(path);

	if (!sha) {
		snprintf(why.text, why.len,
			 "%s: missing or unreadable; 'make bench' builds it, 'make tune' what is "
			 "tuned",
			 path);
		return NULL;
	}
	return json_pack("{s:s, s:s}", "path", path, "sha256", sha);
}

/*
 * A container is made by a build step of its own: it must hold the very kernel that
 * the row is about, and the result says what it holds.
 */
static json_t *container_json(const char *path, const char *kernel, struct reason why)
{
	const char *hex = image_member_sha256(path, "vmlinux");
	json_t *json;

	if (!hex) {
		snprintf(why.text, why.len, "%s: holds no vmlinux; remove it and run 'make bench'",
			 path);
		return NULL;
	}
	if (strcmp(hex, image_sha256(kernel))) {
		snprintf(why.text, why.len,
			 "%s: its vmlinux is not %s; run 'make bench', or 'make tune' for what is "
			 "tuned",
			 path, kernel);
		return NULL;
	}
	json = file_json(path, why);
	if (json)
		json_object_set_new(json, "vmlinux_sha256", json_string(hex));
	return json;
}

static json_t *image_json(enum image_type type, const char *path, const char *kernel,
			  struct reason why)
{
	if (image_check(type, path, why.text, why.len))
		return NULL;
	return type == IMAGE_CONTAINER ? container_json(path, kernel, why) : file_json(path, why);
}

static json_t *images_json(const char *build, const struct run *r, enum net_mode net,
			   struct reason why)
{
	char *kernel = run_expand(r->system->image[0].path, build, r, net);
	json_t *list = json_array();

	for (size_t i = 0; list && i < SYSTEM_IMAGES && r->system->image[i].type; i++) {
		char *path = run_expand(r->system->image[i].path, build, r, net);
		json_t *json = image_json(r->system->image[i].type, path, kernel, why);

		free(path);
		if (json) {
			json_array_append_new(list, json);
		} else {
			json_decref(list);
			list = NULL;
		}
	}
	free(kernel);
	return list;
}

static json_t *plugins_json(const char *build, enum net_mode net, struct reason why)
{
	json_t *list = json_array();
	static const char *const name[] = {"count.so", "peer.so"};

	for (size_t i = 0; list && i < (net == NET_PEER ? 2 : 1); i++) {
		char *path = wp_format("%s/emulator/%s", build, name[i]);
		json_t *json = file_json(path, why);

		free(path);
		if (json) {
			json_array_append_new(list, json);
		} else {
			json_decref(list);
			list = NULL;
		}
	}
	return list;
}

int inputs_make(struct inputs *in, const char *build, const struct run *r, enum net_mode net,
		char *why, size_t len)
{
	struct reason reason = {why, len};
	json_t *images = images_json(build, r, net, reason);
	json_t *plugins = images ? plugins_json(build, net, reason) : NULL;
	json_t *command;
	char **argv;

	if (!plugins) {
		json_decref(images);
		return -1;
	}
	argv = qemu_argv(build, r, net, "{out}");
	command = json_array();
	for (size_t i = 0; argv[i]; i++)
		json_array_append_new(command, json_string(argv[i]));
	qemu_argv_free(argv);
	in->net = net;
	in->json = json_pack("{s:s, s:o, s:o, s:o, s:o}", "schema", RESULT_SCHEMA, "command",
			     command, "images", images, "plugins", plugins, "emulator",
			     json_incref(emulator_json()));
	if (!in->json)
		wp_die(WP_FAILED, "a path or option is not UTF-8");
	inputs_key(in->json, in->key);
	return 0;
}

void inputs_free(struct inputs *in)
{
	json_decref(in->json);
}
