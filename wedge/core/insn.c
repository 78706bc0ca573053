/* SPDX-License-Identifier: GPL-2.0-or-later */
/* insn.c - the decoder's table, and prefixes, ModRM, SIB [SDM vol. 2, chapter 2]. */
#include "insn.h"

#define ANY  0xff /* digit: ModRM.reg is an operand */
#define MEM  0x40 /* or'ed to a digit: only with a memory operand */
#define FULL 0x80 /* digit: compare the whole ModRM byte with `modrm` */

enum attribute {
	A_MODRM = 1,
	A_IMM8 = 2,
	A_IMM = 4,    /* 1, 2 or 4 bytes by operand size */
	A_BYTE = 8,   /* operand size 1 */
	A_QUAD = 16,  /* operand size 8 without REX.W */
	A_LOW3 = 32,  /* register in the opcode's low bits */
	A_REP = 64,   /* only with F3 */
	A_IMMOP = 128 /* the source is the immediate */
};

struct row {
	uint8_t map; /* 1: one byte; 2: 0f; 3: 0f 38 */
	uint8_t opcode, digit, op, modrm;
	uint16_t attributes;
};

static const struct row rows[] = {
	{1, 0xfa, ANY, OP_CLI, 0, 0},
	{1, 0xfb, ANY, OP_STI, 0, 0},
	{1, 0x9c, ANY, OP_PUSHF, 0, A_QUAD},
	{1, 0x9d, ANY, OP_POPF, 0, A_QUAD},
	{1, 0xf4, ANY, OP_HLT, 0, 0},
	{1, 0xcf, ANY, OP_IRET, 0, 0},
	{1, 0xcb, ANY, OP_LRET, 0, 0},
	{1, 0xff, MEM | 5, OP_LJMP, 0, A_MODRM},
	{2, 0x07, ANY, OP_SYSRET, 0, 0},
	{2, 0x01, FULL, OP_SWAPGS, 0xf8, A_MODRM},
	{2, 0x01, FULL, OP_RDTSCP, 0xf9, A_MODRM},
	{2, 0x01, FULL, OP_UNDEFINED, 0xc8, A_MODRM}, /* monitor */
	{2, 0x01, FULL, OP_UNDEFINED, 0xc9, A_MODRM}, /* mwait */
	{2, 0x01, FULL, OP_UNDEFINED, 0xca, A_MODRM}, /* clac */
	{2, 0x01, FULL, OP_UNDEFINED, 0xcb, A_MODRM}, /* stac */
	{2, 0x01, FULL, OP_UNDEFINED, 0xd1, A_MODRM}, /* xsetbv */
	{2, 0x01, FULL, OP_UNDEFINED, 0xee, A_MODRM}, /* rdpkru */
	{2, 0x01, FULL, OP_UNDEFINED, 0xef, A_MODRM}, /* wrpkru */
	{2, 0x20, ANY, OP_RDCR, 0, A_MODRM | A_QUAD},
	{2, 0x22, ANY, OP_WRCR, 0, A_MODRM | A_QUAD},
	{2, 0x21, ANY, OP_RDDR, 0, A_MODRM | A_QUAD},
	{2, 0x23, ANY, OP_WRDR, 0, A_MODRM | A_QUAD},
	{2, 0x06, ANY, OP_CLTS, 0, 0},
	{2, 0x01, 4, OP_SMSW, 0, A_MODRM},
	{2, 0x01, 6, OP_LMSW, 0, A_MODRM},
	{1, 0x8c, ANY, OP_RDSEG, 0, A_MODRM},
	{1, 0x8e, ANY, OP_WRSEG, 0, A_MODRM},
	{2, 0xa0, ANY, OP_PUSHSEG, SEG_FS, A_QUAD},
	{2, 0xa8, ANY, OP_PUSHSEG, SEG_GS, A_QUAD},
	{2, 0xa1, ANY, OP_POPSEG, SEG_FS, A_QUAD},
	{2, 0xa9, ANY, OP_POPSEG, SEG_GS, A_QUAD},
	{2, 0x01, MEM | 0, OP_SGDT, 0, A_MODRM},
	{2, 0x01, MEM | 1, OP_SIDT, 0, A_MODRM},
	{2, 0x01, MEM | 2, OP_LGDT, 0, A_MODRM},
	{2, 0x01, MEM | 3, OP_LIDT, 0, A_MODRM},
	{2, 0x01, MEM | 7, OP_INVLPG, 0, A_MODRM},
	{2, 0x00, 0, OP_SLDT, 0, A_MODRM},
	{2, 0x00, 1, OP_STR, 0, A_MODRM},
	{2, 0x00, 2, OP_LLDT, 0, A_MODRM},
	{2, 0x00, 3, OP_LTR, 0, A_MODRM},
	{2, 0x00, 4, OP_VERW, 0, A_MODRM}, /* verr */
	{2, 0x00, 5, OP_VERW, 0, A_MODRM},
	{2, 0x02, ANY, OP_LAR, 0, A_MODRM},
	{2, 0x03, ANY, OP_LSL, 0, A_MODRM},
	{2, 0x08, ANY, OP_WBINVD, 0, 0}, /* invd */
	{2, 0x09, ANY, OP_WBINVD, 0, 0},
	{2, 0x32, ANY, OP_RDMSR, 0, 0},
	{2, 0x30, ANY, OP_WRMSR, 0, 0},
	{2, 0xa2, ANY, OP_CPUID, 0, 0},
	{2, 0x31, ANY, OP_RDTSC, 0, 0},
	{2, 0x33, ANY, OP_RDPMC, 0, 0},
	{2, 0xae, 0, OP_UNDEFINED, 0, A_MODRM | A_REP}, /* rdfsbase .. wrgsbase */
	{2, 0xae, 1, OP_UNDEFINED, 0, A_MODRM | A_REP},
	{2, 0xae, 2, OP_UNDEFINED, 0, A_MODRM | A_REP},
	{2, 0xae, 3, OP_UNDEFINED, 0, A_MODRM | A_REP},
	{2, 0xc7, MEM | 3, OP_UNDEFINED, 0, A_MODRM}, /* xrstors */
	{2, 0xc7, MEM | 5, OP_UNDEFINED, 0, A_MODRM}, /* xsaves */
	{3, 0x82, ANY, OP_UNDEFINED, 0, A_MODRM},     /* invpcid */
	{1, 0xe4, ANY, OP_IN, 0, A_IMM8 | A_BYTE},
	{1, 0xe5, ANY, OP_IN, 0, A_IMM8},
	{1, 0xe6, ANY, OP_OUT, 0, A_IMM8 | A_BYTE},
	{1, 0xe7, ANY, OP_OUT, 0, A_IMM8},
	{1, 0xec, ANY, OP_IN, 0, A_BYTE},
	{1, 0xed, ANY, OP_IN, 0, 0},
	{1, 0xee, ANY, OP_OUT, 0, A_BYTE},
	{1, 0xef, ANY, OP_OUT, 0, 0},
	{1, 0x6c, ANY, OP_INS, 0, A_BYTE},
	{1, 0x6d, ANY, OP_INS, 0, 0},
	{1, 0x6e, ANY, OP_OUTS, 0, A_BYTE},
	{1, 0x6f, ANY, OP_OUTS, 0, 0},
	{1, 0x88, ANY, OP_MOV, 0, A_MODRM | A_BYTE},
	{1, 0x89, ANY, OP_MOV, 0, A_MODRM},
	{1, 0xc6, 0, OP_MOV_IMM, 0, A_MODRM | A_BYTE | A_IMM | A_IMMOP},
	{1, 0xc7, 0, OP_MOV_IMM, 0, A_MODRM | A_IMM | A_IMMOP},
	{1, 0x86, ANY, OP_XCHG, 0, A_MODRM | A_BYTE},
	{1, 0x87, ANY, OP_XCHG, 0, A_MODRM},
	{2, 0xb1, ANY, OP_CMPXCHG, 0, A_MODRM},
	{2, 0xc1, ANY, OP_XADD, 0, A_MODRM},
	{1, 0x20, ANY, OP_AND, 0, A_MODRM | A_BYTE},
	{1, 0x21, ANY, OP_AND, 0, A_MODRM},
	{1, 0x08, ANY, OP_OR, 0, A_MODRM | A_BYTE},
	{1, 0x09, ANY, OP_OR, 0, A_MODRM},
	{1, 0x31, ANY, OP_XOR, 0, A_MODRM},
	{1, 0x80, 1, OP_OR, 0, A_MODRM | A_BYTE | A_IMM8 | A_IMMOP},
	{1, 0x80, 4, OP_AND, 0, A_MODRM | A_BYTE | A_IMM8 | A_IMMOP},
	{1, 0x81, 1, OP_OR, 0, A_MODRM | A_IMM | A_IMMOP},
	{1, 0x81, 4, OP_AND, 0, A_MODRM | A_IMM | A_IMMOP},
	{1, 0x83, 1, OP_OR, 0, A_MODRM | A_IMM8 | A_IMMOP},
	{1, 0x83, 4, OP_AND, 0, A_MODRM | A_IMM8 | A_IMMOP},
	{2, 0xba, 5, OP_BTS, 0, A_MODRM | A_IMM8 | A_IMMOP},
	{2, 0xba, 6, OP_BTR, 0, A_MODRM | A_IMM8 | A_IMMOP},
	{2, 0xab, ANY, OP_BTS, 0, A_MODRM},
	{2, 0xb3, ANY, OP_BTR, 0, A_MODRM},
	{1, 0x58, ANY, OP_POP, 0, A_LOW3 | A_QUAD},
	{1, 0x8f, 0, OP_POP, 0, A_MODRM | A_QUAD},
};

