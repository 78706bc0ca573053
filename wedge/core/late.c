/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * late.c - code that comes after the start: its sites are patched before it first runs.
 *
 * All that is known of such code is what the processor knows: a page of the kernel's
 * half became executable.  It is not, to the machine, until the guest flushes the TLB
 * or the first fetch faults.  By then its notes lie near it, relocated, in memory that
 * is mapped by small pages; they are found by their header and looked at only for
 * sites in such new pages.  So nothing need be known of how the guest loads code.
 *
 * A site is forgotten when other bytes stand in its place than those that were put
 * there, which is looked at each time: its address may have been given to other code.
 * A site that is found and cannot be patched is reported, the first few by address and reason.
 */
#include "late.h"

#include <wedgeperf/kinds.h>

#include "backend.h"
#include "leaf.h"
#include "paging.h"
#include "shadow.h"
#include "site.h"
#include "vcpu.h"
#include "wedge.h"

#define MAX_SITES  65536
#define LONGEST	   32		/* bytes; longer sites are left to trap, if they do */
#define REACH	   (2ull << 30) /* of a note's relative addresses */
#define FIRST	   256		/* sites for which there is room at first */
#define COMPLAINTS 20		/* reported with their reason; further ones are only counted */

struct bytes {
	uint8_t original[LONGEST], patched[LONGEST];
};

bool late_pending;

static struct site *sites;
static struct bytes *bytes; /* beside each */
static size_t nr_sites, room;
static uint64_t lowest, highest; /* of the new pages */
static struct {
	uint64_t scans, pages, found, dropped, left, strange;
	uint64_t by_strategy[STRATEGIES];
} counts;

void late_start(void)
{
	late_pending = false;
	sites = NULL;
	nr_sites = room = 0;
	memset(&counts, 0, sizeof(counts));
}

uint64_t late_withhold(uint64_t value)
{
	if ((value & (PTE_PRESENT | PTE_NX)) != PTE_PRESENT)
		return value;
	late_pending = true;
	return value | PTE_NX | PTE_UNREAD;
}

typedef void visitor(uint64_t va, uint64_t entry, uint64_t value);

/* Each page that is mapped by a leaf table of the kernel's half. */
static void each_page(uint64_t table, unsigned int level, uint64_t base, visitor *visit)
{
	const uint64_t *entries = window(table & PTE_ADDR);

	for (uint64_t i = level == 4 ? ENTRIES / 2 : 0; i < ENTRIES; i++) {
		uint64_t value = entries[i], va = base + (i << (12 + 9 * (level - 1)));

		if (!(value & PTE_PRESENT))
			continue;
		if (level == 1)
			visit(va, (table & PTE_ADDR) + i * 8, value);
		else if ((level == 4 || !(value & PTE_PSE)) && guest_memory(value & PTE_ADDR))
			each_page(value, level - 1, va, visit);
	}
}

static void each(visitor *visit)
{
	each_page(vcpu.cr3, 4, 0xffffull << 48, visit);
}

static void measure(uint64_t va, uint64_t entry, uint64_t value)
{
	(void)entry;
	if (!(value & PTE_UNREAD))
		return;
	counts.pages++;
	lowest = va < lowest ? va : lowest;
	highest = va > highest ? va : highest;
}

/* As it was patched, and still mapped? */
static bool is_there(size_t n)
{
	uint8_t now[LONGEST];

	return guest_read(sites[n].address, now, sites[n].total) &&
	       !memcmp(now, bytes[n].patched, sites[n].total);
}

static void move(size_t to, size_t from)
{
	sites[to] = sites[from];
	bytes[to] = bytes[from];
	sites[to].original = bytes[to].original;
}

static void drop_old(void)
{
	size_t kept = 0;

	for (size_t n = 0; n < nr_sites; n++) {
		if (is_there(n))
			move(kept++, n);
		else
			counts.dropped++;
	}
	nr_sites = kept;
	sites_index(sites, nr_sites);
}

/* Memory is never given back, so room doubles. */
static bool make_room(void)
{
	struct site *old_sites = sites;
	struct bytes *old_bytes = bytes;

	if (nr_sites < room)
		return true;
	if (room == MAX_SITES)
		return false;
	room = room ? 2 * room : FIRST;
	sites = hv_alloc(room * sizeof(*sites));
	bytes = hv_alloc(room * sizeof(*bytes));
	for (size_t n = 0; n < nr_sites; n++) {
		sites[n] = old_sites[n];
		bytes[n] = old_bytes[n];
		sites[n].original = bytes[n].original;
	}
	return true;
}

/* Does the site's instruction stand there?  The guest may have replaced it (alternatives). */
static bool is_as_built(struct site *s)
{
	unsigned int prefixes = AB_PREFIXES(s->flags);

	for (unsigned int i = 0; i < prefixes; i++)
		if (s->original[i] != AB_PREFIX_BYTE)
			return false;
	return insn_decode(s->original, s->total, &s->insn) &&
	       s->insn.length <= prefixes + s->length;
}

