/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emulate.c - what each sensitive instruction does to the virtual processor.
 * One handler per operation; the instruction's semantics are those of the SDM,
 * vol. 2, for CPL 0 in 64-bit mode.
 */
#include "backend.h"
#include "cpu.h"
#include "devices.h"
#include "paging.h"
#include "vcpu.h"
#include "wedge.h"

#define CR4_PGE	       0x80
#define FIXED_FLAG     2
#define LOADABLE_FLAGS 0x244fd5 /* CF PF AF ZF SF TF IF DF OF NT AC ID */

static uint64_t mask_to(uint64_t value, unsigned int size)
{
	return size == 8 ? value : value & ((1ull << (8 * size)) - 1);
}

/* Register write with the processor's rule: 4 bytes clear the upper half. */
static void set_reg(unsigned int n, uint64_t value, unsigned int size)
{
	if (size >= 4)
		vcpu.reg[n] = mask_to(value, size);
	else
		vcpu.reg[n] = (vcpu.reg[n] & ~mask_to(~0ull, size)) | mask_to(value, size);
}

uint64_t effective_address(const struct insn *insn)
{
	uint64_t va = (uint64_t)(int64_t)insn->disp;

	if (insn->rip_relative)
		va += vcpu.rip + insn->length;
	if (insn->base != NO_REG)
		va += vcpu.reg[insn->base];
	if (insn->index != NO_REG)
		va += vcpu.reg[insn->index] << insn->scale;
	if (insn->segment == SEG_GS)
		va += vcpu.gs_base;
	else if (insn->segment == SEG_FS)
		va += vcpu.fs_base;
	return va;
}

static enum outcome page_fault(uint64_t va, bool write)
{
	struct walk w;

	vcpu.cr2 = va;
	inject(VECTOR_PF, true, (guest_walk(va, &w) ? PF_PRESENT : 0) | (write ? PF_WRITE : 0));
	return FAULTED;
}

static enum outcome general_protection(void)
{
	inject(VECTOR_GP, true, 0);
	return FAULTED;
}

static enum outcome load(uint64_t va, void *to, unsigned int size)
{
	return guest_read(va, to, size) ? DONE : page_fault(va, false);
}

static enum outcome store(uint64_t va, const void *from, unsigned int size)
{
	return guest_write(va, from, size) ? DONE : page_fault(va, true);
}

/* Read or write the r/m operand. */
static enum outcome read_rm(const struct insn *insn, uint64_t *value, unsigned int size)
{
	*value = 0;
	if (insn->rm == NO_REG)
		return load(effective_address(insn), value, size);
	*value = mask_to(vcpu.reg[insn->rm], size);
	return DONE;
}

static enum outcome write_rm(const struct insn *insn, uint64_t value, unsigned int memory_size)
{
	if (insn->rm == NO_REG)
		return store(effective_address(insn), &value, memory_size);
	set_reg(insn->rm, value, insn->size);
	return DONE;
}

static enum outcome push(uint64_t value)
{
	enum outcome o = store(vcpu.reg[R_RSP] - 8, &value, 8);

	if (o == DONE)
		vcpu.reg[R_RSP] -= 8;
	return o;
}

static enum outcome pop(uint64_t *value)
{
	enum outcome o = load(vcpu.reg[R_RSP], value, 8);

	if (o == DONE)
		vcpu.reg[R_RSP] += 8;
	return o;
}

static enum outcome op_cli(const struct insn *insn)
{
	(void)insn;
	vcpu.rflags &= ~(uint64_t)X86_IF;
	return DONE;
}

static enum outcome op_sti(const struct insn *insn)
{
	(void)insn;
	vcpu.rflags |= X86_IF;
	return DONE;
}

static enum outcome op_pushf(const struct insn *insn)
{
	(void)insn;
	return push((vcpu.rflags & LOADABLE_FLAGS & ~(uint64_t)X86_TF) | FIXED_FLAG);
}

static enum outcome op_popf(const struct insn *insn)
{
	uint64_t value = 0;
	enum outcome o = pop(&value);

	(void)insn;
	if (o == DONE)
		vcpu.rflags = (value & LOADABLE_FLAGS) | FIXED_FLAG;
	return o;
}

static enum outcome op_pop(const struct insn *insn)
{
	uint64_t value = 0;
	enum outcome o = pop(&value);

	return o == DONE ? write_rm(insn, value, 8) : o;
}

static enum outcome op_hlt(const struct insn *insn)
{
	(void)insn;
	uart_flush();
	if (!(vcpu.rflags & X86_IF)) {
		print("wedge: the guest has halted for good\n");
		hv_shutdown(true);
	}
	halt();
	return DONE;
}

static enum outcome op_iret(const struct insn *insn)
{
	uint64_t f[5];
	enum outcome o = load(vcpu.reg[R_RSP], f, sizeof(f));

