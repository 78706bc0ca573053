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
#include "backend.h"
#include "leaf.h"
#include "paging.h"
#include "shadow.h"
#include "vcpu.h"
#include "wedge.h"

#define HASH 4096
#define SEEN 2 /* in fp_log_done, where sequences store 1 */

static struct {
	uint64_t va, pa; /* of the page that has the place, or had it last */
} pages[FP_PAGES];
static uint8_t watched[HASH]; /* number of pages by frame: those that watch_end() must look for */

void watch_start(void)
{
	memset(fp_pages, 0, sizeof(fp_pages));
	memset(watched, 0, sizeof(watched));
	memset(fp_log_done, 0, sizeof(fp_log_done));
	fp_log_next = 0;
}

static uint8_t *hint(uint64_t pa)
{
	return &watched[pa / PAGE_SIZE % HASH];
}

/* Stores to the entries at @first to @last, of one page, have been noted. */
static void pass_on(uint64_t first, uint64_t last)
{
	unsigned int slot = first / PAGE_SIZE % FP_PAGES;

	if (pages[slot].va == (first & -(uint64_t)PAGE_SIZE))
		shadow_noted(pages[slot].pa, first / 8 % 512, last / 8 % 512);
}

/*
 * A place in the log whose store is not done belongs to code that was interrupted: it stays
 * taken, and all before it, which are marked as seen.
 */
void watch_collect(void)
{
	uint32_t n = fp_log_next < FP_LOG ? fp_log_next : FP_LOG, keep = 0;
	uint64_t first = 0, last = 0;

	for (uint32_t k = n; k-- > 0;) {
		uint64_t va = fp_log[k];
		uint8_t state = fp_log_done[k];

		if (!state) {
			keep = keep ? keep : k + 1;
			continue;
		}
		fp_log_done[k] = keep ? SEEN : 0;
		if (state == SEEN)
			continue;
		if ((va ^ first) >= PAGE_SIZE) {
			if (first)
				pass_on(first, last);
			first = last = va;
		} else if (va < first) {
			first = va;
		} else if (va > last) {
			last = va;
		}
	}
	if (first)
		pass_on(first, last);
	fp_log_next = keep;
}

bool watch_only_note(uint64_t *pa)
{
	unsigned int slot = fp_log[0] / PAGE_SIZE % FP_PAGES;

	if (fp_log_next != 1 || fp_log_done[0] != 1 ||
	    pages[slot].va != (fp_log[0] & -(uint64_t)PAGE_SIZE))
		return false;
	fp_log_done[0] = 0;
	fp_log_next = 0;
	*pa = pages[slot].pa | (fp_log[0] & (PAGE_SIZE - 1));
	return true;
}

static void end(unsigned int slot)
{
	watch_collect();
	fp_pages[slot] = 0;
	--*hint(pages[slot].pa);
}

void watch_offer(uint64_t va, uint64_t pa)
{
	uint64_t page = va & -(uint64_t)PAGE_SIZE;
	unsigned int slot = va / PAGE_SIZE % FP_PAGES;
	struct walk w;

	if (fp_log_next >= FP_LOG)
		watch_collect();
	if (fp_pages[slot] == page || leaf_is_table(pa) || !shadow_may_note(pa))
		return;
	if (fp_pages[slot] && shadow_is_mirrored(pages[slot].pa))
		return;
	/* Only what the guest maps for good, so that a new root changes nothing. */
	if (!(va >> 63) || !guest_walk(va, &w) || !(w.entry & PTE_GLOBAL) || *hint(pa) == UINT8_MAX)
		return;
	if (fp_pages[slot])
		end(slot);
	pages[slot].va = page;
	pages[slot].pa = pa & PTE_ADDR;
	++*hint(pa);
	fp_pages[slot] = page;
}

void watch_end(uint64_t pa)
{
	for (unsigned int slot = 0; *hint(pa) && slot < FP_PAGES; slot++)
		if (fp_pages[slot] && pages[slot].pa == (pa & PTE_ADDR))
			end(slot);
}

void watch_forget(uint64_t va)
{
	unsigned int slot = va / PAGE_SIZE % FP_PAGES;

	if (fp_pages[slot] == (va & -(uint64_t)PAGE_SIZE))
		end(slot);
}

void watch_forget_all(void)
{
	for (unsigned int slot = 0; slot < FP_PAGES; slot++)
		if (fp_pages[slot])
			end(slot);
}
