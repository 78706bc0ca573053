// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * store.c - makes the stub for one store to a possible page table, see pte.S: jumped to or
 * called.
 * Freestanding, like emit.c.
 */
#include "fastpath.h"

#include <stdbool.h>
#include <string.h>
#include <wedgeperf/annotation.h>

#define JMP 0xe9
#define RET 0xc3

extern const unsigned char fp_user_work[];

/* A register that the instruction does not use carries what the stub has to know. */
extern const unsigned char fp_page_check_rcx[], fp_page_check_rdx[], fp_page_check_rsi[],
	fp_page_check_rdi[], fp_page_check_called_rcx[], fp_page_check_called_rdx[],
	fp_page_check_called_rsi[], fp_page_check_called_rdi[];
static const struct carrier {
	unsigned int reg;
	const unsigned char *check, *check_called;
} carriers[] = {
	{1, fp_page_check_rcx, fp_page_check_called_rcx},
	{2, fp_page_check_rdx, fp_page_check_called_rdx},
	{6, fp_page_check_rsi, fp_page_check_called_rsi},
	{7, fp_page_check_rdi, fp_page_check_called_rdi},
};

/* The parts of an instruction with a memory operand. */
struct parts {
	const unsigned char *insn;
	size_t length;
	size_t modrm; /* offset of the ModRM byte */
	size_t after; /* ... of what follows ModRM, SIB and displacement */
	unsigned char rex;
	const struct carrier *carrier;
	bool rip_relative;
	bool register_operand;
};

/* Opcodes whose ModRM operand is what they write; 0f-map in the second row. */
static bool writes_its_operand(unsigned char map, unsigned char op)
{
	if (map)
		return op == 0xb0 || op == 0xb1 || op == 0xba || op == 0xc0 || op == 0xc1;
	if (op < 0x38)
		return (op & 7) <= 1; /* add or adc sbb and sub xor: r/m, r */
	return op == 0x80 || op == 0x81 || op == 0x83 || (op >= 0x86 && op <= 0x89) || op == 0xc6 ||
	       op == 0xc7;
}

static unsigned int number(unsigned int low, bool high)
{
	return low | (unsigned int)high << 3;
}

/* AH to BH, without a REX prefix, are the second bytes of the first four registers. */
static unsigned int operand_register(const struct parts *p, unsigned char op)
{
	const unsigned int reg = p->insn[p->modrm] >> 3 & 7;

	return !(op & 1) && !p->rex && reg >= 4 ? reg - 4 : number(reg, p->rex & 4);
}

/* Of the four at most three are in use: those of the operand, and the one stored (or RAX). */
static const struct carrier *free_register(unsigned int used)
{
	const struct carrier *c = carriers;

	while (used >> c->reg & 1)
		c++;
	return c;
}

static bool take_apart(struct parts *p)
{
	const unsigned char *b = p->insn;
	size_t i = 0;
	unsigned char map = 0;
	unsigned int used = 0;

	while (i < p->length && (b[i] == 0xf0 || b[i] == 0x66 || b[i] == 0x3e || b[i] == 0x2e))
		i++;
	if (i < p->length && (b[i] & 0xf0) == 0x40)
		p->rex = b[i++];
	if (i < p->length && b[i] == 0x0f)
		map = b[i++];
	if (i + 2 > p->length || !writes_its_operand(map, b[i]))
		return false;
	p->register_operand = map ? b[i] != 0xba : !(b[i] >= 0x80 && b[i] <= 0x83) && b[i] < 0xc0;
	p->modrm = i + 1;
	p->after = i + 2;

	const unsigned int mod = b[p->modrm] >> 6, rm = b[p->modrm] & 7;

	if (mod == 3)
		return false;
	if (p->register_operand && (b[p->modrm] >> 3 & 7) == 4 && !(p->rex & 4))
		return false; /* RSP: the stub has moved it */
	p->rip_relative = mod == 0 && rm == 5;
	used |= p->register_operand ? 1u << operand_register(p, b[i]) : 0;
	if (rm == 4) {
		if (p->after == p->length)
			return false;

		const unsigned int sib = b[p->after++], base = sib & 7;

		if (base == 4 && !(p->rex & 1))
			return false; /* RSP: the stub's push has moved it */
		used |= 1u << number(sib >> 3 & 7, p->rex & 2) | 1u << number(base, p->rex & 1);
		if (mod == 0 && base == 5)
			p->after += 4;
	} else {
		used |= 1u << number(rm, p->rex & 1);
	}
	p->carrier = free_register(used);
	p->after += mod == 1 ? 1 : mod == 2 || p->rip_relative ? 4 : 0;
	return p->after <= p->length;
}

struct writer {
	unsigned char *out;
	size_t at;
	uint64_t address; /* of out[0] */
	bool far;
};

static void put(struct writer *w, const void *bytes, size_t n)
{
	memcpy(w->out + w->at, bytes, n);
	w->at += n;
}

static void put_byte(struct writer *w, unsigned char b)
{
	w->out[w->at++] = b;
}