	(void)insn;
	if (o != DONE)
		return o;
	if ((int64_t)(f[0] << 16) >> 16 != (int64_t)f[0])
		return general_protection();
	vcpu.rip = f[0];
	vcpu.user = (f[1] & 3) == 3;
	*(vcpu.user ? &vcpu.user_cs : &vcpu.kernel_cs) = (uint16_t)f[1];
	vcpu.rflags = (f[2] & (LOADABLE_FLAGS | X86_RF)) | FIXED_FLAG;
	vcpu.reg[R_RSP] = f[3];
	*(vcpu.user ? &vcpu.user_ss : &vcpu.kernel_ss) = (uint16_t)f[4];
	return JUMPED;
}

static enum outcome op_lret(const struct insn *insn)
{
	uint64_t f[2];
	enum outcome o;

	if (insn->size == 4) {
		uint32_t narrow[2];

		o = load(vcpu.reg[R_RSP], narrow, sizeof(narrow));
		f[0] = narrow[0];
		f[1] = narrow[1];
	} else {
		o = load(vcpu.reg[R_RSP], f, sizeof(f));
	}
	if (o != DONE)
		return o;
	if (f[1] & 3)
		return general_protection();
	vcpu.reg[R_RSP] += 2u * insn->size;
	vcpu.rip = f[0];
	vcpu.kernel_cs = (uint16_t)f[1];
	return JUMPED;
}

static enum outcome op_ljmp(const struct insn *insn)
{
	uint8_t f[10] = {0};
	uint16_t cs;
	uint64_t rip = 0;
	enum outcome o = load(effective_address(insn), f, insn->size + 2u);

	if (o != DONE)
		return o;
	memcpy(&rip, f, insn->size);
	memcpy(&cs, f + insn->size, 2);
	vcpu.rip = rip;
	vcpu.kernel_cs = cs;
	return JUMPED;
}

static enum outcome op_sysret(const struct insn *insn)
{
	uint16_t base = (uint16_t)(vcpu.star >> 48);

	if (insn->size != 8)
		return UNKNOWN; /* to 32-bit code */
	vcpu.rip = vcpu.reg[R_RCX];
	vcpu.rflags = (vcpu.reg[R_R11] & LOADABLE_FLAGS) | FIXED_FLAG;
	vcpu.user = 1;
	vcpu.user_cs = (uint16_t)((base + 16) | 3);
	vcpu.user_ss = (uint16_t)((base + 8) | 3);
	return JUMPED;
}

/* The hypervisor swaps GS when it switches between user and kernel mode. */
static enum outcome op_swapgs(const struct insn *insn)
{
	(void)insn;
	return DONE;
}

static enum outcome op_rdcr(const struct insn *insn)
{
	const uint64_t value[] = {vcpu.cr0, 0, vcpu.cr2, vcpu.cr3, vcpu.cr4};

	set_reg(insn->rm, insn->reg < ARRAY_SIZE(value) ? value[insn->reg] : 0, 8);
	return DONE;
}

static enum outcome op_wrcr(const struct insn *insn)
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
		if ((old ^ value) & CR4_PGE)
			hv_flush_tlb();
		break;
	case 8: /* task priority: there is no local APIC */
		break;
	default:
		return UNKNOWN;
	}
	return DONE;
}

static enum outcome op_clts(const struct insn *insn)
{
	(void)insn;
	vcpu.cr0 &= ~(uint64_t)CR0_TS;
	return DONE;
}

static enum outcome op_smsw(const struct insn *insn)
{
	return write_rm(insn, vcpu.cr0, 2);
}

static enum outcome op_lmsw(const struct insn *insn)
{
	uint64_t value;
	enum outcome o = read_rm(insn, &value, 2);

	if (o == DONE)
		vcpu.cr0 = (vcpu.cr0 & ~14ull) | (value & 15);
	return o;
}

static enum outcome op_rddr(const struct insn *insn)
{
	uint64_t value = insn->reg == 6	  ? vcpu.dr6
			 : insn->reg == 7 ? vcpu.dr7
					  : hv_get_debugreg(insn->reg);

	set_reg(insn->rm, value, 8);
	return DONE;
}

static enum outcome op_wrdr(const struct insn *insn)
{
	uint64_t value = vcpu.reg[insn->rm];

	if (insn->reg == 6)
		vcpu.dr6 = value;
	else if (insn->reg == 7)
		vcpu.dr7 = value;
	hv_set_debugreg(insn->reg, value);
	return DONE;
}

static uint16_t real_selector(unsigned int segment)
{
	uint16_t s = 0;

	if (segment == SEG_ES)
		__asm__("mov %%es, %0" : "=r"(s));
	else if (segment == SEG_DS)
		__asm__("mov %%ds, %0" : "=r"(s));
	else if (segment == SEG_FS)
		__asm__("mov %%fs, %0" : "=r"(s));
	else if (segment == SEG_GS)
		__asm__("mov %%gs, %0" : "=r"(s));
	return s;
}

