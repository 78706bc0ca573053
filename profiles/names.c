// SPDX-License-Identifier: GPL-2.0-or-later
/* names.c - see names.h. */
#include "names.h"

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static size_t align4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* The descriptor of the GNU build-id note in a section of notes. */
static bool find_build_id(const struct image_section *s, char *build)
{
	Elf64_Nhdr note;
	size_t desc;

	for (size_t at = 0; at + sizeof(note) <= s->size; at = desc + align4(note.n_descsz)) {
		memcpy(&note, s->data + at, sizeof(note));
		desc = at + sizeof(note) + align4(note.n_namesz);
		if (desc > s->size || note.n_descsz > s->size - desc)
			return false;
		if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != sizeof(ELF_NOTE_GNU) ||
		    memcmp(s->data + at + sizeof(note), ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) ||
		    note.n_descsz > PROFILE_BUILD_MAX / 2 || !note.n_descsz)
			continue;
		for (size_t i = 0; i < note.n_descsz; i++) {
			static const char digit[] = "0123456789abcdef";

			*build++ = digit[s->data[desc + i] >> 4];
			*build++ = digit[s->data[desc + i] & 15];
		}
		*build = '\0';
		return true;
	}
	return false;
}

void kernel_open(struct kernel *k, const char *path)
{
	bool found = false;
	char *error;

	memset(k, 0, sizeof(*k));
	if (image_open(&k->image, path, &error))
		wp_die_at(WP_USAGE, path, 0, "%s", error);
	if (sites_load(&k->sites, &k->image, &error))
		wp_die_at(WP_USAGE, path, 0, "%s", error);
	if (!k->sites.n)
		wp_die_at(WP_USAGE, path, 0,
			  "it has no annotations: it was not built with the afterburner");
	for (size_t i = 1; i < k->image.nsections && !found; i++)
		if (k->image.section[i].type == SHT_NOTE && k->image.section[i].data)
			found = find_build_id(&k->image.section[i], k->build);
	if (!found)
		wp_die_at(WP_USAGE, path, 0, "it has no build id: link it with --build-id");
}

void kernel_close(struct kernel *k)
{
	sites_free(&k->sites);
	image_close(&k->image);
}

char *kernel_place(const struct kernel *k, uint64_t addr)
{
	const struct image_symbol *f = image_function_at(&k->image, addr);
	const struct image_section *s = image_section_at(&k->image, addr);
	char *where, *place;

	if (!f && !s)
		return wp_format("(none)+0x%" PRIx64, addr);
	where = sites_place(f, s);
	place = wp_format("%s+0x%" PRIx64, where, addr - (f ? f->addr : s->addr));
	free(where);
	return place;
}

void kernel_count(const struct kernel *k, struct profile *p, uint64_t addr, uint64_t count)
{
	const struct site *site = sites_at(&k->sites, addr);
	char *place;

	if (site) {
		profile_add(&p->sites, site->name, count);
		return;
	}
	place = kernel_place(k, addr);
	profile_add(&p->places, place, count);
	free(place);
}

static bool known(const struct kernel *k, const char *name)
{
	size_t *index;

	if (!sites_named(&k->sites, name, &index))
		return false;
	free(index);
	return true;
}

int profile_match(struct profile *p, const char *file, const struct kernel *k, bool by_name,
		  struct wp_buf *unmatched)
{
	bool same = !strcmp(p->build, k->build);
	size_t kept = 0;

	if (!same && !by_name) {
		wp_warn_at(file, 0,
			   "it is of build %s, %s is %s: collect it anew, or match by name "
			   "(--by-name)",
			   p->build, k->image.path, k->build);
		return -1;
	}
	for (size_t i = 0; i < p->sites.n; i++) {
		if (known(k, p->sites.count[i].name)) {
			p->sites.count[kept++] = p->sites.count[i];
			continue;
		}
		if (same) {
			wp_warn_at(file, 0, "%s has no site `%s', though the build id is the same",
				   k->image.path, p->sites.count[i].name);
			return -1;
		}
		wp_buf_printf(unmatched, "%s %" PRIu64 "\n", p->sites.count[i].name,
			      p->sites.count[i].count);
		free(p->sites.count[i].name);
	}
	p->sites.n = kept;
	for (size_t i = 0; i < p->places.n && !same; i++) {
		wp_buf_printf(unmatched, "%s %" PRIu64 "\n", p->places.count[i].name,
			      p->places.count[i].count);
		free(p->places.count[i].name);
	}
	if (!same)
		p->places.n = 0;
	memcpy(p->build, k->build, sizeof(p->build));
	return 0;
}
