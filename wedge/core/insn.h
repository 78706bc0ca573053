/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * insn.h - decoding of the instructions that the wedge emulates: the sensitive
 * ones, and stores that may hit a page table.
 */
#ifndef WEDGE_INSN_H
#define WEDGE_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum op {
	OP_NONE,
	OP_CLI,
	OP_STI,
	OP_PUSHF,
	OP_POPF,
	OP_HLT,
	OP_IRET,
	OP_LRET,
	OP_LJMP,
	OP_SYSRET,
	OP_SWAPGS,
	OP_RDCR,
	OP_WRCR,
	OP_CLTS,
	OP_SMSW,
	OP_LMSW,
	OP_RDDR,
	OP_WRDR,
	OP_RDSEG,
	OP_WRSEG,
	OP_PUSHSEG,
	OP_POPSEG,
	OP_LGDT,
	OP_LIDT,
	OP_LLDT,
	OP_LTR,
	OP_SGDT,
	OP_SIDT,
	OP_SLDT,
	OP_STR,
	OP_LAR,
	OP_LSL,
	OP_VERW,
	OP_INVLPG,
	OP_WBINVD,
	OP_RDMSR,
	OP_WRMSR,
	OP_CPUID,
	OP_RDTSC,
	OP_RDTSCP,
	OP_RDPMC,
	OP_IN,
	OP_OUT,
	OP_INS,
	OP_OUTS,
	OP_UNDEFINED, /* features that the guest's CPUID hides: #UD */
	/* stores */
	OP_MOV,
	OP_MOV_IMM,
	OP_XCHG,
	OP_CMPXCHG,
	OP_XADD,
	OP_AND,
	OP_OR,
	OP_XOR,
	OP_BTS,
	OP_BTR,
	/* what follows a pushf in one site */
	OP_POP,
	OPS
};

#define SEG_ES 0
#define SEG_CS 1
#define SEG_SS 2
#define SEG_DS 3
#define SEG_FS 4
#define SEG_GS 5

#define NO_REG 0xff

struct insn {
	uint8_t length;
	uint8_t op;   /* enum op */
	uint8_t size; /* operand, bytes */
	uint8_t reg;  /* ModRM.reg with REX.R: register, cr, dr or segment number */
	uint8_t rm;   /* register operand, or NO_REG: memory */
	uint8_t base, index, scale, segment; /* NO_REG: none */
	bool rip_relative, rep, lock, immediate;
	int32_t disp;
	int64_t imm;
};

/*
 * Decode the instruction at @bytes, of which @size may be read.  Returns false,
 * with OP_NONE, for one that is not in the table or is cut off.
 */
bool insn_decode(const uint8_t *bytes, size_t size, struct insn *insn);

#endif