/* What is wrong with a site that a note names, or NULL. */
static const char *misfit(const struct ab_site *entry)
{
	if (entry->kind >= SITE_KINDS || !kind_info[entry->kind].name)
		return "its kind is not known";
	if (!entry->length || entry->length > entry->total)
		return "its lengths make no sense";
	return entry->total > LONGEST ? "it is too long" : NULL;
}

static void complain(uint64_t address, unsigned int kind, const char *why)
{
	if (counts.left++ < COMPLAINTS)
		print("wedge: later code: %s at %lx is left as it is: %s\n",
		      kind < SITE_KINDS && kind_info[kind].name ? kind_info[kind].name : "site",
		      address, why);
	else if (counts.left == COMPLAINTS + 1)
		print("wedge: later code: more sites are left; wedge.report=1 counts them\n");
}

static void found(const struct ab_site *entry, uint64_t address)
{
	struct walk w;
	struct site *s;
	const char *error;

	if (!guest_walk(address, &w) || w.level != 1 || !(w.entry & PTE_UNREAD) ||
	    site_find(address))
		return;
	error = misfit(entry);
	if (!error && !make_room())
		error = "there are too many";
	if (!error && !guest_read(address, bytes[nr_sites].original, entry->total))
		error = "its end is not mapped";
	if (error) {
		complain(address, entry->kind, error);
		return;
	}
	s = &sites[nr_sites];
	*s = (struct site){.address = address,
			   .kind = entry->kind,
			   .length = entry->length,
			   .total = entry->total,
			   .branch = entry->total < AB_MAX_INSN ? entry->total : AB_MAX_INSN,
			   .flags = entry->flags,
			   .late = true,
			   .original = bytes[nr_sites].original};
	if (is_as_built(s))
		nr_sites++;
	else
		complain(address, s->kind, "another instruction stands there");
}

/* A note whose first word is at @va, if it is one. */
static void read_note(uint64_t va)
{
	struct {
		uint32_t namesz, descsz, type;
		char name[sizeof(AB_NOTE_NAME)];
		struct ab_note_header header;
	} note;
	struct ab_site entry;
	size_t left;

	if (!guest_read(va, &note, sizeof(note)) || note.type != NT_AFTERBURN ||
	    memcmp(note.name, AB_NOTE_NAME, sizeof(note.name)))
		return;
	if (note.header.version != AB_VERSION || note.header.entry_size != sizeof(entry)) {
		if (!counts.strange++)
			print("wedge: later code: the notes at %lx are of version %u, not %u; "
			      "what they name is left as it is\n",
			      va, note.header.version, AB_VERSION);
		return;
	}
	va += sizeof(note);
	left = note.descsz < sizeof(note.header) ? 0 : note.descsz - sizeof(note.header);
	for (; left >= sizeof(entry); left -= sizeof(entry), va += sizeof(entry)) {
		if (!guest_read(va, &entry, sizeof(entry)))
			return;
		found(&entry, va + (uint64_t)(int64_t)entry.pcrel);
	}
}

static void look(uint64_t va, uint64_t entry, uint64_t value)
{
	const uint32_t *words = window(value & PTE_ADDR);

	(void)entry;
	if ((va < lowest && lowest - va > REACH) || (va > highest && va - highest > REACH) ||
	    !guest_memory(value & PTE_ADDR))
		return;
	for (unsigned int n = 0; n < PAGE_SIZE / sizeof(*words); n++)
		if (words[n] == sizeof(AB_NOTE_NAME))
			read_note(va + n * sizeof(*words));
}

static void admit(uint64_t va, uint64_t entry, uint64_t value)
{
	(void)va;
	if (!(value & PTE_UNREAD))
		return;
	value &= ~(PTE_NX | PTE_UNREAD);
	if (leaf_is_table(entry))
		hv_pt_write(entry, value);
	else
		*(uint64_t *)window(entry) = value;
}

void late_admit(void)
{
	size_t before;

	counts.scans++;
	late_pending = false;
	lowest = ~0ull;
	highest = 0;
	guest_forget();
	hv_pt_flush();
	each(measure);
	if (lowest > highest)
		return;
	drop_old();
	before = nr_sites;
	each(look);
	for (size_t n = before; n < nr_sites; n++) {
		site_patch(&sites[n]);
		guest_read(sites[n].address, bytes[n].patched, sites[n].total);
		counts.by_strategy[sites[n].strategy]++;
	}
	counts.found += nr_sites - before;
	sites_index(sites, nr_sites);
	each(admit);
	hv_pt_flush();
}

void late_report(void)
{
	if (!counts.found && !counts.left)
		return;
	print("wedge: %lu sites in %lu pages of later code: %lu inline, %lu called, %lu trap, "
	      "%lu as they are; %lu left, %lu forgotten; looked %lu times\n",
	      counts.found, counts.pages, counts.by_strategy[STRATEGY_INLINE],
	      counts.by_strategy[STRATEGY_CALL], counts.by_strategy[STRATEGY_TRAP],
	      counts.by_strategy[STRATEGY_NATIVE], counts.left, counts.dropped, counts.scans);
}
