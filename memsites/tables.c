// SPDX-License-Identifier: GPL-2.0-or-later
/* tables.c - follow the links of page tables. See tables.h. */
#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include "tables.h"
#include "wp.h"

#define ENTRY_PRESENT 0x001
#define ENTRY_LARGE   0x080
#define ENTRY_BY_CPU  0x060 /* accessed, dirty: the CPU sets them itself */
#define ENTRY_ADDRESS 0x000ffffffffff000ull
#define ROOT_LEVEL    4

struct table {
	unsigned int level;
	unsigned int links; /* roots and entries that refer to it */
	bool root;
	uint64_t entry[TABLE_ENTRIES];
};

static GHashTable *tables; /* page number -> struct table */
static void (*read_page)(uint64_t page, uint64_t *entries);
static size_t seen;
static uint64_t unseen;

void tables_free(void)
{
	if (tables)
		g_hash_table_destroy(tables);
	tables = NULL;
}

void tables_init(void (*read)(uint64_t page, uint64_t *entries))
{
	tables_free();
	read_page = read;
	tables = g_hash_table_new_full(NULL, NULL, NULL, free);
}

static gpointer key(uint64_t page)
{
	return (gpointer)(uintptr_t)(page >> 12);
}

static struct table *find(uint64_t page)
{
	return g_hash_table_lookup(tables, key(page));
}

/* The table that an entry of a table of @level refers to, if it does to one. */
static bool refers(uint64_t entry, unsigned int level, uint64_t *page)
{
	*page = entry & ENTRY_ADDRESS;
	return level > 1 && (entry & ENTRY_PRESENT) &&
	       (level == ROOT_LEVEL || !(entry & ENTRY_LARGE));
}

static void link_table(uint64_t page, unsigned int level)
{
	struct table *t = find(page);
	uint64_t child;

	if (t) {
		t->links++;
		return;
	}
	t = wp_alloc(sizeof(*t));
	t->level = level;
	t->links = 1;
	read_page(page, t->entry);
	g_hash_table_insert(tables, key(page), t);
	seen++;
	for (size_t i = 0; i < TABLE_ENTRIES; i++)
		if (refers(t->entry[i], level, &child))
			link_table(child, level - 1);
}

static void unlink_table(uint64_t page)
{
	struct table *t = find(page);
	uint64_t child;

	if (!t || --t->links)
		return;
	g_hash_table_steal(tables, key(page));
	for (size_t i = 0; i < TABLE_ENTRIES; i++)
		if (refers(t->entry[i], t->level, &child))
			unlink_table(child);
	free(t);
}

static void set_entry(struct table *t, size_t i, uint64_t new)
{
	uint64_t old = t->entry[i], from, to;
	bool referred = refers(old, t->level, &from), refers_now = refers(new, t->level, &to);

	t->entry[i] = new;
	if (referred && refers_now && from == to)
		return;
	/* The new one first: what both lead to lives on. */
	if (refers_now)
		link_table(to, t->level - 1);
	if (referred)
		unlink_table(from);
}

static void compare(struct table *t, uint64_t page)
{
	uint64_t now[TABLE_ENTRIES];

	read_page(page, now);
	for (size_t i = 0; i < TABLE_ENTRIES; i++) {
		if ((now[i] ^ t->entry[i]) & ~(uint64_t)ENTRY_BY_CPU)
			unseen++;
		if (now[i] != t->entry[i])
			set_entry(t, i, now[i]);
	}
}

void tables_check(void)
{
	guint n;
	gpointer *pages = g_hash_table_get_keys_as_array(tables, &n);

	for (guint i = 0; i < n; i++) {
		uint64_t page = (uint64_t)(uintptr_t)pages[i] << 12;
		struct table *t = find(page); /* comparing another one may have ended it */

		if (t)
			compare(t, page);
	}
	g_free(pages);
}

void tables_add_root(uint64_t page)
{
	struct table *t = find(page);

	if (t && t->root) {
		compare(t, page);
		return;
	}
	link_table(page, ROOT_LEVEL);
	find(page)->root = true;
}

void tables_remove_root(uint64_t page)
{
	struct table *t = find(page);

	if (!t || !t->root)
		return;
	t->root = false;
	unlink_table(page);
}

unsigned int tables_level(uint64_t page)
{
	const struct table *t = find(page);

	return t ? t->level : 0;
}

void tables_stored(uint64_t addr)
{
	uint64_t page = addr & ~(uint64_t)0xfff, now[TABLE_ENTRIES];
	struct table *t = find(page);

	if (!t)
		return;
	read_page(page, now);
	set_entry(t, addr / sizeof(now[0]) % TABLE_ENTRIES,
		  now[addr / sizeof(now[0]) % TABLE_ENTRIES]);
}

size_t tables_seen(void)
{
	return seen;
}

uint64_t tables_unseen(void)
{
	return unseen;
}
