/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emulate.c - what each sensitive instruction does to the virtual processor.
 * One handler per operation; the instruction's semantics are those of the SDM,
 * vol. 2, for CPL 0 in 64-bit mode.
 */
#include "backend.h"
#include "operand.h"
#include "paging.h"
#include "vcpu.h"
#include "watch.h"

/* A store marked as one to a page table; its page may be anything writable. */
static enum outcome op_store(const struct insn *insn)
{
	uint64_t va = effective_address(insn), pa;
	enum outcome o;
	struct walk w;

	if (insn->rm != NO_REG)
		return UNKNOWN;
	if ((insn->op == OP_BTS || insn->op == OP_BTR) && !insn->immediate)
		va += (uint64_t)((int64_t)vcpu.reg[insn->reg] >> 6) * 8;
	if (guest_writable(va, &pa)) {
		o = emulate_store(insn, pa);
		if (!watch_has(va))
			watch_offer(va, pa);
		return o;
	}
	if (!guest_walk(va, &w) || !w.writable)
		return page_fault(va, true);
	return UNKNOWN; /* no memory is there */
}

static enum outcome (*const handlers[OPS])(const struct insn *insn) = {
	[OP_CLI] = op_cli,	   [OP_STI] = op_sti,
	[OP_PUSHF] = op_pushf,	   [OP_POPF] = op_popf,
	[OP_POP] = op_pop,	   [OP_HLT] = op_hlt,
	[OP_IRET] = op_iret,	   [OP_LRET] = op_lret,
	[OP_LJMP] = op_ljmp,	   [OP_SYSRET] = op_sysret,
	[OP_SWAPGS] = op_swapgs,   [OP_RDCR] = op_rdcr,
	[OP_WRCR] = op_wrcr,	   [OP_CLTS] = op_clts,
	[OP_SMSW] = op_smsw,	   [OP_LMSW] = op_lmsw,
	[OP_RDDR] = op_rddr,	   [OP_WRDR] = op_wrdr,
	[OP_RDSEG] = op_rdseg,	   [OP_WRSEG] = op_wrseg,
	[OP_PUSHSEG] = op_pushseg, [OP_POPSEG] = op_popseg,
	[OP_LGDT] = op_lgdt,	   [OP_LIDT] = op_lidt,
	[OP_LLDT] = op_lldt,	   [OP_LTR] = op_ltr,
	[OP_SGDT] = op_sgdt,	   [OP_SIDT] = op_sidt,
	[OP_SLDT] = op_sldt,	   [OP_STR] = op_str,
	[OP_LAR] = op_lar,	   [OP_LSL] = op_lsl,
	[OP_VERW] = op_verw,	   [OP_INVLPG] = op_invlpg,
	[OP_WBINVD] = op_wbinvd,   [OP_RDMSR] = op_rdmsr,
	[OP_WRMSR] = op_wrmsr,	   [OP_CPUID] = op_cpuid,
	[OP_RDTSC] = op_rdtsc,	   [OP_RDTSCP] = op_undefined,
	[OP_RDPMC] = op_rdpmc,	   [OP_IN] = op_in,
	[OP_OUT] = op_out,	   [OP_INS] = op_ins,
	[OP_OUTS] = op_outs,	   [OP_UNDEFINED] = op_undefined,
	[OP_MOV] = op_store,	   [OP_MOV_IMM] = op_store,
	[OP_XCHG] = op_store,	   [OP_CMPXCHG] = op_store,
	[OP_XADD] = op_store,	   [OP_AND] = op_store,
	[OP_OR] = op_store,	   [OP_XOR] = op_store,
	[OP_BTS] = op_store,	   [OP_BTR] = op_store,
};

enum outcome emulate(const struct insn *insn)
{
	return handlers[insn->op] ? handlers[insn->op](insn) : UNKNOWN;
}
