/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selector.c - selectors of user mode.
 *
 * The machine's descriptor table holds, at the guest's own numbers, what user mode
 * may load: code and data of privilege level 3.  All else stays out; kernel mode runs
 * on the hypervisor's flat segments.  Entries are copied when the guest loads its
 * table and when one is missed.  The guest may change them by plain stores, as it does
 * with those of thread-local storage: what was missed once is looked at before each
 * entry of user mode, until it is empty.
 */
#include "selector.h"

#include "backend.h"
#include "operand.h"
#include "paging.h"
#include "vcpu.h"

/* Descriptor bits [SDM vol. 3, 3.4.5]. */
#define D_ACCESSED (1ull << 40)
#define D_WRITE	   (1ull << 41) /* data: writable; code: readable */
#define D_CONFORM  (1ull << 42) /* of code */
#define D_CODE	   (1ull << 43)
#define D_SEGMENT  (1ull << 44)
#define D_DPL3	   (3ull << 45)
#define D_PRESENT  (1ull << 47)
#define D_LONG	   (1ull << 53)
#define D_BIG	   (1ull << 54)

#define MIRRORED 32 /* entries at the start of the table */

static uint64_t mirror[MIRRORED];
static uint32_t volatiles; /* a bit for each entry that was missed */

static bool is_null(uint16_t selector)
{
	return !(selector & ~3u);
}

bool selector_descriptor(uint16_t selector, uint64_t *d)
{
	return !is_null(selector) && !(selector & 4) && (selector | 7u) <= vcpu.gdt.limit &&
	       guest_read(vcpu.gdt.base + (selector & ~7u), d, 8);
}

static bool of_user(uint64_t d)
{
	return (d & D_SEGMENT) && (d & D_DPL3) == D_DPL3 &&
	       !((d & D_CODE) && (d & D_LONG) && (d & D_BIG));
}

/* True if that has changed the machine's entry. */
static bool mirror_entry(unsigned int n)
{
	uint64_t d = 0;

	if (!selector_descriptor((uint16_t)(n << 3), &d) || !of_user(d))
		d = 0;
	if ((mirror[n] | D_ACCESSED) == (d | D_ACCESSED))
		return false;
	mirror[n] = d;
	hv_set_descriptor(n, d ? d | D_ACCESSED : 0);
	return true;
}

bool selector_missed(uint16_t selector)
{
	unsigned int n = selector >> 3;

	if ((selector & 4) || n >= MIRRORED || !mirror_entry(n))
		return false;
	volatiles |= 1u << n;
	return true;
}

void selectors_mirror(void)
{
	for (unsigned int n = 1; n < MIRRORED; n++)
		mirror_entry(n);
}

bool selectors_refresh(void)
{
	for (uint32_t left = volatiles; left; left &= left - 1) {
		unsigned int n = (unsigned int)__builtin_ctz(left);

		mirror_entry(n);
		if (!mirror[n])
			volatiles &= ~(1u << n);
	}
	return volatiles;
}

/* One of the hypervisor's own, which user mode sees in CS and SS, and may give back? */
static bool of_machine(uint16_t selector, uint64_t *d)
{
	uint32_t rights = 0;

	if ((selector | 7u) <= vcpu.gdt.limit || (selector & 7) != 3)
		return false;
	__asm__("lar %1, %0" : "+r"(rights) : "r"((uint32_t)selector) : "cc");
	*d = (uint64_t)rights << 32;
	return rights;
}

static bool find(uint16_t selector, uint64_t *d)
{
	return ((selector >> 3 < MIRRORED && selector_descriptor(selector, d)) ||
		of_machine(selector, d)) &&
	       (*d & D_SEGMENT);
}

bool selector_loadable(uint16_t selector, uint64_t *d)
{
	if (!find(selector, d) || !of_user(*d) || !(*d & D_PRESENT) ||
	    ((*d & D_CODE) && !(*d & D_WRITE)))
		return false;
	selector_missed(selector);
	return true;
}

/* [SDM vol. 2, IRET] */
bool selectors_bad(uint16_t cs, uint16_t ss, unsigned int *vector, uint64_t *error)
{
	uint64_t d = 0;

	*vector = VECTOR_GP;
	*error = cs & ~3u;
	if (!find(cs, &d) || !(d & D_CODE) || (!(d & D_CONFORM) && (d & D_DPL3) != D_DPL3) ||
	    ((d & D_LONG) && (d & D_BIG)))
		return true;
	*vector = VECTOR_NP;
	if (!(d & D_PRESENT))
		return true;
	*vector = VECTOR_GP;
	*error = ss & ~3u;
	if ((ss & 3) != 3 || !find(ss, &d) || (d & D_CODE) || !(d & D_WRITE) ||
	    (d & D_DPL3) != D_DPL3)
		return true;
	*vector = VECTOR_SS;
	if (!(d & D_PRESENT))
		return true;
	selector_missed(cs);
	selector_missed(ss);
	return false;
}
