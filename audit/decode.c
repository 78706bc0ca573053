// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * decode.c - which kind of sensitive instruction is it?
 *
 * Capstone finds length and identity.  Its instruction ids are mapped to kinds
 * by a table (kind_of_id); where a kind depends on an operand (mov to %cr3) the
 * opcode tells.  What Capstone 4 does not know is completed from the BYTES rows
 * of kinds.def and, where it is harmless but has to be stepped over, from
 * unknown_to_capstone[].  A test holds this against every row of kinds.def.
 */
#include <string.h>
#include <wedgeperf/kinds.h>
#include "decode.h"
#include "wp.h"

static const uint8_t kind_of_id[X86_INS_ENDING] = {
	[X86_INS_CLI] = SITE_cli,
	[X86_INS_STI] = SITE_sti,
	[X86_INS_PUSHF] = SITE_pushf,
	[X86_INS_PUSHFD] = SITE_pushf,
	[X86_INS_PUSHFQ] = SITE_pushf,
	[X86_INS_POPF] = SITE_popf,
	[X86_INS_POPFD] = SITE_popf,
	[X86_INS_POPFQ] = SITE_popf,
	[X86_INS_HLT] = SITE_hlt,
	[X86_INS_IRET] = SITE_iret,
	[X86_INS_IRETD] = SITE_iret,
	[X86_INS_IRETQ] = SITE_iret,
	[X86_INS_RETF] = SITE_lret,
	[X86_INS_RETFQ] = SITE_lret,
	[X86_INS_LJMP] = SITE_ljmp,
	[X86_INS_SYSRET] = SITE_sysret,
	[X86_INS_SYSEXIT] = SITE_sysexit,
	[X86_INS_SWAPGS] = SITE_swapgs,
	[X86_INS_CLTS] = SITE_clts,
	[X86_INS_SMSW] = SITE_smsw,
	[X86_INS_LMSW] = SITE_lmsw,
	[X86_INS_LSS] = SITE_wrseg,
	[X86_INS_LFS] = SITE_wrseg,
	[X86_INS_LGS] = SITE_wrseg,
	[X86_INS_RDFSBASE] = SITE_rdfsgsbase,
	[X86_INS_RDGSBASE] = SITE_rdfsgsbase,
	[X86_INS_WRFSBASE] = SITE_wrfsgsbase,
	[X86_INS_WRGSBASE] = SITE_wrfsgsbase,
	[X86_INS_LGDT] = SITE_lgdt,
	[X86_INS_LIDT] = SITE_lidt,
	[X86_INS_LLDT] = SITE_lldt,
	[X86_INS_LTR] = SITE_ltr,
	[X86_INS_SGDT] = SITE_sgdt,
	[X86_INS_SIDT] = SITE_sidt,
	[X86_INS_SLDT] = SITE_sldt,
	[X86_INS_STR] = SITE_str,
	[X86_INS_LAR] = SITE_lar,
	[X86_INS_LSL] = SITE_lsl,
	[X86_INS_VERR] = SITE_verr,
	[X86_INS_VERW] = SITE_verw,
	[X86_INS_INVLPG] = SITE_invlpg,
	[X86_INS_INVPCID] = SITE_invpcid,
	[X86_INS_WBINVD] = SITE_wbinvd,
	[X86_INS_INVD] = SITE_invd,
	[X86_INS_RDMSR] = SITE_rdmsr,
	[X86_INS_WRMSR] = SITE_wrmsr,
	[X86_INS_CPUID] = SITE_cpuid,
	[X86_INS_RDTSC] = SITE_rdtsc,
	[X86_INS_RDTSCP] = SITE_rdtsc,
	[X86_INS_RDPMC] = SITE_rdpmc,
	[X86_INS_XSETBV] = SITE_xsetbv,
	[X86_INS_XSAVES] = SITE_xsaves,
	[X86_INS_XSAVES64] = SITE_xsaves,
	[X86_INS_XRSTORS] = SITE_xsaves,
	[X86_INS_XRSTORS64] = SITE_xsaves,
	[X86_INS_MONITOR] = SITE_monitor,
	[X86_INS_MWAIT] = SITE_mwait,
	[X86_INS_STAC] = SITE_stac,
	[X86_INS_CLAC] = SITE_clac,
	[X86_INS_IN] = SITE_in,
	[X86_INS_OUT] = SITE_out,
	[X86_INS_INSB] = SITE_ins,
	[X86_INS_INSW] = SITE_ins,
	[X86_INS_INSD] = SITE_ins,
	[X86_INS_OUTSB] = SITE_outs,
	[X86_INS_OUTSW] = SITE_outs,
	[X86_INS_OUTSD] = SITE_outs,
};