struct reader {
	const uint8_t *bytes;
	size_t size, pos;
	bool cut_off;
};

static uint64_t take(struct reader *r, unsigned int n)
{
	uint64_t value = 0;

	if (r->pos + n > r->size) {
		r->cut_off = true;
		return 0;
	}
	for (unsigned int i = 0; i < n; i++)
		value |= (uint64_t)r->bytes[r->pos++] << (8 * i);
	return value;
}

static int64_t take_signed(struct reader *r, unsigned int n)
{
	uint64_t value = take(r, n);

	return n == 1 ? (int8_t)value : n == 2 ? (int16_t)value : (int32_t)value;
}

static const struct row *find(uint8_t map, uint8_t opcode, uint8_t modrm, bool rep)
{
	for (const struct row *row = rows; row < rows + sizeof(rows) / sizeof(rows[0]); row++) {
		uint8_t code = row->attributes & A_LOW3 ? opcode & 0xf8 : opcode;

		if (row->map != map || row->opcode != code || ((row->attributes & A_REP) && !rep))
			continue;
		if (row->digit == ANY || (row->digit == FULL && row->modrm == modrm))
			return row;
		if (row->digit == FULL || (row->digit & 7) != (modrm >> 3 & 7))
			continue;
		if (!(row->digit & MEM) || modrm < 0xc0)
			return row;
	}
	return NULL;
}

