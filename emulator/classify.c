// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * classify.c - events by opcode, for 64-bit mode (SDM vol. 2, appendix A).
 *
 * One table row is one encoding.  Prefixes are skipped and remembered first, so
 * that padding a site with redundant prefixes changes nothing here.
 */
#include "classify.h"

#include <stdbool.h>
#include <string.h>
#include <wedgeperf/marker.h>

const char *const event_name[EVENTS] = {
#define EVENT(name, text) [EV_##name] = #name,
#include "events.def"
};

/* Opcode maps: one byte, 0f xx, 0f 38 xx. */
enum map {
	M1,
	M0F,
	M38
};

/* What the ModRM byte must be.  REG(n)/MEM(n): reg field n, mod 3 or not 3. */
#define NO_MODRM 0x0000
#define ANY(n)	 (0x1000 | (n) << 4)
#define REG(n)	 (0x2000 | (n) << 4)
#define MEM(n)	 (0x3000 | (n) << 4)
#define MEM_ANY	 0x3800
#define BYTE(b)	 (0x4000 | (b))
#define ALL	 0x5000 /* any ModRM byte */

#define P_NONE 0
#define P_66   1
#define P_F3   2

struct rule {
	uint8_t map, opcode;
	uint16_t modrm;
	uint8_t prefix;
	uint8_t event;
};

