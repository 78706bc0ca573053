/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watch.c - pages to which patched sites store without entering the wedge.
 *
 * Leaf tables of user space are plain memory, and the machine's follow when x86
 * says that they must (mirror.c).  So a site may execute its store, if it leaves
 * a note of where (fastpath/pte.S).  Pages are added when a store to them was
 * emulated, be they tables already or not; they are taken away when they become
 * tables of another kind.  A page keeps its place until it is no table any more: a
 * store that was interrupted before its note would leave the note with the wrong page.
 */
#include "watch.h"
#include "../../fastpath/fastpath.h"
#include "backend.h"
#include "leaf.h"
#include "paging.h"
#include "shadow.h"
#include "vcpu.h"
#include "wedge.h"

#define NOTES 256 /* of a page; each stands for 2 entries */
#define HASH  4096

static uint64_t memory[FP_PAGES]; /* where the page is */
static uint8_t watched[HASH]; /* number of pages by frame: those that watch_end() must look for */

void watch_start(void)
{
	memset(fp_pages, 0, sizeof(fp_pages));
	memset(watched, 0, sizeof(watched));
}

static uint8_t *hint(uint64_t pa)
{
	return &watched[pa / PAGE_SIZE % HASH];
}

static uint64_t word_at(const uint8_t *bytes)
{
	uint64_t word;

	__builtin_memcpy(&word, bytes, 8);
	return word;
}

static void collect(unsigned int slot)
{
	uint8_t *notes = &fp_notes[slot * NOTES];

	fp_noted[slot] = 0;
	for (unsigned int block = 0; block < NOTES; block += 64) {
		uint64_t any = 0;

#pragma GCC unroll 8
		for (unsigned int n = block; n < block + 64; n += 8)
			any |= word_at(notes + n);
		for (unsigned int n = block; any && n < block + 64; n += 8)
			for (uint64_t word = word_at(notes + n); word; word &= word - 1) {
				unsigned int k = n + (unsigned int)__builtin_ctzl(word) / 8;

				notes[k] = 0;
				shadow_noted(memory[slot] + k * 16ull);
			}
	}
}

void watch_collect(void)
{
	if (!user_work.any) /* every note sets it, last */
		return;
	for (unsigned int block = 0; block < FP_PAGES; block += 64) {
		uint64_t any = 0;

#pragma GCC unroll 8
		for (unsigned int slot = block; slot < block + 64; slot += 8)
			any |= word_at(&fp_noted[slot]);
		for (unsigned int slot = block; any && slot < block + 64; slot += 8)
			for (uint64_t word = word_at(&fp_noted[slot]); word; word &= word - 1)
				collect(slot + (unsigned int)__builtin_ctzl(word) / 8);
	}
}

static void end(unsigned int slot)
{
	collect(slot);
	fp_pages[slot] = 0;
	--*hint(memory[slot]);
}

void watch_offer(uint64_t va, uint64_t pa)
{
	uint64_t page = va / PAGE_SIZE;
	unsigned int slot = page % FP_PAGES;
	struct walk w;

	if (fp_pages[slot] == page || leaf_is_table(pa) || !shadow_may_note(pa))
		return;
	if (fp_pages[slot] && shadow_is_mirrored(memory[slot]))
		return;
	/* Only what the guest maps for good, so that a new root changes nothing. */
	if (!(va >> 63) || !guest_walk(va, &w) || !(w.entry & PTE_GLOBAL) || *hint(pa) == UINT8_MAX)
		return;
	if (fp_pages[slot])
		end(slot);
	memory[slot] = pa & PTE_ADDR;
	++*hint(pa);
	fp_pages[slot] = page;
}

void watch_end(uint64_t pa)
{
	for (unsigned int slot = 0; *hint(pa) && slot < FP_PAGES; slot++)
		if (fp_pages[slot] && memory[slot] == (pa & PTE_ADDR))
			end(slot);
}

void watch_forget(uint64_t va)
{
	uint64_t page = va / PAGE_SIZE;

	if (fp_pages[page % FP_PAGES] == page)
		end(page % FP_PAGES);
}

void watch_forget_all(void)
{
	for (unsigned int slot = 0; slot < FP_PAGES; slot++)
		if (fp_pages[slot])
			end(slot);
}
