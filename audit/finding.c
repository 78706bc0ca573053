// SPDX-License-Identifier: GPL-2.0-or-later
/* finding.c - the list of what is wrong, and which part of it is excused. */
#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "audit.h"

const struct finding_info finding_info[FINDING_TYPES] = {
#define FINDING(id, name, text) {name, text},
	FINDINGS
#undef FINDING
};

void audit_add(struct audit *a, enum finding_type type, uint64_t addr, const char *kind,
	       const char *fmt, ...)
{
	struct finding f = {.type = type, .addr = addr, .kind = kind};
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&f.detail, fmt, args) < 0)
		wp_die(WP_FAILED, "out of memory");
	va_end(args);
	f.place = sites_place(image_function_at(a->img, addr), image_section_at(a->img, addr));
	if (!(a->nfindings & (a->nfindings - 1)))
		a->finding = wp_realloc(a->finding,
					(a->nfindings ? a->nfindings * 2 : 1) * sizeof(f));
	a->finding[a->nfindings++] = f;
}

const struct site *audit_site_before(const struct audit *a, uint64_t addr)
{
	size_t low = 0, high = a->sites->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (a->sites->site[mid].addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? &a->sites->site[low - 1] : NULL;
}

/* One line of the exceptions file: <finding> <place glob> <kind glob> <reason ...> */
static int excuse_line(struct audit *a, const char *path, unsigned int line, char *text)
{
	const char *type, *place, *kind, *reason;
	size_t used = 0;
	char *save;

	text[strcspn(text, "\r\n")] = 0;
	type = strtok_r(text, " \t", &save);
	if (!type || *type == '#')
		return 0;
	place = strtok_r(NULL, " \t", &save);
	kind = strtok_r(NULL, " \t", &save);
	reason = kind ? save + strspn(save, " \t") : NULL;
	if (!reason || !*reason) {
		wp_warn_at(path, line, "expected: <finding> <place> <kind> <reason>");
		return -1;
	}
	for (size_t i = 0; i < FINDING_UNUSED; i++)
		if (!strcmp(type, finding_info[i].name))
			goto known;
	wp_warn_at(path, line, "no such finding: %s", type);
	return -1;
known:
	for (size_t i = 0; i < a->nfindings; i++) {
		struct finding *f = &a->finding[i];

		if (strcmp(type, finding_info[f->type].name) || fnmatch(place, f->place, 0) ||
		    fnmatch(kind, f->kind, 0))
			continue;
		used++;
		if (!f->excuse)
			f->excuse = wp_strdup(reason);
	}
	if (!used) {
		audit_add(a, FINDING_UNUSED, 0, "-", "%s %s %s: remove the line", type, place,
			  kind);
		free(a->finding[a->nfindings - 1].place);
		a->finding[a->nfindings - 1].place = wp_format("%s:%u", path, line);
	}
	return 0;
}

int audit_excuse(struct audit *a, const char *path)
{
	struct wp_buf text = {0};
	unsigned int line = 0;
	char *next, *pos;
	int rc = 0;

	if (wp_read_file(path, &text)) {
		wp_warn("%s: %s", path, strerror(errno));
		wp_buf_free(&text);
		return -1;
	}
	for (pos = text.data; !rc && pos && *pos; pos = next) {
		next = strchr(pos, '\n');
		next = next ? next + 1 : pos + strlen(pos);
		if (*next)
			next[-1] = 0;
		rc = excuse_line(a, path, ++line, pos);
	}
	wp_buf_free(&text);
	return rc;
}

size_t audit_open_findings(const struct audit *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->nfindings; i++)
		n += !a->finding[i].excuse;
	return n;
}

void audit_free(struct audit *a)
{
	for (size_t i = 0; i < a->nfindings; i++) {
		free(a->finding[i].place);
		free(a->finding[i].detail);
		free(a->finding[i].excuse);
	}
	free(a->finding);
	free(a->stores.addr);
}
