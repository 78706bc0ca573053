// SPDX-License-Identifier: GPL-2.0-or-later
/* missed.c - changes of page tables that are no sites, and that the report names. */
#include "types.h"
#include <string.h>

void ranges(pgd_t *to, const pgd_t *from, pte_t *p)
{
	memcpy(to, from, 256 * sizeof(*to)); /* report: range */
	memset(p, 0, 4096);		     /* report: range */
}

void part(pte_t *p)
{
	*(unsigned int *)p = 1; /* report: part */
}

void another(unsigned long *to, const pgd_t *from)
{
	memcpy(to, from, 4096);
	*(unsigned int *)to = 1;
}
