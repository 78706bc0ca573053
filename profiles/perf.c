// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * perf.c - samples, from the text of `perf script`.
 *
 *	perf script -F comm,ip,sym,symoff,dso
 *	perf kvm --guest --guestkallsyms=... script -F ip,sym,symoff,dso
 *
 * A sample is one line, or with call chains a paragraph, of which the first frame
 * counts.  In a line we look for
 *	<hex address> <symbol>+0x<offset> (<dso>)
 * The symbol is what counts, since the kernel may have been moved (KASLR); the
 * address is used only where there is none.  A sample within a site, or at the
 * instruction behind it (where an interrupt that was late by one instruction is
 * seen), is one of the site.  All others are not of interest here.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "collect.h"

struct frame {
	uint64_t ip, offset;
	char symbol[256];
	bool kernel;
};

/* A kernel, as far as the dso tells, or @k's own file (perf script -k vmlinux). */
static bool is_kernel_dso(const struct kernel *k, const char *dso)
{
	const char *own = strrchr(k->image.path, '/'), *base = strrchr(dso, '/');

	return !strcmp(own ? own + 1 : k->image.path, base ? base + 1 : dso) ||
	       strstr(dso, "kernel") || strstr(dso, "vmlinux") || strstr(dso, "kallsyms");
}

static bool parse_frame(const struct kernel *k, const char *line, struct frame *f)
{
	for (const char *p = line; *p; p += strcspn(p, " \t")) {
		char dso[256] = "";
		int n = 0;

		p += strspn(p, " \t");
		memset(f, 0, sizeof(*f));
		if (strspn(p, "0123456789abcdef") < 1 ||
		    sscanf(p, "%" SCNx64 "%n", &f->ip, &n) != 1 || !isblank((unsigned char)p[n]))
			continue;
		if (sscanf(p + n, " %255[^+ ]+0x%" SCNx64 " (%255[^)])", f->symbol, &f->offset,
			   dso) == 3 ||
		    sscanf(p + n, " [unknown] (%255[^)])", dso) == 1) {
			if (*f->symbol == '[')
				*f->symbol = '\0';
			f->kernel = is_kernel_dso(k, dso);
			return true;
		}
	}
	return false;
}

/* The address that a frame has in @k as it was linked; 0: unknown there. */
static uint64_t linked_address(const struct kernel *k, const struct frame *f)
{
	uint64_t found = 0;

	if (!*f->symbol)
		return f->ip;
	for (size_t i = 1; i < k->image.nsymbols; i++) {
		const struct image_symbol *s = &k->image.symbol[i];

		if (!s->section || strcmp(s->name, f->symbol))
			continue;
		/* Of several functions of a name perf does not say which: by address then. */
		if (found)
			return f->ip;
		found = s->addr + f->offset;
	}
	return found;
}

static const struct site *site_of(const struct kernel *k, uint64_t addr)
{
	size_t low = 0, high = k->sites.n;

	while (low < high) { /* the last site that starts at or before addr */
		size_t mid = low + (high - low) / 2;

		if (k->sites.site[mid].addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		return NULL;
	const struct site *s = &k->sites.site[low - 1];
	/* A site that begins right behind another one has that one's late samples. */
	return addr <= s->addr + (s->total > s->length ? s->total : s->length) ? s : NULL;
}

static bool blank(const char *line)
{
	return !line[strspn(line, " \t\r")];
}

void collect_perf(const struct kernel *k, struct profile *p, const char *path)
{
	struct wp_buf text = {0};
	bool chains, taken = false;
	uint64_t samples = 0, in_kernel = 0, at_sites = 0;
	char *line, *rest;

	if (wp_read_file(path, &text))
		wp_die_at(WP_USAGE, path, 0, "%s", strerror(errno));
	if (!text.len || memchr(text.data, '\0', text.len))
		wp_die_at(WP_USAGE, path, 0,
			  text.len ? "not text: give the output of `perf script', not perf.data"
				   : "it is empty");
	chains = strstr(text.data, "\n\n") != NULL;
	for (rest = text.data; (line = strsep(&rest, "\n"));) {
		const struct site *site;
		struct frame f;

		if (blank(line) || *line == '#') {
			taken = false;
			continue;
		}
		if ((chains && taken) || !parse_frame(k, line, &f))
			continue;
		taken = true;
		samples++;
		if (!f.kernel)
			continue;
		in_kernel++;
		site = site_of(k, linked_address(k, &f));
		if (site) {
			profile_add(&p->sites, site->name, 1);
			at_sites++;
		}
	}
	wp_buf_free(&text);
	if (!samples)
		wp_die_at(WP_USAGE, path, 0,
			  "no sample of the form `<address> <symbol>+0x<offset> (<dso>)': use perf "
			  "script -F ip,sym,symoff,dso");
	if (!in_kernel)
		wp_die_at(WP_USAGE, path, 0,
			  "none of its %" PRIu64 " samples is in a kernel: record with :k events",
			  samples);
	fprintf(stderr,
		"%s: %" PRIu64 " samples, %" PRIu64 " in the kernel, %" PRIu64 " at sites\n", path,
		samples, in_kernel, at_sites);
}
