// SPDX-License-Identifier: GPL-2.0-or-later
/* ledger.c - see ledger.h. */
#include "ledger.h"

#include <stdlib.h>
#include <string.h>

#include "image.h"

#define PLUGIN_ARGS  2	/* "-plugin" and its value */
#define MAKERS_SHOWN 12 /* digits of a checksum */

bool ledger_wanted(const struct run *r)
{
	for (size_t i = 0; i < SYSTEM_REGIONS && r->system->region[i]; i++)
		if (!strncmp(r->system->region[i], "wedge:", 6))
			return true;
	return false;
}

/* build/linux-6.1/padded -> build/gate/linux-6.1-padded.spans */
char *ledger_spans(const char *build, const struct run *r)
{
	char *tree = run_expand(r->system->tree, build, r, NET_NONE), *name, *path;

	name = tree + strlen(build) + 1;
	for (char *s = name; *s; s++)
		if (*s == '/')
			*s = '-';
	path = wp_format("%s/gate/%s.spans", build, name);
	free(tree);
	return path;
}

char *ledger_maker(const char *build, const struct run *r, size_t i)
{
	switch (i) {
	case 0:
		return wp_format("%s/emulator/sitecost.so", build);
	case 1:
		return ledger_spans(build, r);
	default:
		return NULL;
	}
}

char *ledger_path(const char *dir, const char *build, const struct run *r, const char *key)
{
	char hex[WP_SHA256_HEX], *path;
	struct wp_buf b = {0};

	for (size_t i = 0; (path = ledger_maker(build, r, i)); i++) {
		const char *sha256 = image_sha256(path);

		if (!sha256)
			wp_die(WP_FAILED, "%s cannot be read; 'make gate-needs' builds it", path);
		wp_buf_str(&b, sha256);
		free(path);
	}
	wp_sha256(b.data, b.len, hex);
	wp_buf_free(&b);
	return wp_format("%s/%s-%.*s.ledger", dir, key, MAKERS_SHOWN, hex);
}

char **ledger_argv(char **argv, const char *build, const struct run *r, const char *out)
{
	char *spans = ledger_spans(build, r);
	struct wp_buf b = {0};
	size_t n = 0;

	while (argv[n])
		n++;
	argv = wp_realloc(argv, (n + PLUGIN_ARGS + 1) * sizeof(*argv));
	wp_buf_printf(&b, "%s/emulator/sitecost.so,out=%s/ledger,sites=%s,ledger=1", build, out,
		      spans);
	for (size_t i = 0; i < SYSTEM_REGIONS && r->system->region[i]; i++)
		wp_buf_printf(&b, ",region=%s", r->system->region[i]);
	argv[n++] = wp_strdup("-plugin");
	argv[n++] = b.data;
	argv[n] = NULL;
	free(spans);
	return argv;
}
