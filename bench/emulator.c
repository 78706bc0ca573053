// SPDX-License-Identifier: GPL-2.0-or-later
/* emulator.c - the QEMU in PATH: is it fit, and which one is it? */
#include "emulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "image.h"

#define QEMU "qemu-system-x86_64"

/* Firmware that runs in the guest before the kernel, so that its bytes matter. */
static const char *const firmware[] = {"bios-256k.bin", "linuxboot_dma.bin", "multiboot_dma.bin",
				       "vgabios-stdvga.bin", "kvmvapic.bin"};

static char *find_in_path(const char *name)
{
	const char *path = getenv("PATH");

	for (const char *s = path ? path : ""; *s; s += strcspn(s, ":"), s += *s == ':') {
		int n = (int)strcspn(s, ":");
		char *file = wp_format("%.*s/%s", n, s, name);

		if (n && !access(file, X_OK))
			return file;
		free(file);
	}
	return NULL;
}

static json_t *firmware_json(void)
{
	char *const argv[] = {QEMU, "-L", "help", NULL};
	json_t *found = json_object();
	struct wp_buf dirs = {0};
	char *rest, *dir;

	capture(argv, &dirs);
	rest = dirs.data;
	while ((dir = strsep(&rest, "\n"))) {
		for (size_t i = 0; *dir && i < sizeof(firmware) / sizeof(firmware[0]); i++) {
			char *path = wp_format("%s/%s", dir, firmware[i]);
			const char *sha = image_sha256(path);

			/* QEMU takes the first directory that has it. */
			if (sha && !json_object_get(found, firmware[i]))
				json_object_set_new(found, firmware[i], json_string(sha));
			free(path);
		}
	}
	wp_buf_free(&dirs);
	return found;
}

static void check_help(void)
{
	static const char *const option[] = {"-plugin ", "-icount "};
	char *const argv[] = {QEMU, "-help", NULL};
	struct wp_buf help = {0};

	if (capture(argv, &help))
		wp_die(WP_FAILED, QEMU " -help: failed; is its package whole?");
	for (size_t i = 0; i < sizeof(option) / sizeof(option[0]); i++)
		if (!strstr(help.data, option[i]))
			wp_die(WP_FAILED,
			       QEMU ": was built without '%s', which exact counting needs; "
				    "Debian 12's package qemu-system-x86 has it",
			       option[i]);
	wp_buf_free(&help);
}

json_t *emulator_json(void)
{
	static json_t *json;
	char *const argv[] = {QEMU, "--version", NULL};
	char *path, *version;

	if (json)
		return json;
	path = find_in_path(QEMU);
	if (!path)
		wp_die(WP_FAILED, QEMU ": not in PATH; install Debian's package qemu-system-x86 "
				       "('make deps' does)");
	version = capture_line(argv, "");
	if (!*version)
		wp_die(WP_FAILED, "%s --version: failed; is its package whole?", path);
	check_help();
	json = json_pack("{s:s, s:s, s:o}", "version", version, "sha256", image_sha256(path),
			 "firmware", firmware_json());
	free(version);
	free(path);
	return json;
}
