/* SPDX-License-Identifier: GPL-2.0-or-later */
/* operand.c - operands of emulated instructions: registers, memory, the stack; and faults. */
#include "operand.h"
#include "paging.h"
#include "vcpu.h"

uint64_t mask_to(uint64_t value, unsigned int size)
{
	return size == 8 ? value : value & ((1ull << (8 * size)) - 1);
}

/* Register write with the processor's rule: 4 bytes clear the upper half. */
void set_reg(unsigned int n, uint64_t value, unsigned int size)
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

enum outcome page_fault(uint64_t va, bool write)
{
	struct walk w;

	vcpu.cr2 = va;
	inject(VECTOR_PF, true, (guest_walk(va, &w) ? PF_PRESENT : 0) | (write ? PF_WRITE : 0));
	return FAULTED;
}

enum outcome general_protection(void)
{
	inject(VECTOR_GP, true, 0);
	return FAULTED;
}

enum outcome load(uint64_t va, void *to, unsigned int size)
{
	return guest_read(va, to, size) ? DONE : page_fault(va, false);
}

enum outcome store(uint64_t va, const void *from, unsigned int size)
{
	return guest_write(va, from, size) ? DONE : page_fault(va, true);
}

/* Read or write the r/m operand. */
enum outcome read_rm(const struct insn *insn, uint64_t *value, unsigned int size)
{
	*value = 0;
	if (insn->rm == NO_REG)
		return load(effective_address(insn), value, size);
	*value = mask_to(vcpu.reg[insn->rm], size);
	return DONE;
}

enum outcome write_rm(const struct insn *insn, uint64_t value, unsigned int memory_size)
{
	if (insn->rm == NO_REG)
		return store(effective_address(insn), &value, memory_size);
	set_reg(insn->rm, value, insn->size);
	return DONE;
}

enum outcome push(uint64_t value)
{
	enum outcome o = store(vcpu.reg[R_RSP] - 8, &value, 8);

	if (o == DONE)
		vcpu.reg[R_RSP] -= 8;
	return o;
}

enum outcome pop(uint64_t *value)
{
	enum outcome o = load(vcpu.reg[R_RSP], value, 8);

	if (o == DONE)
		vcpu.reg[R_RSP] += 8;
	return o;
}
