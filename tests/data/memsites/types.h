/* SPDX-License-Identifier: GPL-2.0-or-later */
/* types.h - page-table types and helpers in the way Linux defines them. */
typedef unsigned long pteval_t, pmdval_t, pudval_t, p4dval_t, pgdval_t;
typedef struct {
	pteval_t pte;
} pte_t;
typedef struct {
	pmdval_t pmd;
} pmd_t;
typedef struct {
	pudval_t pud;
} pud_t;
typedef struct {
	pgdval_t pgd;
} pgd_t;
#ifdef FIVE_LEVELS
typedef struct {
	p4dval_t p4d;
} p4d_t;
#else
typedef struct {
	pgd_t pgd;
} p4d_t;
#endif

#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))

/* One instruction; what SMP kernels put before it; a comment behind it. */
#ifdef SMP
#define LOCK_PREFIX                                                                                \
	".pushsection .smp_locks,\"a\"\n.balign 4\n.long 671f - .\n.popsection\n671:\n\tlock; "
#else
#define LOCK_PREFIX ""
#endif

static inline void set_pte(pte_t *p, pte_t value)
{
	WRITE_ONCE(*p, value);
}

static inline __attribute__((always_inline)) void clear_bit(long nr, volatile unsigned long *addr)
{
	if (__builtin_constant_p(nr))
		asm volatile(LOCK_PREFIX "andb %b1,%0"
			     : "+m"(*(volatile char *)((void *)addr + (nr >> 3)))
			     : "iq"(~(1 << (nr & 7))));
	else
		asm volatile(LOCK_PREFIX "btrq %1,%0"
			     :
			     : "m"(*(volatile long *)addr), "Ir"(nr)
			     : "memory");
}

static inline __attribute__((always_inline)) _Bool test_and_clear_bit(long nr,
								      volatile unsigned long *addr)
{
	_Bool old;

	asm volatile(LOCK_PREFIX "btrq %[nr], %[var]\n\t/* output condition code c */\n"
		     : [var] "+m"(*addr), "=@ccc"(old)
		     : [nr] "Ir"(nr)
		     : "memory");
	return old;
}

#define xchg(p, value)                                                                             \
	({                                                                                         \
		__typeof__(*(p)) ret_ = (value);                                                   \
		asm volatile("xchgq %q0, %1" : "+r"(ret_), "+m"(*(p)) : : "memory");               \
		ret_;                                                                              \
	})

static inline __attribute__((always_inline)) _Bool try_cmpxchg(long *ptr, long *old, long new)
{
	volatile unsigned long *p = (volatile unsigned long *)ptr;
	long expected = *old;
	_Bool ok;

	asm volatile(LOCK_PREFIX "cmpxchgq %[new], %[p]"
		     : "=@ccz"(ok), [p] "+m"(*p), "+a"(expected)
		     : [new] "r"(new)
		     : "memory");
	if (!ok)
		*old = expected;
	return ok;
}