static const struct rule rules[] = {
	{M1, 0x6c, NO_MODRM, P_NONE, EV_ins},
	{M1, 0x6d, NO_MODRM, P_NONE, EV_ins},
	{M1, 0x6e, NO_MODRM, P_NONE, EV_outs},
	{M1, 0x6f, NO_MODRM, P_NONE, EV_outs},
	{M1, 0x8c, ALL, P_NONE, EV_rdseg},
	{M1, 0x8e, ALL, P_NONE, EV_wrseg},
	{M1, 0x9c, NO_MODRM, P_NONE, EV_pushf},
	{M1, 0x9d, NO_MODRM, P_NONE, EV_popf},
	{M1, 0xca, NO_MODRM, P_NONE, EV_lret},
	{M1, 0xcb, NO_MODRM, P_NONE, EV_lret},
	{M1, 0xcd, NO_MODRM, P_NONE, EV_softint},
	{M1, 0xcf, NO_MODRM, P_NONE, EV_iret},
	{M1, 0xe4, NO_MODRM, P_NONE, EV_in},
	{M1, 0xe5, NO_MODRM, P_NONE, EV_in},
	{M1, 0xe6, NO_MODRM, P_NONE, EV_out},
	{M1, 0xe7, NO_MODRM, P_NONE, EV_out},
	{M1, 0xec, NO_MODRM, P_NONE, EV_in},
	{M1, 0xed, NO_MODRM, P_NONE, EV_in},
	{M1, 0xee, NO_MODRM, P_NONE, EV_out},
	{M1, 0xef, NO_MODRM, P_NONE, EV_out},
	{M1, 0xf4, NO_MODRM, P_NONE, EV_hlt},
	{M1, 0xfa, NO_MODRM, P_NONE, EV_cli},
	{M1, 0xfb, NO_MODRM, P_NONE, EV_sti},
	{M1, 0xff, MEM(3), P_NONE, EV_farjump},
	{M1, 0xff, MEM(5), P_NONE, EV_farjump},

	{M0F, 0x00, ANY(0), P_NONE, EV_sldt},
	{M0F, 0x00, ANY(1), P_NONE, EV_str},
	{M0F, 0x00, ANY(2), P_NONE, EV_lldt},
	{M0F, 0x00, ANY(3), P_NONE, EV_ltr},
	{M0F, 0x00, ANY(4), P_NONE, EV_verr},
	{M0F, 0x00, ANY(5), P_NONE, EV_verw},
	{M0F, 0x01, MEM(0), P_NONE, EV_sgdt},
	{M0F, 0x01, MEM(1), P_NONE, EV_sidt},
	{M0F, 0x01, MEM(2), P_NONE, EV_lgdt},
	{M0F, 0x01, MEM(3), P_NONE, EV_lidt},
	{M0F, 0x01, ANY(4), P_NONE, EV_smsw},
	{M0F, 0x01, ANY(6), P_NONE, EV_lmsw},
	{M0F, 0x01, MEM(7), P_NONE, EV_invlpg},
	{M0F, 0x01, BYTE(0xc1), P_NONE, EV_vmcall},
	{M0F, 0x01, BYTE(0xc2), P_NONE, EV_vmrun},
	{M0F, 0x01, BYTE(0xc3), P_NONE, EV_vmrun},
	{M0F, 0x01, BYTE(0xc8), P_NONE, EV_monitor},
	{M0F, 0x01, BYTE(0xc9), P_NONE, EV_mwait},
	{M0F, 0x01, BYTE(0xca), P_NONE, EV_clac},
	{M0F, 0x01, BYTE(0xcb), P_NONE, EV_stac},
	{M0F, 0x01, BYTE(0xd1), P_NONE, EV_xsetbv},
	{M0F, 0x01, BYTE(0xd8), P_NONE, EV_vmrun},
	{M0F, 0x01, BYTE(0xd9), P_NONE, EV_vmcall},
	{M0F, 0x01, BYTE(0xee), P_NONE, EV_pkru},
	{M0F, 0x01, BYTE(0xef), P_NONE, EV_pkru},
	{M0F, 0x01, BYTE(0xf8), P_NONE, EV_swapgs},
	{M0F, 0x01, BYTE(0xf9), P_NONE, EV_rdtsc},
	{M0F, 0x01, BYTE(0xfa), P_NONE, EV_monitor},
	{M0F, 0x01, BYTE(0xfb), P_NONE, EV_mwait},
	{M0F, 0x02, ALL, P_NONE, EV_lar},
	{M0F, 0x03, ALL, P_NONE, EV_lsl},
	{M0F, 0x05, NO_MODRM, P_NONE, EV_syscall},
	{M0F, 0x06, NO_MODRM, P_NONE, EV_clts},
	{M0F, 0x07, NO_MODRM, P_NONE, EV_sysret},
	{M0F, 0x08, NO_MODRM, P_NONE, EV_invd},
	{M0F, 0x09, NO_MODRM, P_NONE, EV_wbinvd},
	{M0F, 0x20, ALL, P_NONE, EV_rdcr},
	{M0F, 0x21, ALL, P_NONE, EV_rddr},
	{M0F, 0x22, ALL, P_NONE, EV_wrcr},
	{M0F, 0x23, ALL, P_NONE, EV_wrdr},
	{M0F, 0x30, NO_MODRM, P_NONE, EV_wrmsr},
	{M0F, 0x31, NO_MODRM, P_NONE, EV_rdtsc},
	{M0F, 0x32, NO_MODRM, P_NONE, EV_rdmsr},
	{M0F, 0x33, NO_MODRM, P_NONE, EV_rdpmc},
	{M0F, 0x34, NO_MODRM, P_NONE, EV_sysenter},
	{M0F, 0x35, NO_MODRM, P_NONE, EV_sysexit},
	{M0F, 0xa0, NO_MODRM, P_NONE, EV_rdseg},
	{M0F, 0xa1, NO_MODRM, P_NONE, EV_wrseg},
	{M0F, 0xa2, NO_MODRM, P_NONE, EV_cpuid},
	{M0F, 0xa8, NO_MODRM, P_NONE, EV_rdseg},
	{M0F, 0xa9, NO_MODRM, P_NONE, EV_wrseg},
	{M0F, 0xae, REG(0), P_F3, EV_rdfsgsbase},
	{M0F, 0xae, REG(1), P_F3, EV_rdfsgsbase},
	{M0F, 0xae, REG(2), P_F3, EV_wrfsgsbase},
	{M0F, 0xae, REG(3), P_F3, EV_wrfsgsbase},
	{M0F, 0xb2, MEM_ANY, P_NONE, EV_wrseg},
	{M0F, 0xb4, MEM_ANY, P_NONE, EV_wrseg},
	{M0F, 0xb5, MEM_ANY, P_NONE, EV_wrseg},
	{M0F, 0xc7, MEM(3), P_NONE, EV_xsaves},
	{M0F, 0xc7, MEM(5), P_NONE, EV_xsaves},
	{M38, 0x82, MEM_ANY, P_66, EV_invpcid},
};

static bool modrm_fits(uint16_t want, const uint8_t *code, size_t len)
{
	uint8_t modrm, field = want >> 4 & 7;

	if (want == NO_MODRM)
		return true;
	if (!len)
		return false;
	modrm = *code;
	switch (want & 0x7000) {
	case ANY(0):
		return (modrm >> 3 & 7) == field;
	case REG(0):
		return modrm >> 6 == 3 && (modrm >> 3 & 7) == field;
	case MEM(0):
		return modrm >> 6 != 3 && (want == MEM_ANY || (modrm >> 3 & 7) == field);
	case BYTE(0):
		return modrm == (want & 0xff);
	default:
		return true;
	}
}

