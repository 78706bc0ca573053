/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fault.c - the short way of a page fault of user mode to the guest's handler.  What is
 * not quite ordinary is left to exception.c, which this must agree with.
 */
#include "backend.h"
#include "cpu.h"
#include "gate.h"
#include "paging.h"
#include "vcpu.h"
#include "wedge.h"

#define USER_END (1ull << 47)
#define FRAME	 48 /* bytes: error code and the five words of every frame */
#define TSS_RSP0 4

uint64_t user_fault_handler;

/* Do the guest's own tables refuse the access?  Then @error becomes what it is by them. */
static bool refused(uint64_t va, uint64_t *error)
{
	uint64_t entry = vcpu.cr3, every = PTE_RW;
	unsigned int shift = 39;

	for (;; shift -= 9) {
		uint64_t table = entry & PTE_ADDR;

		if (!guest_ram(table))
			return false;
		entry = ((const uint64_t *)window(table))[va >> shift & 511];
		if (!(entry & PTE_PRESENT)) {
			*error &= ~(uint64_t)PF_PRESENT;
			return true;
		}
		if (shift == 12)
			break;
		if (entry & PTE_PSE)
			return false;
		every &= entry;
	}
	*error |= PF_PRESENT;
	return (*error & PF_WRITE) && !(every & entry & PTE_RW) && !(entry & PTE_WITHHELD);
}

uint64_t wedge_user_fault(const uint64_t *from, uint64_t va)
{
	uint64_t at = vcpu.idt.base + VECTOR_PF * sizeof(struct gate), error = from[0], rsp, pa,
		 *to;
	union {
		uint64_t words[2];
		struct gate gate;
	} u;

	if (va >= USER_END || !refused(va, &error))
		return 0;
	if (VECTOR_PF * sizeof(struct gate) + 15 > vcpu.idt.limit || !hv_peek(at, &u.words[0]) ||
	    !hv_peek(at + 8, &u.words[1]) || !(u.gate.type & GATE_PRESENT) || (u.gate.ist & 7) ||
	    (u.gate.type & 15) != GATE_INTR || !hv_peek(vcpu.tss + TSS_RSP0, &rsp))
		return 0;
	rsp = (rsp & ~15ull) - FRAME;
	if ((rsp & (PAGE_SIZE - 1)) > PAGE_SIZE - FRAME || !guest_writable(rsp, &pa))
		return 0;
	to = window(pa);
	to[0] = error;
	to[1] = from[1];
	to[2] = vcpu.user_cs;
	to[3] = from[3];
	to[4] = from[4];
	to[5] = vcpu.user_ss;
	vcpu.cr2 = va;
	vcpu.rip = from[1]; /* for the trace */
	trace(EV_INJECT, VECTOR_PF, error);
	user_fault_handler = gate_handler(&u.gate);
	return rsp;
}
