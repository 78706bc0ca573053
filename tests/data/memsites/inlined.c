// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * inlined.c - stores through a parameter, of functions too long to be inlined early: what
 * becomes of the marks where they are inlined later.
 *
 * `expect` as in stores.c, at each -O level that inlines.
 */
#include "types.h"

extern void lock(void), unlock(void), complain(unsigned long);

/* As Linux 6.12's __pte_offset_map(), twice as long. */
/* expect handed_out: pmd_store */
unsigned long handed_out(pmd_t *pmd, pmd_t *seen)
{
	pmd_t value;

	lock();
	value.pmd = *(volatile pmdval_t *)&pmd->pmd;
	if (seen)
		*seen = value;
	if (!(value.pmd & 1)) {
		complain(value.pmd);
		unlock();
		return 0;
	}
	if (value.pmd & 128) {
		complain(value.pmd ^ 128);
		unlock();
		return 1;
	}
	return value.pmd & ~0xffful;
}

/* The caller's is a local variable. */
/* expect to_local: */
__attribute__((flatten)) unsigned long to_local(pmd_t *pmd)
{
	pmd_t seen;
	unsigned long page = handed_out(pmd, &seen);

	return page ? page + (seen.pmd & 15) : 0;
}

/* The same, whose address others have. */
/* expect to_shared_local: */
__attribute__((flatten)) unsigned long to_shared_local(pmd_t *pmd)
{
	pmd_t seen = {0};
	unsigned long page;

	asm volatile("" : : "r"(&seen) : "memory");
	page = handed_out(pmd, &seen);
	asm volatile("" : : "r"(&seen) : "memory");
	return page;
}

/* A field of a local structure, an element of a local array. */
/* expect to_part_of_local: */
__attribute__((flatten)) unsigned long to_part_of_local(pmd_t *pmd, int i)
{
	struct {
		long other;
		pmd_t seen;
	} one;
	pmd_t many[4] = {{0}};

	return handed_out(pmd, &one.seen) + handed_out(pmd, &many[i & 3]) + one.seen.pmd +
	       many[1].pmd;
}

/* The caller's is a table, or may be one, or is the caller's caller's. */
/* expect to_table: pmd_store */
__attribute__((flatten)) unsigned long to_table(pmd_t *pmd, pmd_t *copy)
{
	return handed_out(pmd, copy + 1);
}

pmd_t a_table[512];

/* expect to_global_table: pmd_store */
__attribute__((flatten)) unsigned long to_global_table(pmd_t *pmd)
{
	return handed_out(pmd, &a_table[7]);
}

/* expect to_local_or_table: pmd_store */
__attribute__((flatten)) unsigned long to_local_or_table(pmd_t *pmd, pmd_t *table, int which)
{
	pmd_t mine = {0};

	return handed_out(pmd, which ? &mine : table) + mine.pmd;
}

/* A helper that is inlined early, with its mark. */
/* expect early: */
unsigned long early(unsigned long x)
{
	pte_t mine, *p = &mine;

	asm volatile("" : : "r"(p) : "memory");
	set_pte(p, (pte_t){x});
	asm volatile("" : : "r"(p) : "memory");
	return mine.pte;
}
