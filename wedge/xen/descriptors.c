/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * descriptors.c - the machine's descriptor table, and user mode's selectors.
 *
 * Xen's own entries are far behind ours.  Its flat selectors stand for the guest's
 * usual ones, which SYSRET loads: with these Xen returns by SYSRET, and code of user
 * mode that reads %cs or %ss sees them.
 */
#include "../core/backend.h"
#include "../core/vcpu.h"
#include "../core/wedge.h"
#include "hypercall.h"

#define ENTRIES 512 /* one page */

static uint64_t table;

void descriptors_start(void)
{
	unsigned long frame;

	table = hv_table_alloc();
	hv_pt_flush();
	frame = table / PAGE_SIZE;
	if (hypercall(__HYPERVISOR_set_gdt, (unsigned long)&frame, ENTRIES, 0, 0))
		wedge_refuse("Xen refused a descriptor table");
}

void hv_set_descriptor(unsigned int n, uint64_t descriptor)
{
	long err = hypercall(__HYPERVISOR_update_descriptor, table + n * 8, descriptor, 0, 0);

	if (err)
		wedge_panic("Xen refused descriptor %u, %lx: error %ld", n, descriptor, err);
}

static uint16_t star(unsigned int offset)
{
	return (uint16_t)(((vcpu.star >> 48) + offset) | 3);
}

/* The selectors that user mode runs with on this machine: CS, and SS above it. */
uint32_t user_selectors(void)
{
	if (vcpu.user_cs == star(16) && vcpu.user_ss == star(8))
		return FLAT_CS | (uint32_t)FLAT_SS << 16;
	return vcpu.user_cs | (uint32_t)vcpu.user_ss << 16;
}

/* User mode has been left with these. */
void user_selectors_left(uint16_t cs, uint16_t ss)
{
	if (user_selectors() == (cs | (uint32_t)ss << 16))
		return;
	vcpu.user_cs = cs == FLAT_CS ? star(16) : cs;
	vcpu.user_ss = ss == FLAT_SS ? star(8) : ss;
	user_work.any = 1;
}
