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

/* What the guest's tables say of how a page fault is entered: where it stands, and what it is. */
static struct {
	uint64_t time; /* as of when */
	const uint64_t *gate, *rsp0;
	uint64_t words[2], top;
	uint64_t handler, rsp, *frame;
} entry_of;

/*
 * The leaf table of the last fault, as a processor remembers one: until a root is loaded, an
 * upper level changes or anything is invalidated.
 */
static struct {
	uint64_t chunk, cr3;
	const uint64_t *table;
	uint64_t every;
} last;

void fault_forget(void)
{
	last.table = NULL;
}

/* Do the guest's own tables refuse the access?  Then @error becomes what it is by them. */
static bool refused(uint64_t va, uint64_t *error)
{
	uint64_t entry, every = PTE_RW;

	if (!last.table || last.chunk != va / CHUNK_SIZE || last.cr3 != vcpu.cr3) {
		entry = vcpu.cr3;
		for (unsigned int shift = 39;; shift -= 9) {
			uint64_t table = entry & PTE_ADDR;

			if (!guest_ram(table))
				return false;
			if (shift == 12)
				break;
			entry = ((const uint64_t *)window(table))[va >> shift & 511];
			if (!(entry & PTE_PRESENT)) {
				*error &= ~(uint64_t)PF_PRESENT;
				return true;
			}
			if (entry & PTE_PSE)
				return false;
			every &= entry;
		}
		last.table = window(entry & PTE_ADDR);
		last.chunk = va / CHUNK_SIZE;
		last.cr3 = vcpu.cr3;
		last.every = every;
	}
	entry = last.table[va / PAGE_SIZE & 511];
	if (!(entry & PTE_PRESENT)) {
		*error &= ~(uint64_t)PF_PRESENT;
		return true;
	}
	*error |= PF_PRESENT;
	return (*error & PF_WRITE) && !(last.every & entry & PTE_RW) && !(entry & PTE_WITHHELD);
}

/* The memory at @va of the kernel's half, if it is in one page. */
static bool kernel_page(uint64_t va, uint64_t size, uint64_t *pa)
{
	struct walk w;

	if (!(va >> 63) || (va & (PAGE_SIZE - 1)) > PAGE_SIZE - size || !guest_walk(va, &w) ||
	    !guest_memory(w.pa))
		return false;
	*pa = w.pa;
	return true;
}

/* False: nothing that is as simple as that. */
static bool find_entry(void)
{
	uint64_t at = vcpu.idt.base + VECTOR_PF * sizeof(struct gate), gate, tss, frame;
	union {
		uint64_t words[2];
		struct gate gate;
	} u;

	entry_of.time = 0;
	if (VECTOR_PF * sizeof(struct gate) + 15 > vcpu.idt.limit || at % sizeof(struct gate) ||
	    !kernel_page(at, sizeof(struct gate), &gate) ||
	    !kernel_page(vcpu.tss + TSS_RSP0, 8, &tss))
		return false;
	entry_of.gate = window(gate);
	entry_of.rsp0 = window(tss);
	u.words[0] = entry_of.words[0] = entry_of.gate[0];
	u.words[1] = entry_of.words[1] = entry_of.gate[1];
	entry_of.top = *entry_of.rsp0;
	entry_of.rsp = (entry_of.top & ~15ull) - FRAME;
	if (!(u.gate.type & GATE_PRESENT) || (u.gate.ist & 7) || (u.gate.type & 15) != GATE_INTR ||
	    !kernel_page(entry_of.rsp, FRAME, &frame) || !guest_writable(entry_of.rsp, &frame))
		return false;
	entry_of.frame = window(frame);
	entry_of.handler = gate_handler(&u.gate);
	entry_of.time = guest_time;
	return true;
}

uint64_t wedge_user_fault(const uint64_t *from, uint64_t va)
{
	uint64_t error = from[0], *to;

	if (va >= USER_END || !refused(va, &error))
		return 0;
	if ((entry_of.time != guest_time || entry_of.gate[0] != entry_of.words[0] ||
	     entry_of.gate[1] != entry_of.words[1] || *entry_of.rsp0 != entry_of.top) &&
	    !find_entry())
		return 0;
	to = entry_of.frame;
	to[0] = error;
	to[1] = from[1];
	to[2] = vcpu.user_cs;
	to[3] = from[3];
	to[4] = from[4];
	to[5] = vcpu.user_ss;
	vcpu.cr2 = va;
	vcpu.rip = from[1]; /* for the trace */
	trace(EV_INJECT, VECTOR_PF, error);
	user_fault_handler = entry_of.handler;
	return entry_of.rsp;
}
