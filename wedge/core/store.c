/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store.c - stores and read-modify-writes of memory that may be a page table. */
#include "backend.h"
#include "cpu.h"
#include "paging.h"
#include "vcpu.h"
#include "wedge.h"

#define ARITHMETIC_FLAGS 0x8d5ull /* CF PF AF ZF SF OF */

static void set_flags(uint64_t flags)
{
	vcpu.rflags = (vcpu.rflags & ~ARITHMETIC_FLAGS) | (flags & ARITHMETIC_FLAGS);
}

/* Let the processor say what the flags are; operands are moved to the top bits. */
static uint64_t flags_of_compare(uint64_t a, uint64_t b, unsigned int size)
{
	unsigned int shift = 64 - 8 * size;
	uint64_t flags;

	__asm__("cmpq %2, %1\n\tpushfq\n\tpopq %0"
		: "=r"(flags)
		: "r"(a << shift), "r"(b << shift)
		: "cc");
	return flags;
}

static uint64_t flags_of_add(uint64_t a, uint64_t b, unsigned int size)
{
	unsigned int shift = 64 - 8 * size;
	uint64_t flags, sum = a << shift;

	__asm__("addq %2, %1\n\tpushfq\n\tpopq %0"
		: "=r"(flags), "+r"(sum)
		: "r"(b << shift)
		: "cc");
	return flags;
}

static uint64_t flags_of_logic(uint64_t value, unsigned int size)
{
	uint64_t flags;

	value <<= 64 - 8 * size;
	__asm__("testq %1, %1\n\tpushfq\n\tpopq %0" : "=r"(flags) : "r"(value) : "cc");
	return flags;
}

static void set_register(unsigned int n, uint64_t value, unsigned int size)
{
	uint64_t mask = size == 8 ? ~0ull : (1ull << (8 * size)) - 1;

	vcpu.reg[n] = size == 4 ? value & mask : (vcpu.reg[n] & ~mask) | (value & mask);
}

enum outcome emulate_store(const struct insn *insn, uint64_t pa)
{
	uint64_t mask = insn->size == 8 ? ~0ull : (1ull << (8 * insn->size)) - 1;
	uint64_t source = (insn->immediate ? (uint64_t)insn->imm : vcpu.reg[insn->reg]) & mask;
	uint64_t bit = 1ull << (source & (insn->size * 8 - 1)), old = 0, value;

	if (insn->size == 8)
		old = *(uint64_t *)window(pa);
	else
		memcpy(&old, window(pa), insn->size);
	switch (insn->op) {
	case OP_MOV:
	case OP_MOV_IMM:
	case OP_XCHG:
		value = source;
		break;
	case OP_CMPXCHG:
		set_flags(flags_of_compare(vcpu.reg[R_RAX] & mask, old, insn->size));
		if (old != (vcpu.reg[R_RAX] & mask)) {
			set_register(R_RAX, old, insn->size);
			return DONE;
		}
		value = source;
		break;
	case OP_XADD:
		set_flags(flags_of_add(old, source, insn->size));
		value = (old + source) & mask;
		break;
	case OP_AND:
		value = old & source;
		set_flags(flags_of_logic(value, insn->size));
		break;
	case OP_OR:
		value = old | source;
		set_flags(flags_of_logic(value, insn->size));
		break;
	case OP_XOR:
		value = old ^ source;
		set_flags(flags_of_logic(value, insn->size));
		break;
	case OP_BTS:
	case OP_BTR:
		value = insn->op == OP_BTS ? old | bit : old & ~bit;
		vcpu.rflags = (vcpu.rflags & ~(uint64_t)X86_CF) | (old & bit ? X86_CF : 0);
		break;
	default:
		return UNKNOWN;
	}
	paging_store(pa, value, insn->size);
	if (insn->op == OP_XCHG || insn->op == OP_XADD)
		set_register(insn->reg, old, insn->size);
	return DONE;
}
