/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list.c - the registered workloads.
 *
 * The linker collects the pointers of all files into one section and defines
 * its bounds.  Their order is that of linking, so they are sorted by name here.
 */
#include <stdlib.h>
#include <string.h>
#include "runner.h"

#define MAX_WORKLOADS 64

extern const struct workload *const __start_workloads[];
extern const struct workload *const __stop_workloads[];

static int by_name(const void *a, const void *b)
{
	const struct workload *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

const struct workload *const *workload_list(size_t *n)
{
	static const struct workload *sorted[MAX_WORKLOADS];

	*n = 0;
	for (const struct workload *const *w = __start_workloads; w != __stop_workloads; w++) {
		if (*n == MAX_WORKLOADS)
			fail("more than %d workloads: raise MAX_WORKLOADS in list.c",
			     MAX_WORKLOADS);
		sorted[(*n)++] = *w;
	}
	qsort(sorted, *n, sizeof(sorted[0]), by_name);
	return sorted;
}

const struct workload *workload_find(const char *name)
{
	size_t n;
	const struct workload *const *all = workload_list(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}