static enum outcome op_rdseg(const struct insn *insn)
{
	uint16_t s = insn->reg == SEG_CS   ? vcpu.kernel_cs
		     : insn->reg == SEG_SS ? vcpu.kernel_ss
					   : real_selector(insn->reg);

	return write_rm(insn, s, 2);
}

static enum outcome op_pushseg(const struct insn *insn)
{
	return push(real_selector(insn->reg));
}

/*
 * Only null selectors are really loaded: 64-bit code gets along with them, and
 * the guest's descriptors are never installed.
 */
static enum outcome load_segment(unsigned int segment, uint16_t selector)
{
	switch (segment) {
	case SEG_SS:
		vcpu.kernel_ss = selector;
		break;
	case SEG_FS:
		vcpu.fs_base = 0;
		__asm__ volatile("mov %0, %%fs" : : "r"(0));
		hv_set_base(HV_FS_BASE, 0);
		break;
	case SEG_GS: /* in kernel mode: between two swapgs, so the user's */
		vcpu.user_gs_base = 0;
		hv_set_base(HV_USER_GS_SELECTOR, 0);
		hv_set_base(HV_USER_GS_BASE, 0);
		break;
	case SEG_ES:
		__asm__ volatile("mov %0, %%es" : : "r"(0));
		break;
	case SEG_DS:
		__asm__ volatile("mov %0, %%ds" : : "r"(0));
		break;
	default:
		return UNKNOWN;
	}
	return DONE;
}

static enum outcome op_wrseg(const struct insn *insn)
{
	uint64_t value;
	enum outcome o = read_rm(insn, &value, 2);

	return o == DONE ? load_segment(insn->reg, (uint16_t)value) : o;
}

static enum outcome op_popseg(const struct insn *insn)
{
	uint64_t value = 0;
	enum outcome o = pop(&value);

	return o == DONE ? load_segment(insn->reg, (uint16_t)value) : o;
}

static enum outcome load_table(const struct insn *insn, struct table_register *t)
{
	uint8_t bytes[10];
	enum outcome o = load(effective_address(insn), bytes, sizeof(bytes));

	if (o == DONE) {
		memcpy(&t->limit, bytes, 2);
		memcpy(&t->base, bytes + 2, 8);
	}
	return o;
}

static enum outcome store_table(const struct insn *insn, const struct table_register *t)
{
	uint8_t bytes[10];

	memcpy(bytes, &t->limit, 2);
	memcpy(bytes + 2, &t->base, 8);
	return store(effective_address(insn), bytes, sizeof(bytes));
}

static enum outcome op_lgdt(const struct insn *insn)
{
	return load_table(insn, &vcpu.gdt);
}

static enum outcome op_lidt(const struct insn *insn)
{
	return load_table(insn, &vcpu.idt);
}

static enum outcome op_sgdt(const struct insn *insn)
{
	return store_table(insn, &vcpu.gdt);
}

static enum outcome op_sidt(const struct insn *insn)
{
	return store_table(insn, &vcpu.idt);
}

static enum outcome op_lldt(const struct insn *insn)
{
	uint64_t value;
	enum outcome o = read_rm(insn, &value, 2);

	if (o == DONE)
		vcpu.ldt = (uint16_t)value;
	return o;
}

static enum outcome op_ltr(const struct insn *insn)
{
	uint64_t value, d[2];
	enum outcome o = read_rm(insn, &value, 2);

	if (o == DONE)
		o = load(vcpu.gdt.base + (value & ~7ull), d, sizeof(d));
	if (o != DONE)
		return o;
	vcpu.tr = (uint16_t)value;
	vcpu.tss = (d[0] >> 16 & 0xffffff) | (d[0] >> 56) << 24 | d[1] << 32;
	return DONE;
}

static enum outcome op_sldt(const struct insn *insn)
{
	return write_rm(insn, vcpu.ldt, 2);
}

static enum outcome op_str(const struct insn *insn)
{
	return write_rm(insn, vcpu.tr, 2);
}

/* Descriptor of selector, from the guest's GDT; ZF says whether there is one. */
static bool descriptor(uint64_t selector, uint64_t *d)
{
	bool ok = (selector & ~3ull) && !(selector & 4) && (selector | 7) <= vcpu.gdt.limit &&
		  guest_read(vcpu.gdt.base + (selector & ~7ull), d, 8) && (*d >> 47 & 1);

	vcpu.rflags = ok ? vcpu.rflags | X86_ZF : vcpu.rflags & ~(uint64_t)X86_ZF;
	return ok;
}

static enum outcome op_lar(const struct insn *insn)
{
	uint64_t selector, d;
	enum outcome o = read_rm(insn, &selector, 2);

