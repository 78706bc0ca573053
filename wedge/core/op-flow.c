/* SPDX-License-Identifier: GPL-2.0-or-later */
/* op-flow.c - the interrupt flag, and transfers of control between privilege levels. */
#include "backend.h"
#include "devices.h"
#include "operand.h"
#include "selector.h"
#include "vcpu.h"
#include "wedge.h"

#define FIXED_FLAG     2
#define LOADABLE_FLAGS 0x244fd5 /* CF PF AF ZF SF TF IF DF OF NT AC ID */

enum outcome op_cli(const struct insn *insn)
{
	(void)insn;
	vcpu.rflags &= ~(uint64_t)X86_IF;
	return DONE;
}

enum outcome op_sti(const struct insn *insn)
{
	(void)insn;
	vcpu.rflags |= X86_IF;
	return DONE;
}

enum outcome op_pushf(const struct insn *insn)
{
	(void)insn;
	return push((vcpu.rflags & LOADABLE_FLAGS & ~(uint64_t)X86_TF) | FIXED_FLAG);
}

enum outcome op_popf(const struct insn *insn)
{
	uint64_t value = 0;
	enum outcome o = pop(&value);

	(void)insn;
	if (o == DONE)
		vcpu.rflags = (value & LOADABLE_FLAGS) | FIXED_FLAG;
	return o;
}

enum outcome op_pop(const struct insn *insn)
{
	uint64_t value = 0;
	enum outcome o = pop(&value);

	return o == DONE ? write_rm(insn, value, 8) : o;
}

enum outcome op_hlt(const struct insn *insn)
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

enum outcome op_iret(const struct insn *insn)
{
	uint64_t f[5];
	enum outcome o = load(vcpu.reg[R_RSP], f, sizeof(f));
	unsigned int vector;
	uint64_t error;

	(void)insn;
	if (o != DONE)
		return o;
	if ((int64_t)(f[0] << 16) >> 16 != (int64_t)f[0])
		return general_protection();
	if ((f[1] & 3) == 3 && (f[1] != vcpu.user_cs || f[4] != vcpu.user_ss) &&
	    selectors_bad((uint16_t)f[1], (uint16_t)f[4], &vector, &error)) {
		inject(vector, true, error);
		return FAULTED;
	}
	vcpu.rip = f[0];
	vcpu.user = (f[1] & 3) == 3;
	*(vcpu.user ? &vcpu.user_cs : &vcpu.kernel_cs) = (uint16_t)f[1];
	vcpu.rflags = (f[2] & (LOADABLE_FLAGS | X86_RF)) | FIXED_FLAG;
	vcpu.reg[R_RSP] = f[3];
	*(vcpu.user ? &vcpu.user_ss : &vcpu.kernel_ss) = (uint16_t)f[4];
	return JUMPED;
}

enum outcome op_lret(const struct insn *insn)
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

enum outcome op_ljmp(const struct insn *insn)
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

enum outcome op_sysret(const struct insn *insn)
{
	vcpu.rip = insn->size == 8 ? vcpu.reg[R_RCX] : (uint32_t)vcpu.reg[R_RCX];
	vcpu.rflags = (vcpu.reg[R_R11] & LOADABLE_FLAGS) | FIXED_FLAG;
	vcpu.user = 1;
	wedge_sysret(insn->size);
	return JUMPED;
}

/* The hypervisor swaps GS when it switches between user and kernel mode. */
enum outcome op_swapgs(const struct insn *insn)
{
	(void)insn;
	return DONE;
}