static void memory_operand(struct reader *r, struct insn *insn, uint8_t modrm, uint8_t rex)
{
	unsigned int mod = modrm >> 6, rm = modrm & 7;

	if (rm == 4) {
		uint8_t sib = (uint8_t)take(r, 1);

		rm = sib & 7;
		insn->scale = sib >> 6;
		insn->index = (uint8_t)((sib >> 3 & 7) | (rex & 2 ? 8 : 0));
		if (insn->index == 4)
			insn->index = NO_REG;
		if (rm == 5 && mod == 0)
			insn->disp = (int32_t)take_signed(r, 4);
		else
			insn->base = (uint8_t)(rm | (rex & 1 ? 8 : 0));
	} else if (rm == 5 && mod == 0) {
		insn->rip_relative = true;
		insn->disp = (int32_t)take_signed(r, 4);
	} else {
		insn->base = (uint8_t)(rm | (rex & 1 ? 8 : 0));
	}
	if (mod == 1)
		insn->disp = (int32_t)take_signed(r, 1);
	else if (mod == 2)
		insn->disp = (int32_t)take_signed(r, 4);
}

/* Returns the segment number of an override prefix, or NO_REG. */
static uint8_t segment_prefix(uint8_t byte)
{
	switch (byte) {
	case 0x26:
		return SEG_ES;
	case 0x2e:
		return SEG_CS;
	case 0x36:
		return SEG_SS;
	case 0x3e:
		return SEG_DS;
	case 0x64:
		return SEG_FS;
	case 0x65:
		return SEG_GS;
	default:
		return NO_REG;
	}
}

