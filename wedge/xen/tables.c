/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tables.c - page-table stores, roots and TLB flushes as hypercalls. */
#include "../core/backend.h"
#include "../core/wedge.h"
#include "hypercall.h"

#define QUEUE 128

static mmu_update_t queue[QUEUE];
static unsigned int queued;
static uint64_t first_va; /* of the first entry, if it is known; else 0 */
static uint64_t frames;	  /* a bit for each frame (modulo 64) that the queue has entries of */

static long carry_out(unsigned int *done)
{
	long err;

	*done = 0;
	err = hypercall(__HYPERVISOR_mmu_update, (unsigned long)queue, queued, (unsigned long)done,
			DOMID_SELF);
	return err;
}

/* One leaf entry of the loaded root costs less by its virtual address. */
static void by_address(unsigned long flags)
{
	long err = hypercall(__HYPERVISOR_update_va_mapping, first_va, queue[0].val, flags, 0);

	queued = 0;
	if (err)
		wedge_panic("Xen refused page-table entry %lx for %lx: error %ld", queue[0].val,
			    first_va, err);
}

static __attribute__((noinline)) void flush(void)
{
	unsigned int done, n = queued;
	long err;

	frames = 0;
	if (n == 1 && first_va) {
		by_address(0);
		return;
	}
	err = carry_out(&done);
	queued = 0;
	if (err || done != n)
		wedge_panic("Xen refused page-table entry %lx at %lx (store %u of %u): error %ld",
			    queue[done].val, queue[done].ptr, done, n, err);
}

void hv_pt_flush(void)
{
	if (queued)
		flush();
}

void hv_pt_write_at(uint64_t entry, uint64_t value, uint64_t va)
{
	if (!queued)
		first_va = va;
	frames |= 1ull << (entry / PAGE_SIZE & 63);
	queue[queued].ptr = entry | MMU_NORMAL_PT_UPDATE;
	queue[queued].val = value;
	if (++queued == QUEUE)
		hv_pt_flush();
}

void hv_pt_write_now(uint64_t entry, uint64_t value, uint64_t va, bool invlpg)
{
	(void)entry;
	first_va = va;
	queue[0].val = value;
	by_address(invlpg ? UVMF_INVLPG | UVMF_LOCAL : 0);
}

void hv_pt_write(uint64_t entry, uint64_t value)
{
	hv_pt_write_at(entry, value, 0);
}

bool hv_pt_try(uint64_t entry, uint64_t value)
{
	unsigned int done, n;
	long err;

	if (queued == QUEUE - 1)
		hv_pt_flush();
	queue[queued].ptr = entry | MMU_NORMAL_PT_UPDATE;
	queue[queued].val = value;
	n = ++queued;
	err = carry_out(&done);
	queued = 0;
	frames = 0;
	if (!err && done == n)
		return true;
	if (done != n - 1)
		wedge_panic("Xen refused page-table entry %lx at %lx: error %ld", queue[done].val,
			    queue[done].ptr, err);
	return false;
}

uint64_t hv_pt_read(uint64_t entry)
{
	if (!(frames >> (entry / PAGE_SIZE & 63) & 1))
		return *(uint64_t *)window(entry);
	for (unsigned int n = queued; n-- > 0;)
		if (queue[n].ptr == (entry | MMU_NORMAL_PT_UPDATE))
			return queue[n].val;
	return *(uint64_t *)window(entry);
}

void hv_pt_settle(uint64_t table)
{
	if (!(frames >> (table / PAGE_SIZE & 63) & 1))
		return;
	for (unsigned int n = 0; n < queued; n++)
		if ((queue[n].ptr ^ table) < PAGE_SIZE) {
			hv_pt_flush();
			return;
		}
}

static void extended(const struct mmuext_op *op, unsigned int n)
{
	long err = hypercall(__HYPERVISOR_mmuext_op, (unsigned long)op, n, 0, DOMID_SELF);

	if (err)
		wedge_panic("Xen refused table operation %u on %lx: error %ld", op->cmd,
			    (unsigned long)op->arg1.mfn, err);
}

void hv_pin(unsigned int level, uint64_t table)
{
	struct mmuext_op op = {.cmd = MMUEXT_PIN_L1_TABLE + level - 1,
			       .arg1.mfn = table / PAGE_SIZE};

	hv_pt_flush();
	extended(&op, 1);
}

void hv_unpin(uint64_t table)
{
	struct mmuext_op op = {.cmd = MMUEXT_UNPIN_TABLE, .arg1.mfn = table / PAGE_SIZE};

	hv_pt_flush();
	extended(&op, 1);
}

void hv_load_root(uint64_t kernel, uint64_t user)
{
	struct mmuext_op op[2] = {
		{.cmd = MMUEXT_NEW_BASEPTR, .arg1.mfn = kernel / PAGE_SIZE},
		{.cmd = MMUEXT_NEW_USER_BASEPTR, .arg1.mfn = user / PAGE_SIZE},
	};

	hv_pt_flush();
	extended(op, 2);
}

void hv_invlpg(uint64_t va)
{
	struct mmuext_op op = {.cmd = MMUEXT_INVLPG_LOCAL, .arg1.linear_addr = va};

	if (queued == 1 && first_va == (va & -(uint64_t)PAGE_SIZE) && first_va) {
		frames = 0;
		by_address(UVMF_INVLPG | UVMF_LOCAL);
		return;
	}
	hv_pt_flush();
	extended(&op, 1);
}

void hv_flush_tlb(void)
{
	struct mmuext_op op = {.cmd = MMUEXT_TLB_FLUSH_LOCAL};

	hv_pt_flush();
	extended(&op, 1);
}
