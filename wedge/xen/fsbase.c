/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fsbase.c - what fastpath/wrmsr.S knows of the FS base: which one is loaded, and the offset at
 * which a word is read through FS to see that it still is.
 *
 * If it is not, because user mode has loaded a selector, the base is one of a descriptor or none:
 * below 4 GB.  What is read then lies where the process chose it to, within 4 GB, and
 * that must not be memory of a device.  So the word stands in two places, and the one is taken from
 * which all of these 4 GB are harmless, memory or not mapped at all: Xen's part of the address
 * space and what is below it and no address, or the wedge's window.  Bases of stacks and libraries
 * are of the first kind, those of static programs of the second.  For all others nothing is read,
 * and the base is loaded anew.
 */
#include "fsbase.h"

#include "../core/backend.h"
#include "../core/wedge.h"
#include "hypercall.h"

#define NEVER	      (1ull << 63) /* no base is that */
#define OTHERS	      (1ull << 32) /* bases of descriptors are below */
#define LOW_MEMORY    0x100000	   /* in the window; video memory is there */
#define NOT_CANONICAL (1ull << 47) /* from there to Xen's part, which follows */

/* The word is not to be guessed. */
uint64_t fs_loaded, fs_magic, fs_probe;
static uint64_t *fs_magic_far; /* the same, in the window */

static const struct {
	uint64_t start, end;
} harmless[] = {
	{NOT_CANONICAL, HYPERVISOR_VIRT_END},
	{WINDOW_BASE + LOW_MEMORY, WINDOW_BASE + WINDOW_SIZE},
};

bool fs_may_read(uint64_t start)
{
	uint64_t size = OTHERS + sizeof(fs_magic);

	for (unsigned int i = 0; i < ARRAY_SIZE(harmless); i++)
		if (start >= harmless[i].start && start < harmless[i].end &&
		    harmless[i].end - start >= size)
			return true;
	return false;
}

void fs_base_is(uint64_t value)
{
	uint64_t places[2];

	if (!fs_magic) {
		fs_magic = __builtin_ia32_rdtsc() * 0x9e3779b97f4a7c15ull | 1;
		fs_magic_far = hv_alloc(sizeof(*fs_magic_far));
		*fs_magic_far = fs_magic;
	}
	places[0] = (uint64_t)fs_magic_far;
	places[1] = (uint64_t)&fs_magic;
	fs_loaded = NEVER;
	for (unsigned int i = 0; i < ARRAY_SIZE(places) && !hv_user_sets_bases(); i++) {
		fs_probe = places[i] - value;
		if (!fs_may_read(fs_probe))
			continue;
		fs_loaded = value;
		break;
	}
	user_work.fs_base = 0;
}