	if (o == DONE && descriptor(selector, &d))
		set_reg(insn->reg, d >> 32 & 0xffff00, insn->size);
	return o;
}

static enum outcome op_lsl(const struct insn *insn)
{
	uint64_t selector, d, limit;
	enum outcome o = read_rm(insn, &selector, 2);

	if (o != DONE || !descriptor(selector, &d))
		return o;
	limit = (d & 0xffff) | (d >> 32 & 0xf0000);
	set_reg(insn->reg, d >> 55 & 1 ? limit << 12 | 0xfff : limit, insn->size);
	return o;
}

static enum outcome op_verw(const struct insn *insn)
{
	uint64_t selector, d;
	enum outcome o = read_rm(insn, &selector, 2);

	if (o == DONE)
		descriptor(selector, &d);
	return o;
}

static enum outcome op_invlpg(const struct insn *insn)
{
	paging_invlpg(effective_address(insn));
	return DONE;
}

/* Memory is coherent and no device of ours snoops not. */
static enum outcome op_wbinvd(const struct insn *insn)
{
	(void)insn;
	return DONE;
}

static enum outcome op_rdmsr(const struct insn *insn)
{
	uint64_t value;

	(void)insn;
	if (!msr_read((uint32_t)vcpu.reg[R_RCX], &value))
		return general_protection();
	set_reg(R_RAX, value, 4);
	set_reg(R_RDX, value >> 32, 4);
	return DONE;
}

static enum outcome op_wrmsr(const struct insn *insn)
{
	uint64_t value = (uint32_t)vcpu.reg[R_RAX] | vcpu.reg[R_RDX] << 32;

	(void)insn;
	return msr_write((uint32_t)vcpu.reg[R_RCX], value) ? DONE : general_protection();
}

static enum outcome op_cpuid(const struct insn *insn)
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

static enum outcome op_rdtsc(const struct insn *insn)
{
	uint64_t value = __builtin_ia32_rdtsc();

	(void)insn;
	set_reg(R_RAX, value, 4);
	set_reg(R_RDX, value >> 32, 4);
	return DONE;
}

static enum outcome op_rdpmc(const struct insn *insn)
{
	(void)insn;
	return general_protection();
}

static unsigned int port_size(const struct insn *insn)
{
	return insn->size == 8 ? 4 : insn->size;
}

static uint16_t port_of(const struct insn *insn)
{
	return insn->immediate ? (uint8_t)insn->imm : (uint16_t)vcpu.reg[R_RDX];
}

static enum outcome op_in(const struct insn *insn)
{
	set_reg(R_RAX, port_in(port_of(insn), port_size(insn)), port_size(insn));
	return DONE;
}

static enum outcome op_out(const struct insn *insn)
{
	port_out(port_of(insn), port_size(insn),
		 (uint32_t)mask_to(vcpu.reg[R_RAX], port_size(insn)));
	return DONE;
}

static enum outcome string_io(const struct insn *insn, bool in)
{
	uint64_t *pointer = &vcpu.reg[in ? R_RDI : R_RSI], n = insn->rep ? vcpu.reg[R_RCX] : 1;
	unsigned int size = port_size(insn);
	uint64_t step = vcpu.rflags & X86_DF ? 0 - (uint64_t)size : size;
	enum outcome o = DONE;

	for (; n && o == DONE; n--) {
		uint32_t value = in ? port_in((uint16_t)vcpu.reg[R_RDX], size) : 0;

		o = in ? store(*pointer, &value, size) : load(*pointer, &value, size);
		if (o != DONE)
			break;
		if (!in)
			port_out((uint16_t)vcpu.reg[R_RDX], size, value);
		*pointer += step;
		if (insn->rep)
			vcpu.reg[R_RCX]--;
	}
	return o;
}

static enum outcome op_ins(const struct insn *insn)
{
	return string_io(insn, true);
}

static enum outcome op_outs(const struct insn *insn)
{
	return string_io(insn, false);
}

static enum outcome op_undefined(const struct insn *insn)
{
	(void)insn;
	inject(VECTOR_UD, false, 0);
	return FAULTED;
}

/* A store marked as one to a page table; its page may be anything writable. */
static enum outcome op_store(const struct insn *insn)
{
	uint64_t va = effective_address(insn);
	struct walk w;

	if (insn->rm != NO_REG)
		return UNKNOWN;
	if ((insn->op == OP_BTS || insn->op == OP_BTR) && !insn->immediate)
		va += (uint64_t)((int64_t)vcpu.reg[insn->reg] >> 6) * 8;
	if (!guest_walk(va, &w) || !w.writable)
		return page_fault(va, true);
	if (!guest_memory(w.pa))
		return UNKNOWN;
	return emulate_store(insn, w.pa);
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
