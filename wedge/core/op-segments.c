/* SPDX-License-Identifier: GPL-2.0-or-later */
/* op-segments.c - segment registers and descriptor tables. */
#include "backend.h"
#include "operand.h"
#include "paging.h"
#include "selector.h"
#include "vcpu.h"
#include "wedge.h"

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

enum outcome op_rdseg(const struct insn *insn)
{
	uint16_t s = insn->reg == SEG_CS   ? vcpu.kernel_cs
		     : insn->reg == SEG_SS ? vcpu.kernel_ss
					   : real_selector(insn->reg);

	return write_rm(insn, s, 2);
}

enum outcome op_pushseg(const struct insn *insn)
{
	return push(real_selector(insn->reg));
}

static uint64_t descriptor_base(uint64_t d)
{
	return (d >> 16 & 0xffffff) | (d >> 56) << 24;
}

/*
 * Is a null selector with base 0 loaded already?  User mode may have loaded another
 * selector, and base 0 with it; it cannot have set a base, unless by instructions that
 * CPUID hides.
 */
static bool is_loaded(unsigned int segment, uint16_t selector)
{
	if ((selector & ~3u) || real_selector(segment) != selector)
		return false;
	switch (segment) {
	case SEG_FS:
		return !vcpu.fs_base && !hv_user_sets_bases();
	case SEG_GS:
		return !vcpu.user_gs_base && !hv_user_sets_bases();
	default:
		return true;
	}
}

/*
 * What user mode may have is loaded for real: the kernel saves and restores it for a process.
 * Kernel mode's own descriptors are not in the machine's table; 64-bit code gets along with null
 * selectors.
 */
static enum outcome load_segment(unsigned int segment, uint16_t selector)
{
	uint64_t d = 0, base = 0;

	if (segment == SEG_SS) {
		vcpu.kernel_ss = selector;
		return DONE;
	}
	if (is_loaded(segment, selector))
		return DONE;
	if (selector & ~3u) {
		if (selector_loadable(selector, &d)) {
			base = descriptor_base(d);
		} else if (!(selector & 7) && selector_descriptor(selector, &d)) {
			selector = 0;
		} else {
			inject(VECTOR_GP, true, selector & ~3u);
			return FAULTED;
		}
	}
	switch (segment) {
	case SEG_FS:
		vcpu.fs_base = base;
		__asm__ volatile("mov %0, %%fs" : : "r"((uint32_t)selector));
		hv_set_base(HV_FS_BASE, base);
		break;
	case SEG_GS: /* in kernel mode: between two swapgs, so the user's */
		vcpu.user_gs_base = base;
		hv_set_base(HV_USER_GS_SELECTOR, selector);
		hv_set_base(HV_USER_GS_BASE, base);
		break;
	case SEG_ES:
		__asm__ volatile("mov %0, %%es" : : "r"((uint32_t)selector));
		break;
	case SEG_DS:
		__asm__ volatile("mov %0, %%ds" : : "r"((uint32_t)selector));
		break;
	default:
		return UNKNOWN;
	}
	return DONE;
}

enum outcome op_wrseg(const struct insn *insn)
{
	uint64_t value;
	enum outcome o = read_rm(insn, &value, 2);

	return o == DONE ? load_segment(insn->reg, (uint16_t)value) : o;
}

enum outcome op_popseg(const struct insn *insn)
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

enum outcome op_lgdt(const struct insn *insn)
{
	enum outcome o = load_table(insn, &vcpu.gdt);

	if (o == DONE)
		selectors_mirror();
	return o;
}

enum outcome op_lidt(const struct insn *insn)
{
	guest_forget();
	return load_table(insn, &vcpu.idt);
}

enum outcome op_sgdt(const struct insn *insn)
{
	return store_table(insn, &vcpu.gdt);
}

enum outcome op_sidt(const struct insn *insn)
{
	return store_table(insn, &vcpu.idt);
}

enum outcome op_lldt(const struct insn *insn)
{
	uint64_t value;
	enum outcome o = read_rm(insn, &value, 2);

	if (o == DONE)
		vcpu.ldt = (uint16_t)value;
	return o;
}

enum outcome op_ltr(const struct insn *insn)
{
	uint64_t value, d[2];
	enum outcome o = read_rm(insn, &value, 2);

	if (o == DONE)
		o = load(vcpu.gdt.base + (value & ~7ull), d, sizeof(d));
	if (o != DONE)
		return o;
	vcpu.tr = (uint16_t)value;
	guest_forget();
	vcpu.tss = (d[0] >> 16 & 0xffffff) | (d[0] >> 56) << 24 | d[1] << 32;
	return DONE;
}

enum outcome op_sldt(const struct insn *insn)
{
	return write_rm(insn, vcpu.ldt, 2);
}

enum outcome op_str(const struct insn *insn)
{
	return write_rm(insn, vcpu.tr, 2);
}

/* Descriptor of selector, from the guest's GDT; ZF says whether there is one. */
static bool descriptor(uint64_t selector, uint64_t *d)
{
	bool ok = selector_descriptor((uint16_t)selector, d) && (*d >> 47 & 1);

	vcpu.rflags = ok ? vcpu.rflags | X86_ZF : vcpu.rflags & ~(uint64_t)X86_ZF;
	return ok;
}

enum outcome op_lar(const struct insn *insn)
{
	uint64_t selector, d;
	enum outcome o = read_rm(insn, &selector, 2);

	if (o == DONE && descriptor(selector, &d))
		set_reg(insn->reg, d >> 32 & 0xffff00, insn->size);
	return o;
}

enum outcome op_lsl(const struct insn *insn)
{
	uint64_t selector, d, limit;
	enum outcome o = read_rm(insn, &selector, 2);

	if (o != DONE || !descriptor(selector, &d))
		return o;
	limit = (d & 0xffff) | (d >> 32 & 0xf0000);
	set_reg(insn->reg, d >> 55 & 1 ? limit << 12 | 0xfff : limit, insn->size);
	return o;
}

enum outcome op_verw(const struct insn *insn)
{
	uint64_t selector, d;
	enum outcome o = read_rm(insn, &selector, 2);

	if (o == DONE)
		descriptor(selector, &d);
	return o;
}
