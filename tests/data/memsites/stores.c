// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stores.c - what the plugin must mark and what it must leave alone.
 *
 * `expect function: kinds` says which sites the function gets, at any -O level,
 * in any order.
 */
#include "types.h"

/* expect whole: pte_store */
void whole(pte_t *p, pte_t v)
{
	*p = v;
}

/* expect field: pmd_store */
void field(pmd_t *p)
{
	p->pmd = 5;
}

/* expect plain_integer: pud_store */
void plain_integer(pudval_t *p, unsigned long v)
{
	p[3] = v;
}

/* A folded p4d is a pgd. */
/* expect folded: pgd_store */
void folded(p4d_t *p, p4d_t v)
{
	WRITE_ONCE(*p, v);
}

/* expect read_modify_write: pte_store */
void read_modify_write(pteval_t *p)
{
	*p |= 2;
}

pte_t made(long);

/* expect result_of_call: pte_store */
void result_of_call(pte_t *p)
{
	*p = made(1);
}

extern pgd_t init_top_pgt[];
pmd_t table[512];

/* expect global_tables: pgd_store pmd_store */
void global_tables(void)
{
	init_top_pgt[511] = init_top_pgt[3];
	table[4].pmd = 1;
}

/* expect from_memory: pte_store */
void from_memory(pte_t *to, volatile pte_t *from)
{
	*to = *from;
}

/* expect literal: pte_store */
void literal(pte_t *p)
{
	*p = (pte_t){0};
}

/* expect array_of: pmd_store */
void array_of(pmd_t (*p)[512], int i, pmd_t v)
{
	(*p)[i] = v;
}

/* expect casted: pte_store */
void casted(pte_t *p)
{
	*(unsigned long *)p = 7;
}

/* expect merged: pte_store */
void merged(pte_t *a, pte_t *b, int which)
{
	unsigned long *p = which ? &a->pte : &b->pte;

	*p = 9;
}

/* expect bit_by_constant: pte_rmw */
void bit_by_constant(pte_t *p)
{
	clear_bit(1, (unsigned long *)&p->pte);
}

/* expect bit_tested: pmd_rmw */
_Bool bit_tested(pmd_t *p)
{
	return test_and_clear_bit(5, (unsigned long *)p);
}

/* expect exchanged: pud_rmw */
pudval_t exchanged(pud_t *p)
{
	return xchg(&p->pud, 0);
}

/* Linux 6.12's ptep_set_wrprotect(); the copy on the stack is none. */
/* expect cmpxchg_loop: pte_rmw */
void cmpxchg_loop(pte_t *p)
{
	pte_t old = *p, new;

	do {
		new.pte = old.pte & ~2ul;
	} while (!try_cmpxchg((long *)&p->pte, (long *)&old, *(long *)&new));
}

/* May be a local variable, but may be a table as well. */
/* expect local_or_table: pte_store pte_store */
unsigned long local_or_table(pte_t *table, int which)
{
	pte_t mine = {3}, *first = which ? &mine : table, *second = which ? table : &mine;

	*first = (pte_t){1};
	*second = (pte_t){2};
	return mine.pte;
}

/* expect loop_over_table: pte_store */
void loop_over_table(pte_t *p, pte_t *end)
{
	while (p != end)
		(p++)->pte = 0;
}

/* From here on: nothing. */

struct fault {
	pte_t orig;
	pte_t *p;
	pmd_t many[8];
};

/* expect field_of_another: */
void field_of_another(struct fault *f)
{
	f->orig = *f->p;
	f->p = 0;
	f->many[2].pmd = 0;
}

/* expect local_entry: */
unsigned long local_entry(unsigned long x)
{
	pte_t e = {x}, *p = &e;

	p->pte |= 4;
	WRITE_ONCE(*p, (pte_t){p->pte + 1});
	clear_bit(0, (unsigned long *)&e);
	asm volatile("" : : "r"(p) : "memory");
	return e.pte;
}

void read_them(pte_t *p);

/* expect loop_over_locals: */
void loop_over_locals(int n)
{
	pte_t some[8];

	for (pte_t *p = some; n--; p++)
		p->pte = (unsigned long)n;
	read_them(some);
}

void read_fault(struct fault *f);

/* expect field_of_local: */
void field_of_local(int which)
{
	struct fault a, b;
	pte_t *p = which ? &a.orig : &b.orig;

	*p = (pte_t){6};
	read_fault(&a);
	read_fault(&b);
}

pgd_t saved_entry;

/* expect scalar_global: */
void scalar_global(void)
{
	saved_entry = init_top_pgt[0];
}

/* expect not_a_table: */
void not_a_table(unsigned long *p, long n)
{
	*p = 1;
	clear_bit(n, p);
	xchg(p, 3);
}

/* expect reads: */
pteval_t reads(pte_t *p, pmd_t *q)
{
	asm volatile("invlpg %0" : : "m"(*p) : "memory");
	return p->pte + q->pmd;
}
