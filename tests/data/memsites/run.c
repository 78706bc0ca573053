// SPDX-License-Identifier: GPL-2.0-or-later
/* run.c - prints what page-table code computes: the same with and without the plugin. */
#include <stdio.h>
#include <stdlib.h>
#include "types.h"

static pmd_t table[512];

static pte_t make(unsigned long v)
{
	return (pte_t){v * 4096 | 1};
}

__attribute__((noinline)) static pte_t far_make(unsigned long v)
{
	return make(v + 1);
}

__attribute__((noinline)) static void fill(pte_t *p, int n)
{
	for (int i = 0; i < n; i++)
		set_pte(p + i, i & 1 ? make((unsigned long)i) : far_make((unsigned long)i));
}

__attribute__((noinline)) static void copy(pte_t *to, const pte_t *from, int n)
{
	while (n--)
		*to++ = *from++;
}

__attribute__((noinline)) static unsigned long protect(pte_t *p, int n)
{
	unsigned long changed = 0;

	for (int i = 0; i < n; i++) {
		pte_t old = p[i];

		if (i % 3 == 0)
			clear_bit(0, (unsigned long *)&p[i].pte);
		else if (i % 3 == 1)
			changed += test_and_clear_bit(12, (unsigned long *)&p[i]);
		else
			while (!try_cmpxchg((long *)&p[i], (long *)&old, (long)(old.pte | 2)))
				;
		clear_bit(i % 64, (unsigned long *)&p[i]);
		changed ^= xchg(&p[i].pte, p[i].pte << 1);
	}
	return changed;
}

__attribute__((noinline)) static void table_or_local(pte_t *p, int which, unsigned long *sum)
{
	pte_t mine = {*sum}, *to = which ? p : &mine;

	set_pte(to, make(*sum));
	*sum += mine.pte;
}

static unsigned long handed_out(pte_t *p, pte_t *seen)
{
	pte_t old = *(volatile pte_t *)p;

	if (seen)
		*seen = old;
	if (!(old.pte & 1))
		printf("none %lx\n", old.pte);
	else if (old.pte & 2)
		printf("large %lx\n", old.pte);
	else if (old.pte & 64)
		printf("dirty %lx\n", old.pte);
	return old.pte * 5;
}

__attribute__((noinline, flatten)) static unsigned long to_local(pte_t *p)
{
	pte_t seen = {9};

	return handed_out(p, &seen) + seen.pte + handed_out(p + 1, p);
}

int main(void)
{
	pte_t *a = calloc(512, sizeof(*a)), *b = calloc(512, sizeof(*b));
	unsigned long sum = 0;
	p4d_t p4d;

	fill(a, 512);
	copy(b, a, 512);
	a->pte += protect(b, 512);
	for (int i = 0; i < 512; i++) {
		table[i].pmd = a[i].pte ^ b[511 - i].pte;
		table[i].pmd |= 8;
		sum = sum * 31 + table[i].pmd + a[i].pte * 7 + b[i].pte;
	}
	*(unsigned long *)&p4d = sum;
	for (int i = 0; i < 500; i++) {
		table_or_local(b + i, i % 3, &sum);
		sum += to_local(a + i);
	}
	printf("%lx %lx\n", sum, *(unsigned long *)&p4d);
	return 0;
}