static bool is_prefix(uint8_t b)
{
	return b == 0x66 || b == 0x67 || b == 0xf0 || b == 0xf2 || b == 0xf3 || b == 0x2e ||
	       b == 0x36 || b == 0x3e || b == 0x26 || b == 0x64 || b == 0x65;
}

/* Skip prefixes; returns the index of the opcode and collects P_66, P_F3. */
static size_t skip_prefixes(const uint8_t *code, size_t len, unsigned int *seen)
{
	size_t i = 0;

	*seen = 0;
	for (; i < len && is_prefix(code[i]); i++) {
		if (code[i] == 0x66)
			*seen |= P_66;
		if (code[i] == 0xf3)
			*seen |= P_F3;
	}
	/* A REX prefix counts only as the last one. */
	while (i < len && (code[i] & 0xf0) == 0x40) {
		i++;
		if (i < len && is_prefix(code[i]))
			return i + skip_prefixes(code + i, len - i, seen);
	}
	return i;
}

enum event classify(const uint8_t *code, size_t len)
{
	unsigned int seen;
	size_t i = skip_prefixes(code, len, &seen), r;
	enum map map = M1;

	if (i < len && code[i] == 0x0f) {
		map = M0F;
		if (++i < len && code[i] == 0x38) {
			map = M38;
			i++;
		}
	}
	if (i >= len)
		return EV_NONE;
	for (r = 0; r < sizeof(rules) / sizeof(rules[0]); r++) {
		const struct rule *rule = &rules[r];

		if (rule->map != map || rule->opcode != code[i])
			continue;
		if (!modrm_fits(rule->modrm, code + i + 1, len - i - 1))
			continue;
		if ((rule->prefix & P_66 && !(seen & P_66)) ||
		    (rule->prefix & P_F3 && !(seen & P_F3)))
			continue;
		/* Only the register number tells mov to cr3 (REX.R makes it cr11). */
		if (rule->event == EV_wrcr && (code[i + 1] >> 3 & 7) == 3)
			return EV_wrcr3;
		return rule->event;
	}
	return EV_NONE;
}

uint64_t branch_target(const uint8_t *code, size_t len, uint64_t pc)
{
	unsigned int seen;
	size_t i = skip_prefixes(code, len, &seen);
	int32_t rel32;

	if (i + 2 > len)
		return 0;
	if ((code[i] & 0xf0) == 0x70 || (code[i] & 0xfc) == 0xe0 || code[i] == 0xeb)
		return pc + len + (int8_t)code[i + 1];
	if (code[i] == 0x0f && (code[i + 1] & 0xf0) == 0x80)
		i++;
	else if (code[i] != 0xe8 && code[i] != 0xe9)
		return 0;
	if (i + 5 > len)
		return 0;
	memcpy(&rel32, code + i + 1, sizeof(rel32));
	return pc + len + (uint64_t)(int64_t)rel32;
}

unsigned int marker_code(const uint8_t *code, size_t len)
{
	uint32_t disp;

	if (len != 7 || code[0] != 0x0f || code[1] != 0x1f || code[2] != 0x80)
		return 0;
	memcpy(&disp, code + 3, sizeof(disp));
	return (disp & 0xffff0000u) == MARKER_MAGIC ? disp & 0xffff : 0;
}

bool falls_through(const uint8_t *code, size_t len)
{
	/* ret, far ret, int3, int n, iret, call, jmp, far jmp, jmp short */
	static const uint8_t leave[] = {0xc2, 0xc3, 0xca, 0xcb, 0xcc, 0xcd,
					0xcf, 0xe8, 0xe9, 0xea, 0xeb};
	/* syscall, sysret, ud2, sysenter, sysexit */
	static const uint8_t leave_0f[] = {0x05, 0x07, 0x0b, 0x34, 0x35};
	unsigned int seen;
	size_t i = skip_prefixes(code, len, &seen);

	if (i >= len)
		return true;
	if (code[i] == 0x0f)
		return i + 1 == len || !memchr(leave_0f, code[i + 1], sizeof(leave_0f));
	if (code[i] == 0xff && i + 1 < len) { /* indirect call and jmp, near and far */
		uint8_t reg = code[i + 1] >> 3 & 7;

		return reg < 2 || reg > 5;
	}
	return !memchr(leave, code[i], sizeof(leave));
}
