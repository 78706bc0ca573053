/* SPDX-License-Identifier: GPL-2.0-or-later */
/* op-ports.c - port input and output, string forms too. */
#include "operand.h"
#include "vcpu.h"

static unsigned int port_size(const struct insn *insn)
{
	return insn->size == 8 ? 4 : insn->size;
}

static uint16_t port_of(const struct insn *insn)
{
	return insn->immediate ? (uint8_t)insn->imm : (uint16_t)vcpu.reg[R_RDX];
}

enum outcome op_in(const struct insn *insn)
{
	set_reg(R_RAX, port_in(port_of(insn), port_size(insn)), port_size(insn));
	return DONE;
}

enum outcome op_out(const struct insn *insn)
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

enum outcome op_ins(const struct insn *insn)
{
	return string_io(insn, true);
}

enum outcome op_outs(const struct insn *insn)
{
	return string_io(insn, false);
}
