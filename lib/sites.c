// SPDX-License-Identifier: GPL-2.0-or-later
/* sites.c - read annotations, name the sites. See sites.h. */
#include <stdlib.h>
#include <string.h>
#include "sites.h"

static uint32_t word(const uint8_t *p)
{
	uint32_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

static uint64_t align(uint64_t n, uint64_t to)
{
	return (n + to - 1) & ~(to - 1);
}

static int fail(char **error, const struct image_section *s, uint64_t offset, const char *what)
{
	*error = wp_format("section %s, offset 0x%llx: %s", s->name, (unsigned long long)offset,
			   what);
	return -1;
}

static void add_site(struct sites *sites, const struct site *site)
{
	/* doubling: grow at each power of two */
	if (!(sites->n & (sites->n - 1)))
		sites->site = wp_realloc(sites->site,
					 (sites->n ? sites->n * 2 : 1) * sizeof(*site));
	sites->site[sites->n++] = *site;
}

/* One note's descriptor: @size bytes at @offset of @s. */
static int read_descriptor(struct sites *sites, const struct image *img,
			   const struct image_section *s, uint64_t offset, uint64_t size,
			   char **error)
{
	struct ab_note_header header;
	uint64_t end = offset + size;

	if (size < sizeof(header))
		return fail(error, s, offset, "annotation note without a header");
	memcpy(&header, s->data + offset, sizeof(header));
	if (header.version != AB_VERSION) {
		*error = wp_format("section %s, offset 0x%llx: annotations of version %u, but this "
				   "program knows %u: "
				   "use the tools that the file was built with",
				   s->name, (unsigned long long)offset, header.version, AB_VERSION);
		return -1;
	}
	if (header.entry_size != sizeof(struct ab_site) || header.reserved ||
	    (size - sizeof(header)) % sizeof(struct ab_site))
		return fail(error, s, offset, "malformed annotation note");

	for (offset += sizeof(header); offset < end; offset += sizeof(struct ab_site)) {
		struct ab_site raw;
		struct site site = {0};

		memcpy(&raw, s->data + offset, sizeof(raw));
		if (raw.kind >= SITE_KINDS || !kind_info[raw.kind].name) {
			*error = wp_format(
				"section %s, offset 0x%llx: annotation of unknown kind %u", s->name,
				(unsigned long long)offset, raw.kind);
			return -1;
		}
		if (image_pcrel(img, s, offset + offsetof(struct ab_site, pcrel), &site.addr))
			return fail(error, s, offset, "annotation with an unexpected relocation");
		site.kind = raw.kind;
		site.length = raw.length;
		site.total = raw.total;
		site.flags = raw.flags;
		add_site(sites, &site);
	}
	sites->notes++;
	return 0;
}

/* Every note of a section; those of others are stepped over. */
static int read_notes(struct sites *sites, const struct image *img, const struct image_section *s,
		      char **error)
{
	uint64_t offset = 0, namesz, descsz, desc;

	while (offset + 12 <= s->size) {
		const uint8_t *note = s->data + offset;

		namesz = word(note);
		descsz = word(note + 4);
		desc = offset + 12 + align(namesz, 4);
		if (desc > s->size || descsz > s->size - desc)
			return fail(error, s, offset, "note runs past the end of its section");
		if (word(note + 8) == NT_AFTERBURN && namesz == sizeof(AB_NOTE_NAME) &&
		    !memcmp(note + 12, AB_NOTE_NAME, sizeof(AB_NOTE_NAME)) &&
		    read_descriptor(sites, img, s, desc, descsz, error))
			return -1;
		offset = desc + align(descsz, 4);
	}
	if (offset < s->size && !strcmp(s->name, AB_NOTE_SECTION))
		return fail(error, s, offset, "truncated note");
	return 0;
}

static int by_addr(const void *a, const void *b)
{
	const struct site *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->kind - y->kind;
}

char *sites_place(const struct image_symbol *function, const struct image_section *section)
{
	if (!function)
		return wp_format("(%s)", section ? section->name : "no section");
	if (function->bind == STB_LOCAL && function->file)
		return wp_format("%s:%s", function->file, function->name);
	return wp_strdup(function->name);
}

struct keyed {
	char *key; /* place/kind */
	size_t index;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	if (order)
		return order;
	return x->index < y->index ? -1 : 1;
}

static int by_name(const void *a, const void *b, void *arg)
{
	const struct site *site = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int order = strcmp(site[x].name, site[y].name);

	if (order)
		return order;
	return x < y ? -1 : 1;
}

/*
 * Ordinals restart with each function, also with two functions of one name:
 * then the names are ambiguous, but those in either function stay what they are.
 */
static void name_sites(struct sites *sites, const struct image *img)
{
	struct keyed *keyed = wp_alloc((sites->n + 1) * sizeof(*keyed));
	size_t *offset = wp_alloc((sites->n + 1) * sizeof(*offset)), ordinal = 0;
	struct wp_buf names = {0};

	for (size_t i = 0; i < sites->n; i++) {
		struct site *site = &sites->site[i];
		char *place;

		site->section = image_section_at(img, site->addr);
		site->function = image_function_at(img, site->addr);
		place = sites_place(site->function, site->section);
		keyed[i].key = wp_format("%s/%s", place, kind_info[site->kind].name);
		keyed[i].index = i;
		free(place);
	}
	qsort(keyed, sites->n, sizeof(*keyed), by_key);
	for (size_t i = 0; i < sites->n; i++) {
		const struct site *site = &sites->site[keyed[i].index];
		const struct site *last = i ? &sites->site[keyed[i - 1].index] : NULL;

		if (!i || strcmp(keyed[i].key, keyed[i - 1].key) ||
		    site->function != last->function)
			ordinal = 0;
		offset[keyed[i].index] = names.len;
		wp_buf_printf(&names, "%s#%zu", keyed[i].key, ordinal++);
		wp_buf_add(&names, "", 1);
	}
	sites->names = names.data;
	sites->by_name = wp_alloc((sites->n + 1) * sizeof(*sites->by_name));
	for (size_t i = 0; i < sites->n; i++) {
		sites->site[i].name = names.data + offset[i];
		sites->by_name[i] = (uint32_t)i;
		free(keyed[i].key);
	}
	if (sites->n)
		qsort_r(sites->by_name, sites->n, sizeof(*sites->by_name), by_name, sites->site);
	free(keyed);
	free(offset);
}

int sites_load(struct sites *sites, const struct image *img, char **error)
{
	memset(sites, 0, sizeof(*sites));
	for (size_t i = 1; i < img->nsections; i++) {
		const struct image_section *s = &img->section[i];

		if (s->type == SHT_NOTE && s->data && read_notes(sites, img, s, error)) {
			sites_free(sites);
			return -1;
		}
	}
	if (sites->n)
		qsort(sites->site, sites->n, sizeof(*sites->site), by_addr);
	name_sites(sites, img);
	return 0;
}

void sites_free(struct sites *sites)
{
	free(sites->site);
	free(sites->names);
	free(sites->by_name);
	memset(sites, 0, sizeof(*sites));
}

static int cmp_addr(const void *key, const void *element)
{
	uint64_t addr = *(const uint64_t *)key;
	const struct site *site = element;

	return addr < site->addr ? -1 : addr > site->addr;
}

const struct site *sites_at(const struct sites *sites, uint64_t addr)
{
	return sites->n ? bsearch(&addr, sites->site, sites->n, sizeof(*sites->site), cmp_addr)
			: NULL;
}

size_t sites_named(const struct sites *sites, const char *name, size_t **index)
{
	size_t low = 0, high = sites->n, count = 0;

	*index = NULL;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(sites->site[sites->by_name[mid]].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	while (low + count < sites->n &&
	       !strcmp(sites->site[sites->by_name[low + count]].name, name))
		count++;
	if (count) {
		*index = wp_alloc(count * sizeof(**index));
		for (size_t i = 0; i < count; i++)
			(*index)[i] = sites->by_name[low + i];
	}
	return count;
}

size_t sites_ambiguous(const struct sites *sites)
{
	size_t shared = 0;

	for (size_t i = 0; i < sites->n; i++) {
		const char *name = sites->site[sites->by_name[i]].name;

		shared += (i && !strcmp(name, sites->site[sites->by_name[i - 1]].name)) ||
			  (i + 1 < sites->n &&
			   !strcmp(name, sites->site[sites->by_name[i + 1]].name));
	}
	return shared;
}