static void put32(struct writer *w, int64_t v)
{
	const int32_t narrow = (int32_t)v;

	w->far |= v != narrow;
	put(w, &narrow, sizeof(narrow));
}

/* A 32-bit field relative to its own end plus @behind bytes. */
static void put_relative(struct writer *w, uint64_t target, size_t behind)
{
	put32(w, (int64_t)(target - (w->address + w->at + 4 + behind)));
}

/* ModRM (with another register number, if @reg is not negative), SIB and displacement. */
static void put_operand(struct writer *w, const struct parts *p, int reg, uint64_t insn_at,
			size_t behind)
{
	const unsigned char modrm = p->insn[p->modrm];
	int32_t disp;

	put_byte(w, reg < 0 ? modrm : (unsigned char)((modrm & 0xc7) | reg << 3));
	if (!p->rip_relative) {
		put(w, p->insn + p->modrm + 1, p->after - p->modrm - 1);
		return;
	}
	memcpy(&disp, p->insn + p->modrm + 1, sizeof(disp));
	put_relative(w, insn_at + p->length + (uint64_t)(int64_t)disp, behind);
}

/* The stub up to the question for the page. */
static void put_question(struct writer *s, const struct parts *p, uint64_t insn_at,
			 const unsigned char *check)
{
	const unsigned int reg = p->carrier->reg;

	put_byte(s, (unsigned char)(0x50 | reg)); /* push it */
	put_byte(s, 0x48 | (p->rex & 3));
	put_byte(s, 0x8d); /* lea operand, it */
	put_operand(s, p, (int)reg, insn_at, 0);
	put_byte(s, 0xe8);
	put_relative(s, (uint64_t)(uintptr_t)check, 0);
}

/* ... and what follows if it is plain, but for the way back. */
static void put_store(struct writer *s, const struct parts *p, uint64_t insn_at)
{
	const unsigned int reg = p->carrier->reg;

	put(s, p->insn, p->modrm);
	put_operand(s, p, -1, insn_at, p->length - p->after);
	put(s, p->insn + p->after, p->length - p->after);
	put_byte(s, 0xc6); /* movb $1, fp_log_done(it) */
	put_byte(s, (unsigned char)(0x80 | reg));
	put32(s, (int64_t)(uintptr_t)fp_log_done);
	put_byte(s, 1);
	put(s, "\xc6\x04\x25", 3); /* movb $1, fp_user_work */
	put32(s, (int64_t)(uintptr_t)fp_user_work);
	put_byte(s, 1);
	put_byte(s, (unsigned char)(0x58 | reg)); /* pop it */
}

struct place {
	uint64_t site;
	size_t total;
};

/* @jump: the site, if the stub is jumped to from there; else it is called. */
static enum fp_result put_stub(struct writer *s, const unsigned char *insn, size_t length,
			       uint64_t insn_at, const struct place *jump)
{
	struct parts p = {.insn = insn, .length = length};

	if (length > AB_MAX_INSN || !take_apart(&p))
		return FP_UNSUPPORTED;
	put_question(s, &p, insn_at, jump ? p.carrier->check : p.carrier->check_called);
	if (jump) {
		put(s, "\x0f\x1f\x80", 3); /* nopl disp32(%rax) */
		put32(s, (int64_t)(jump->site +
				   (jump->total < AB_MAX_INSN ? jump->total : AB_MAX_INSN)));
	}
	put_store(s, &p, insn_at);
	if (jump) {
		put_byte(s, JMP);
		put_relative(s, jump->site + jump->total, 0);
	} else {
		put_byte(s, RET);
	}
	return s->far ? FP_TOO_FAR : FP_OK;
}

enum fp_result fp_emit_called_store(const unsigned char *insn, size_t length, uint64_t insn_at,
				    unsigned char *stub_out, uint64_t stub)
{
	unsigned char code[FP_STORE_STUB] = {0};
	struct writer s = {.out = code, .address = stub};
	const enum fp_result result = put_stub(&s, insn, length, insn_at, NULL);

	if (result == FP_OK)
		memcpy(stub_out, code, s.at);
	return result;
}

enum fp_result fp_emit_store(const unsigned char *insn, size_t length, uint64_t insn_at,
			     unsigned char *out, uint64_t site, size_t total,
			     unsigned char *stub_out, uint64_t stub)
{
	unsigned char code[FP_STORE_STUB] = {0}, jump[5];
	struct writer s = {.out = code, .address = stub}, j = {.out = jump, .address = site};
	enum fp_result result;

	if (total < sizeof(jump))
		return FP_TOO_LONG;
	result = put_stub(&s, insn, length, insn_at, &(struct place){site, total});
	if (result != FP_OK)
		return result;
	put_byte(&j, JMP);
	put_relative(&j, stub, 0);
	if (j.far)
		return FP_TOO_FAR;
	memcpy(stub_out, code, s.at);
	memcpy(out, jump, sizeof(jump));
	fp_fill_nops(out + sizeof(jump), total - sizeof(jump));
	return FP_OK;
}
