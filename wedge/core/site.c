/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * site.c - the annotated sites: read from the notes of the guest's kernel, sorted
 * by address, found through a hash table.  What is done to their bytes: patch.c.
 */
#include "site.h"
#include <wedgeperf/kinds.h>

#include "backend.h"
#include "wedge.h"

static struct site *sites;
static size_t nr_sites;
struct slot {
	uint64_t address;
	struct site *site; /* NULL: free */
};
/* By its address, and by the return address of a call that fills it. */
static struct slot *hash, *calls;
static size_t hash_mask, hash_room;
static unsigned int hash_shift;

static struct site *late_sites;
static size_t nr_late;

static void make_hashes(void);

size_t sites_count(void)
{
	return nr_sites;
}

struct site *sites_all(void)
{
	return sites;
}

const char *site_kind_name(const struct site *s)
{
	return s->kind < SITE_KINDS && kind_info[s->kind].name ? kind_info[s->kind].name : "?";
}

const char *site_name(const struct site *s)
{
	return s->name ? s->name : site_kind_name(s);
}

/* Does @name end in the kind of @s and a number? */
static bool names_kind(const char *name, const struct site *s)
{
	const char *kind = NULL;
	size_t len = strlen(site_kind_name(s));

	for (const char *p = name; *p; p++)
		if (*p == '/')
			kind = p + 1;
	return kind && !strncmp(kind, site_kind_name(s), len) && kind[len] == '#';
}

const char *sites_name(const char *names, size_t size)
{
	char *text = memcpy(hv_alloc(size + 1), names, size), *name = text, *end = text;
	size_t n = 0;

	for (; end < text + size; end++) {
		if (*end != '\n')
			continue;
		*end = '\0';
		if (n == nr_sites || !names_kind(name, &sites[n]))
			return "they are those of another kernel";
		sites[n++].name = name;
		name = end + 1;
	}
	return n == nr_sites ? NULL : "they are those of another kernel, or cut off";
}

struct note {
	uint32_t namesz, descsz, type;
	char name[sizeof(AB_NOTE_NAME)];
};

static size_t align4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* Call @found for each entry of each note of ours; returns an error or NULL. */
static const char *for_each(const uint8_t *notes, size_t size, uint64_t address,
			    void (*found)(const struct ab_site *, uint64_t address))
{
	struct ab_note_header header;
	struct ab_site entry;
	struct note note;
	size_t at, end;

	for (size_t pos = 0; pos + 12 <= size; pos = end) {
		memcpy(&note, notes + pos, 12);
		at = pos + 12 + align4(note.namesz);
		end = at + align4(note.descsz);
		if (end > size || end < pos + 12 || at < pos || at > end)
			return "its notes are cut off";
		if (note.type != NT_AFTERBURN || note.namesz != sizeof(AB_NOTE_NAME) ||
		    memcmp(notes + pos + 12, AB_NOTE_NAME, sizeof(AB_NOTE_NAME)))
			continue;
		if (note.descsz < sizeof(header))
			return "an annotation note has no header";
		memcpy(&header, notes + at, sizeof(header));
		if (header.version != AB_VERSION || header.entry_size != sizeof(entry))
			return "its annotations are of another version; rebuild it with this "
			       "afterburner";
		for (at += sizeof(header); at + sizeof(entry) <= end; at += sizeof(entry)) {
			memcpy(&entry, notes + at, sizeof(entry));
			found(&entry, address + at);
		}
	}
	return NULL;
}

static void count(const struct ab_site *entry, uint64_t address)
{
	(void)entry;
	(void)address;
	nr_sites++;
}

static void add(const struct ab_site *entry, uint64_t address)
{
	struct site *s = &sites[nr_sites++];

	*s = (struct site){.address = address + (uint64_t)(int64_t)entry->pcrel,
			   .kind = entry->kind,
			   .length = entry->length,
			   .total = entry->total,
			   .branch = entry->total < AB_MAX_INSN ? entry->total : AB_MAX_INSN,
			   .flags = entry->flags};
}

static void sift(struct site *heap, size_t root, size_t n)
{
	struct site moving = heap[root];
	size_t child;

	for (; (child = 2 * root + 1) < n; root = child) {
		if (child + 1 < n && heap[child].address < heap[child + 1].address)
			child++;
		if (heap[child].address <= moving.address)
			break;
		heap[root] = heap[child];
	}
	heap[root] = moving;
}

static void sort(void)
{
	for (size_t i = nr_sites / 2; i-- > 0;)
		sift(sites, i, nr_sites);
	for (size_t n = nr_sites; n-- > 1;) {
		struct site last = sites[n];

		sites[n] = sites[0];
		sites[0] = last;
		sift(sites, 0, n);
	}
}

const char *sites_read(const void *notes, size_t size, uint64_t address)
{
	const char *error;

	nr_late = hash_room = 0;
	nr_sites = 0;
	error = for_each(notes, size, address, count);
	if (error)
		return error;
	if (!nr_sites)
		return "it has no annotations: it was not built with the afterburner";
	sites = hv_alloc(nr_sites * sizeof(*sites));
	nr_sites = 0;
	for_each(notes, size, address, add);
	sort();
	for (size_t i = 1; i < nr_sites; i++)
		if (sites[i].address < sites[i - 1].address + sites[i - 1].total)
			return "two annotated sites overlap";
	make_hashes();
	return NULL;
}

static size_t slot_of(uint64_t address)
{
	return (address * 0x9e3779b97f4a7c15ull) >> hash_shift;
}

static void insert(struct slot *table, uint64_t key, struct site *s)
{
	size_t slot = slot_of(key);

	while (table[slot].site)
		slot = (slot + 1) & hash_mask;
	table[slot] = (struct slot){key, s};
}

/* Open hash tables, at most half full; only for larger ones there is new memory. */
static void make_hashes(void)
{
	size_t size = 2, all = nr_sites + nr_late;

	for (hash_shift = 63; size < 2 * all; size *= 2)
		hash_shift--;
	hash_mask = size - 1;
	if (size > hash_room) {
		hash = hv_alloc(size * sizeof(*hash));
		calls = hv_alloc(size * sizeof(*calls));
		hash_room = size;
	} else {
		memset(hash, 0, size * sizeof(*hash));
		memset(calls, 0, size * sizeof(*calls));
	}
	for (size_t i = 0; i < all; i++) {
		struct site *s = site_number(i);

		insert(hash, s->address, s);
		insert(calls, s->address + s->branch, s);
	}
}

struct site *site_number(size_t n)
{
	if (n < nr_sites)
		return &sites[n];
	return n - nr_sites < nr_late ? &late_sites[n - nr_sites] : NULL;
}

void sites_index(struct site *late, size_t n)
{
	late_sites = late;
	nr_late = n;
	make_hashes();
}

static inline struct site *find(const struct slot *table, uint64_t key)
{
	for (size_t slot = slot_of(key); table[slot].site; slot = (slot + 1) & hash_mask)
		if (table[slot].address == key)
			return table[slot].site;
	return NULL;
}

struct site *site_find(uint64_t address)
{
	return hash ? find(hash, address) : NULL;
}

struct site *site_called(uint64_t from)
{
	return find(calls, from);
}