/* Encodings from kinds.def: complete instructions (all but those whose ModRM may vary). */
static const struct encoding {
	uint8_t kind, length, bytes[4];
} encodings[] = {
#define BYTES(kind, length, b0, b1, b2, b3) {SITE_##kind, length, {b0, b1, b2, b3}},
#include <wedgeperf/kinds.def>
};

/*
 * Harmless, decoded for their length only, which Capstone 4 does not know (or, of
 * ud1, gets wrong).  A mask of 0xf8 leaves ModRM.rm open, of 0 a displacement.
 */
static const struct {
	uint8_t length, bytes[5], mask[5];
} unknown_to_capstone[] = {
	{3, {0x0f, 0x01, 0xe8}, {0xff, 0xff, 0xff}},			     /* serialize */
	{4, {0x66, 0x0f, 0xae, 0xf0}, {0xff, 0xff, 0xff, 0xf8}},	     /* tpause */
	{4, {0xf2, 0x0f, 0xae, 0xf0}, {0xff, 0xff, 0xff, 0xf8}},	     /* umwait */
	{4, {0xf3, 0x0f, 0xae, 0xf0}, {0xff, 0xff, 0xff, 0xf8}},	     /* umonitor */
	{3, {0x0f, 0xb9, 0xc0}, {0xff, 0xff, 0xc0}},			     /* ud1 reg, reg */
	{5, {0xc4, 0xe2, 0x78, 0x49, 0xc0}, {0xff, 0xff, 0xff, 0xff, 0xff}}, /* tilerelease */
	{5, {0x67, 0x0f, 0xb9, 0x40}, {0xff, 0xff, 0xff, 0xf8, 0}}, /* ud1 disp8(reg), reg: UBSAN */
};

int decoder_open(struct decoder *d)
{
	cs_err err = cs_open(CS_ARCH_X86, CS_MODE_64, &d->handle);

	if (err) {
		wp_warn("capstone: %s: is libcapstone4 installed whole?", cs_strerror(err));
		return -1;
	}
	d->insn = cs_malloc(d->handle);
	return 0;
}

void decoder_close(struct decoder *d)
{
	cs_free(d->insn, 1);
	cs_close(&d->handle);
}

static const struct encoding *find_encoding(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < sizeof(encodings) / sizeof(*encodings); i++) {
		const struct encoding *e = &encodings[i];

		/* 0f 01 xx and the four-byte ones stand for themselves; others need a ModRM */
		if (n >= e->length && !memcmp(p, e->bytes, e->length) &&
		    (p[1] == 0x01 || p[0] == 0xf2 || p[0] == 0xf3))
			return e;
	}
	return NULL;
}

static bool step_over(const uint8_t *p, size_t n, struct insn *insn)
{
	for (size_t i = 0; i < sizeof(unknown_to_capstone) / sizeof(*unknown_to_capstone); i++) {
		size_t length = unknown_to_capstone[i].length, j = 0;

		while (n >= length && j < length &&
		       (p[j] & unknown_to_capstone[i].mask[j]) == unknown_to_capstone[i].bytes[j])
			j++;
		if (j == length) {
			insn->length = (uint8_t)length;
			return true;
		}
	}
	return false;
}

/* Where the opcode starts: behind legacy prefixes and REX.  @rex: 0 if there is none. */
static size_t opcode_at(const uint8_t *p, size_t n, uint8_t *rex)
{
	size_t i = 0;

	*rex = 0;
	while (i < n && memchr("\x66\x67\xf0\xf2\xf3\x26\x2e\x36\x3e\x64\x65", p[i], 11))
		i++;
	if (i < n && (p[i] & 0xf0) == 0x40)
		*rex = p[i++];
	return i;
}

/* mov, push and pop that name a control, debug or segment register */
static uint8_t kind_of_register_move(const uint8_t *op, size_t n)
{
	static const struct {
		uint8_t opcode, kind;
	} plain[] = {{0x8c, SITE_rdseg}, {0x8e, SITE_wrseg}},
	  escaped[] = {
		  {0x20, SITE_rdcr},  {0x21, SITE_rddr},  {0x22, SITE_wrcr},  {0x23, SITE_wrdr},
		  {0xa0, SITE_rdseg}, {0xa8, SITE_rdseg}, {0xa1, SITE_wrseg}, {0xa9, SITE_wrseg},
	  };

	for (size_t i = 0; n >= 1 && i < sizeof(plain) / sizeof(*plain); i++)
		if (op[0] == plain[i].opcode)
			return plain[i].kind;
	for (size_t i = 0; n >= 2 && op[0] == 0x0f && i < sizeof(escaped) / sizeof(*escaped); i++)
		if (op[1] == escaped[i].opcode)
			return escaped[i].kind;
	return SITE_NONE;
}

