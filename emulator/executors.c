// SPDX-License-Identifier: GPL-2.0-or-later
/* executors.c - address ranges of user, kernel, wedge and hypervisor. */
#include "executors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The lower half of the canonical addresses is user space on every system here. */
#define USER_END 0x800000000000ull
/* Xen's share of the upper half: xen/include/asm-x86/config.h. */
#define XEN_LOW	 0xffff82c000000000ull
#define XEN_HIGH 0xffff87ffffffffffull

#define MAX_REGIONS 32

const char *const executor_name[EXECUTORS] = {"user", "kernel", "wedge", "hypervisor"};

static struct region {
	uint64_t low, high;
	enum executor who;
} regions[MAX_REGIONS];
static unsigned int n_regions;

const char *executor_region(const char *text)
{
	size_t len = strcspn(text, ":");
	struct region r = {XEN_LOW, XEN_HIGH, 0};
	char *end;

	while (r.who < EXECUTORS &&
	       (strlen(executor_name[r.who]) != len || strncmp(text, executor_name[r.who], len)))
		r.who++;
	if (r.who == EXECUTORS)
		return "no such executor (user, kernel, wedge, hypervisor)";
	if (n_regions == MAX_REGIONS)
		return "too many regions (32 at most)";
	if (text[len]) {
		errno = 0;
		r.low = strtoull(text + len + 1, &end, 16);
		if (end == text + len + 1 || *end != '-')
			return "not <executor>:<hex low>-<hex high>";
		text = end + 1;
		r.high = strtoull(text, &end, 16);
		if (end == text || *end || errno)
			return "not <executor>:<hex low>-<hex high>";
		if (r.low > r.high)
			return "its low end is above its high end";
	} else if (r.who != HYPERVISOR) {
		return "it needs a range: <executor>:<hex low>-<hex high>";
	}
	regions[n_regions++] = r;
	return NULL;
}

enum executor executor_of(uint64_t addr)
{
	for (unsigned int i = n_regions; i--;)
		if (addr >= regions[i].low && addr <= regions[i].high)
			return regions[i].who;
	return addr < USER_END ? USER : KERNEL;
}