bool insn_decode(const uint8_t *bytes, size_t size, struct insn *insn)
{
	struct reader r = {bytes, size < 15 ? size : 15, 0, false};
	uint8_t rex = 0, map = 1, opcode, modrm = 0;
	bool word = false;
	const struct row *row;

	*insn = (struct insn){.rm = NO_REG, .base = NO_REG, .index = NO_REG, .segment = NO_REG};
	for (;;) {
		opcode = (uint8_t)take(&r, 1);
		if (r.cut_off)
			return false;
		if (opcode == 0x66)
			word = true;
		else if (opcode == 0xf0)
			insn->lock = true;
		else if (opcode == 0xf3 || opcode == 0xf2)
			insn->rep = true;
		else if (segment_prefix(opcode) != NO_REG)
			insn->segment = segment_prefix(opcode);
		else
			break;
	}
	if ((opcode & 0xf0) == 0x40) {
		rex = opcode;
		opcode = (uint8_t)take(&r, 1);
	}
	if (opcode == 0x0f) {
		map = 2;
		opcode = (uint8_t)take(&r, 1);
		if (opcode == 0x38) {
			map = 3;
			opcode = (uint8_t)take(&r, 1);
		}
	}
	if (r.pos < r.size)
		modrm = r.bytes[r.pos];
	row = find(map, opcode, modrm, insn->rep);
	if (!row)
		return false;
	insn->size = row->attributes & A_BYTE		   ? 1
		     : rex & 8 || row->attributes & A_QUAD ? 8
		     : word				   ? 2
							   : 4;
	insn->reg = row->modrm;
	if (row->attributes & A_LOW3)
		insn->rm = (uint8_t)((opcode & 7) | (rex & 1 ? 8 : 0));
	if (row->attributes & A_MODRM) {
		take(&r, 1);
		insn->reg = (uint8_t)((modrm >> 3 & 7) | (rex & 4 ? 8 : 0));
		if (modrm >= 0xc0)
			insn->rm = (uint8_t)((modrm & 7) | (rex & 1 ? 8 : 0));
		else
			memory_operand(&r, insn, modrm, rex);
	}
	/* ah, ch, dh and bh take no part in anything the kernel does to page tables. */
	if (insn->size == 1 && row->attributes & A_MODRM && !rex && !(row->attributes & A_IMMOP) &&
	    insn->reg >= 4)
		return false;
	if (row->attributes & A_IMM8)
		insn->imm = take_signed(&r, 1);
	else if (row->attributes & A_IMM)
		insn->imm = take_signed(&r, insn->size < 4 ? insn->size : 4);
	insn->immediate = row->attributes & (A_IMM8 | A_IMM);
	if (r.cut_off)
		return false;
	insn->op = row->op;
	insn->length = (uint8_t)r.pos;
	return true;
}