/* Opcodes that read, modify and write their memory operand, by ModRM.reg: bit n is /n. */
static const uint8_t rmw[256] = {
	[0x00] = 0xff, [0x01] = 0xff, [0x08] = 0xff, [0x09] = 0xff, /* add, or */
	[0x10] = 0xff, [0x11] = 0xff, [0x18] = 0xff, [0x19] = 0xff, /* adc, sbb */
	[0x20] = 0xff, [0x21] = 0xff, [0x28] = 0xff, [0x29] = 0xff, /* and, sub */
	[0x30] = 0xff, [0x31] = 0xff, [0x86] = 0xff, [0x87] = 0xff, /* xor, xchg */
	[0x80] = 0x7f, [0x81] = 0x7f, [0x83] = 0x7f, /* the same, immediate; not cmp */
	[0xf6] = 0x0c, [0xf7] = 0x0c, [0xfe] = 0x03, [0xff] = 0x03, /* not, neg; inc, dec */
};
static const uint8_t rmw_0f[256] = {
	[0xab] = 0xff, [0xb3] = 0xff, [0xbb] = 0xff, [0xba] = 0xe0, /* bts, btr, btc */
	[0xb0] = 0xff, [0xb1] = 0xff, [0xc0] = 0xff, [0xc1] = 0xff, /* cmpxchg, xadd */
	[0xc7] = 0x02,						    /* cmpxchg8b, 16b */
};

static uint8_t memory_flags(const uint8_t *op, size_t n, uint8_t rex)
{
	const uint8_t *table = rmw;
	uint8_t modrm;

	if (n >= 2 && op[0] == 0x0f) {
		table = rmw_0f;
		op++;
		n--;
	}
	if (n < 2)
		return 0;
	modrm = op[1];
	if (modrm >> 6 == 3)
		return 0;
	if (table[op[0]] >> (modrm >> 3 & 7) & 1)
		return INSN_RMW;
	if (table == rmw && (rex & 8) && (op[0] == 0x89 || (op[0] == 0xc7 && !(modrm >> 3 & 7))))
		return INSN_STORE;
	return 0;
}

/* Relative jumps and calls: the last 1 or 4 bytes are the distance. */
static bool branch_target(const uint8_t *p, size_t length, const uint8_t *op, uint64_t addr,
			  uint64_t *target)
{
	int32_t distance;

	if (op[0] == 0xe8 || op[0] == 0xe9 || (op[0] == 0x0f && (op[1] & 0xf0) == 0x80)) {
		memcpy(&distance, p + length - 4, sizeof(distance));
	} else if (op[0] == 0xeb || (op[0] & 0xf0) == 0x70 || (op[0] & 0xfc) == 0xe0) {
		distance = (int8_t)p[length - 1];
	} else {
		return false;
	}
	*target = addr + length + (uint64_t)(int64_t)distance;
	return true;
}

bool decode(struct decoder *d, const uint8_t *p, size_t n, uint64_t addr, struct insn *insn)
{
	const uint8_t *code = p;
	const struct encoding *e;
	uint64_t at = addr;
	size_t left = n, op;
	uint8_t rex;

	memset(insn, 0, sizeof(*insn));
	if (n >= 3 && (p[0] == 0x0f || p[0] == 0xf2 || p[0] == 0xf3)) {
		e = find_encoding(p, n);
		if (e) {
			insn->length = e->length;
			insn->kind = e->kind;
			return true;
		}
	}
	if ((n >= 3 && (p[1] == 0xb9 || p[2] == 0xb9) && step_over(p, n, insn)))
		return true;
	if (!cs_disasm_iter(d->handle, &code, &left, &at, d->insn))
		return step_over(p, n, insn);
	insn->length = (uint8_t)d->insn->size;
	if (d->insn->id < X86_INS_ENDING)
		insn->kind = kind_of_id[d->insn->id];
	op = opcode_at(p, insn->length, &rex);
	switch (d->insn->id) {
	case X86_INS_NOP:
		insn->flags |= INSN_NOP;
		break;
	case X86_INS_LCALL:
		insn->flags |= INSN_NO_KIND;
		break;
	case X86_INS_MOV:
	case X86_INS_PUSH:
	case X86_INS_POP:
		insn->kind = kind_of_register_move(p + op, insn->length - op);
		if ((p[op] & 0xf8) == 0x58)
			insn->flags |= INSN_POP_REG;
		break;
	default:
		if (op < insn->length &&
		    branch_target(p, insn->length, p + op, addr, &insn->target))
			insn->flags |= INSN_BRANCH;
	}
	if (op < insn->length)
		insn->flags |= memory_flags(p + op, insn->length - op, rex);
	return true;
}
