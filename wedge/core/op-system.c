/* SPDX-License-Identifier: GPL-2.0-or-later */
/* op-system.c - control and debug registers, translations, MSRs, CPUID, counters. */
#include "backend.h"
#include "operand.h"
#include "paging.h"
#include "vcpu.h"
#include "wedge.h"

#define CR4_TSD (1 << 2)
#define CR4_PGE 0x80

enum outcome op_rdcr(const struct insn *insn)
{
	const uint64_t value[] = {vcpu.cr0, 0, vcpu.cr2, vcpu.cr3, vcpu.cr4};

	set_reg(insn->rm, insn->reg < ARRAY_SIZE(value) ? value[insn->reg] : 0, 8);
	return DONE;
}

enum outcome op_wrcr(const struct insn *insn)
{
	uint64_t value = vcpu.reg[insn->rm], old = vcpu.cr4;

	switch (insn->reg) {
	case 0:
		vcpu.cr0 = value;
		break;
	case 2:
		vcpu.cr2 = value;
		break;
	case 3:
		paging_load_root(value);
		break;
	case 4:
		vcpu.cr4 = value;
		if ((old ^ value) & CR4_TSD)
			hv_forbid_tsc(value & CR4_TSD);
		if ((old ^ value) & CR4_PGE)
			paging_flush_tlb();
		break;
	case 8: /* task priority: there is no local APIC */
		break;
	default:
		return UNKNOWN;
	}
	return DONE;
}

enum outcome op_clts(const struct insn *insn)
{
	(void)insn;
	vcpu.cr0 &= ~(uint64_t)CR0_TS;
	return DONE;
}

enum outcome op_smsw(const struct insn *insn)
{
	return write_rm(insn, vcpu.cr0, 2);
}

enum outcome op_lmsw(const struct insn *insn)
{
	uint64_t value;
	enum outcome o = read_rm(insn, &value, 2);

	if (o == DONE)
		vcpu.cr0 = (vcpu.cr0 & ~14ull) | (value & 15);
	return o;
}

enum outcome op_rddr(const struct insn *insn)
{
	uint64_t value = insn->reg == 6	  ? vcpu.dr6
			 : insn->reg == 7 ? vcpu.dr7
					  : hv_get_debugreg(insn->reg);

	set_reg(insn->rm, value, 8);
	return DONE;
}

enum outcome op_wrdr(const struct insn *insn)
{
	uint64_t value = vcpu.reg[insn->rm];

	if (insn->reg == 6)
		vcpu.dr6 = value;
	else if (insn->reg == 7)
		vcpu.dr7 = value;
	hv_set_debugreg(insn->reg, value);
	return DONE;
}

enum outcome op_invlpg(const struct insn *insn)
{
	paging_invlpg(effective_address(insn));
	return DONE;
}

/* Memory is coherent and no device of ours snoops not. */
enum outcome op_wbinvd(const struct insn *insn)
{
	(void)insn;
	return DONE;
}

enum outcome op_rdmsr(const struct insn *insn)
{
	uint64_t value;

	(void)insn;
	if (!msr_read((uint32_t)vcpu.reg[R_RCX], &value))
		return general_protection();
	set_reg(R_RAX, value, 4);
	set_reg(R_RDX, value >> 32, 4);
	return DONE;
}

enum outcome op_wrmsr(const struct insn *insn)
{
	uint64_t value = (uint32_t)vcpu.reg[R_RAX] | vcpu.reg[R_RDX] << 32;

	(void)insn;
	return msr_write((uint32_t)vcpu.reg[R_RCX], value) ? DONE : general_protection();
}

enum outcome op_cpuid(const struct insn *insn)
{
	uint32_t out[4];

	(void)insn;
	cpuid((uint32_t)vcpu.reg[R_RAX], (uint32_t)vcpu.reg[R_RCX], out);
	vcpu.reg[R_RAX] = out[0];
	vcpu.reg[R_RBX] = out[1];
	vcpu.reg[R_RCX] = out[2];
	vcpu.reg[R_RDX] = out[3];
	return DONE;
}

enum outcome op_rdtsc(const struct insn *insn)
{
	uint64_t value = __builtin_ia32_rdtsc();

	(void)insn;
	set_reg(R_RAX, value, 4);
	set_reg(R_RDX, value >> 32, 4);
	return DONE;
}

enum outcome op_rdpmc(const struct insn *insn)
{
	(void)insn;
	return general_protection();
}

enum outcome op_undefined(const struct insn *insn)
{
	(void)insn;
	inject(VECTOR_UD, false, 0);
	return FAULTED;
}
