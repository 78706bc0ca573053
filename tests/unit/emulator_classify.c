// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * emulator_classify.c - the opcode classifier against capstone: every one-byte,
 * 0f and 0f 38 opcode with every ModRM byte, under several prefixes; and cases
 * that capstone does not tell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <capstone/capstone.h>
#include <cmocka.h>
#include "../../emulator/classify.h"

/* What capstone's instructions are to us; what is not here is EV_NONE. */
static const uint8_t event_of_id[X86_INS_ENDING] = {
	[X86_INS_CLI] = EV_cli,
	[X86_INS_STI] = EV_sti,
	[X86_INS_HLT] = EV_hlt,
	[X86_INS_PUSHF] = EV_pushf,
	[X86_INS_PUSHFQ] = EV_pushf,
	[X86_INS_POPF] = EV_popf,
	[X86_INS_POPFQ] = EV_popf,
	[X86_INS_IRET] = EV_iret,
	[X86_INS_IRETD] = EV_iret,
	[X86_INS_IRETQ] = EV_iret,
	[X86_INS_RETF] = EV_lret,
	[X86_INS_RETFQ] = EV_lret,
	[X86_INS_LJMP] = EV_farjump,
	[X86_INS_LCALL] = EV_farjump,
	[X86_INS_SYSCALL] = EV_syscall,
	[X86_INS_SYSRET] = EV_sysret,
	[X86_INS_SYSENTER] = EV_sysenter,
	[X86_INS_SYSEXIT] = EV_sysexit,
	[X86_INS_INT] = EV_softint,
	[X86_INS_SWAPGS] = EV_swapgs,
	[X86_INS_CLTS] = EV_clts,
	[X86_INS_LMSW] = EV_lmsw,
	[X86_INS_SMSW] = EV_smsw,
	[X86_INS_LGDT] = EV_lgdt,
	[X86_INS_LIDT] = EV_lidt,
	[X86_INS_LLDT] = EV_lldt,
	[X86_INS_LTR] = EV_ltr,
	[X86_INS_SGDT] = EV_sgdt,
	[X86_INS_SIDT] = EV_sidt,
	[X86_INS_SLDT] = EV_sldt,
	[X86_INS_STR] = EV_str,
	[X86_INS_LAR] = EV_lar,
	[X86_INS_LSL] = EV_lsl,
	[X86_INS_VERR] = EV_verr,
	[X86_INS_VERW] = EV_verw,
	[X86_INS_INVLPG] = EV_invlpg,
	[X86_INS_INVPCID] = EV_invpcid,
	[X86_INS_WBINVD] = EV_wbinvd,
	[X86_INS_INVD] = EV_invd,
	[X86_INS_RDMSR] = EV_rdmsr,
	[X86_INS_WRMSR] = EV_wrmsr,
	[X86_INS_CPUID] = EV_cpuid,
	[X86_INS_RDTSC] = EV_rdtsc,
	[X86_INS_RDTSCP] = EV_rdtsc,
	[X86_INS_RDPMC] = EV_rdpmc,
	[X86_INS_XSETBV] = EV_xsetbv,
	[X86_INS_XSAVES] = EV_xsaves,
	[X86_INS_XSAVES64] = EV_xsaves,
	[X86_INS_XRSTORS] = EV_xsaves,
	[X86_INS_XRSTORS64] = EV_xsaves,
	[X86_INS_MONITOR] = EV_monitor,
	[X86_INS_MWAIT] = EV_mwait,
	[X86_INS_STAC] = EV_stac,
	[X86_INS_CLAC] = EV_clac,
	[X86_INS_IN] = EV_in,
	[X86_INS_OUT] = EV_out,
	[X86_INS_INSB] = EV_ins,
	[X86_INS_INSD] = EV_ins,
	[X86_INS_INSW] = EV_ins,
	[X86_INS_OUTSB] = EV_outs,
	[X86_INS_OUTSD] = EV_outs,
	[X86_INS_OUTSW] = EV_outs,
	[X86_INS_RDFSBASE] = EV_rdfsgsbase,
	[X86_INS_RDGSBASE] = EV_rdfsgsbase,
	[X86_INS_WRFSBASE] = EV_wrfsgsbase,
	[X86_INS_WRGSBASE] = EV_wrfsgsbase,
	[X86_INS_VMCALL] = EV_vmcall,
	[X86_INS_VMMCALL] = EV_vmcall,
	[X86_INS_VMRUN] = EV_vmrun,
	[X86_INS_VMLAUNCH] = EV_vmrun,
	[X86_INS_VMRESUME] = EV_vmrun,
	[X86_INS_LFS] = EV_wrseg,
	[X86_INS_LGS] = EV_wrseg,
	[X86_INS_LSS] = EV_wrseg,
};

static bool is_segment(x86_reg r)
{
	return r == X86_REG_ES || r == X86_REG_CS || r == X86_REG_SS || r == X86_REG_DS ||
	       r == X86_REG_FS || r == X86_REG_GS;
}

/* mov, push and pop are events by their operands. */
static enum event by_operands(const cs_insn *insn)
{
	const cs_x86 *x = &insn->detail->x86;

	for (int i = 0; i < x->op_count; i++) {
		bool written = insn->id == X86_INS_POP || (insn->id == X86_INS_MOV && i == 0);
		x86_reg r = x->operands[i].reg;

		if (x->operands[i].type != X86_OP_REG)
			continue;
		if (is_segment(r))
			return written ? EV_wrseg : EV_rdseg;
		if (r == X86_REG_CR3 && written)
			return EV_wrcr3;
		if (r >= X86_REG_CR0 && r <= X86_REG_CR15)
			return written ? EV_wrcr : EV_rdcr;
		if (r >= X86_REG_DR0 && r <= X86_REG_DR15)
			return written ? EV_wrdr : EV_rddr;
	}
	return EV_NONE;
}

static enum event expected(const cs_insn *insn)
{
	if (insn->id == X86_INS_MOV || insn->id == X86_INS_PUSH || insn->id == X86_INS_POP)
		return by_operands(insn);
	return event_of_id[insn->id];
}

static unsigned int compare(csh decoder, const uint8_t *code, size_t len, unsigned int *wrong)
{
	enum event got, want;
	cs_insn *insn;

	if (!cs_disasm(decoder, code, len, 0x1000, 1, &insn))
		return 0; /* no instruction: nobody asks */
	want = expected(insn);
	got = classify(code, insn->size);
	if (got != want && (*wrong)++ < 20)
		print_error("%s %s: event %d, not %d\n", insn->mnemonic, insn->op_str, got, want);
	cs_free(insn, 1);
	return 1;
}

static void every_opcode_as_capstone_says(void **state)
{
	static const char *const prefixes[] = {"",	   "\x66",     "\xf3",
					       "\x48",	   "\x3e",     "\x3e\x3e",
					       "\xf3\x48", "\x66\x41", "\x2e\x66\x48"};
	static const char *const maps[] = {"", "\x0f", "\x0f\x38"};
	unsigned int wrong = 0, seen = 0;
	csh decoder;

	(void)state;
	assert_int_equal(cs_open(CS_ARCH_X86, CS_MODE_64, &decoder), CS_ERR_OK);
	cs_option(decoder, CS_OPT_DETAIL, CS_OPT_ON);
	for (size_t p = 0; p < sizeof(prefixes) / sizeof(prefixes[0]); p++)
		for (size_t m = 0; m < sizeof(maps) / sizeof(maps[0]); m++)
			for (unsigned int op = 0; op < 256; op++)
				for (unsigned int modrm = 0; modrm < 256; modrm++) {
					uint8_t code[15] = {0};
					size_t n = strlen(prefixes[p]);

					memcpy(code, prefixes[p], n);
					memcpy(code + n, maps[m], strlen(maps[m]));
					n += strlen(maps[m]);
					code[n++] = (uint8_t)op;
					code[n] = (uint8_t)modrm;
					seen += compare(decoder, code, sizeof(code), &wrong);
				}
	cs_close(&decoder);
	assert_true(seen > 500000);
	assert_int_equal(wrong, 0);
}

static void cases(void **state)
{
	static const struct {
		int line;
		const char *code;
		size_t len;
		enum event event;
	} t[] = {
		{__LINE__, "\x0f\x22\xd8", 3, EV_wrcr3},
		{__LINE__, "\x0f\x22\xe0", 3, EV_wrcr},
		{__LINE__, "\x0f\x20\xd8", 3, EV_rdcr},
		/* Fifteen bytes: a site padded with prefixes. */
		{__LINE__, "\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x3e\xfa", 15,
		 EV_cli},
		{__LINE__, "\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x3e\x48\x0f\x07", 15,
		 EV_sysret},
		/* Not known to capstone 4. */
		{__LINE__, "\x48\x0f\x35", 3, EV_sysexit},
		{__LINE__, "\xf3\x0f\x09", 3, EV_wbinvd},
		{__LINE__, "\x0f\x01\xee", 3, EV_pkru},
		{__LINE__, "\x0f\x01\xfa", 3, EV_monitor},
		{__LINE__, "\x0f\x01\xfb", 3, EV_mwait},
		/* int3 and into are exceptions, not int n. */
		{__LINE__, "\xcc", 1, EV_NONE},
		/* Not whole. */
		{__LINE__, "\x0f", 1, EV_NONE},
		{__LINE__, "\x48", 1, EV_NONE},
		{__LINE__, "\x0f\x01", 2, EV_NONE},
		{__LINE__, "\x66\x0f\x38", 3, EV_NONE},
		/* REX in front of another prefix counts for nothing. */
		{__LINE__, "\x48\x66\xfb", 3, EV_sti},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		enum event got = classify((const uint8_t *)t[i].code, t[i].len);

		if (got != t[i].event)
			fail_msg("line %d: event %d, not %d", t[i].line, got, t[i].event);
	}
}

static void markers(void **state)
{
	(void)state;
	assert_int_equal(marker_code((const uint8_t *)"\x0f\x1f\x80\x02\x00\x4b\x4d", 7), 2);
	assert_int_equal(marker_code((const uint8_t *)"\x0f\x1f\x80\xff\xff\x4b\x4d", 7), 0xffff);
	assert_int_equal(marker_code((const uint8_t *)"\x0f\x1f\x80\x02\x00\x4b\x4c", 7), 0);
	assert_int_equal(marker_code((const uint8_t *)"\x0f\x1f\x84\x02\x00\x4b\x4d", 7), 0);
	assert_int_equal(marker_code((const uint8_t *)"\x0f\x1f\x80\x02\x00\x4b", 6), 0);
}

static void branches(void **state)
{
	static const struct {
		int line;
		const char *code;
		size_t len;
		uint64_t target; /* from 0x1000 */
		bool through;
	} t[] = {
		{__LINE__, "\xeb\x10", 2, 0x1012, false},
		{__LINE__, "\x74\xfe", 2, 0x1000, true},
		{__LINE__, "\xe3\x00", 2, 0x1002, true},
		{__LINE__, "\xe8\x00\x01\x00\x00", 5, 0x1105, false},
		{__LINE__, "\xe9\xfb\xff\xff\xff", 5, 0x1000, false},
		{__LINE__, "\x0f\x84\x00\x00\x00\x00", 6, 0x1006, true},
		{__LINE__, "\x3e\xe9\x00\x00\x00\x00", 6, 0x1006, false},
		{__LINE__, "\x48\xcf", 2, 0, false},
		{__LINE__, "\xc3", 1, 0, false},
		{__LINE__, "\xff\xe0", 2, 0, false},
		{__LINE__, "\xff\xd0", 2, 0, false},
		{__LINE__, "\xff\xc0", 2, 0, true},
		{__LINE__, "\xff\x30", 2, 0, true},
		{__LINE__, "\x0f\x0b", 2, 0, false},
		{__LINE__, "\x0f\x05", 2, 0, false},
		{__LINE__, "\x0f\xa2", 2, 0, true},
		{__LINE__, "\xcd\x80", 2, 0, false},
		{__LINE__, "\xf4", 1, 0, true},
		{__LINE__, "\x90", 1, 0, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const uint8_t *code = (const uint8_t *)t[i].code;

		if (branch_target(code, t[i].len, 0x1000) != t[i].target ||
		    falls_through(code, t[i].len) != t[i].through)
			fail_msg("line %d", t[i].line);
	}
}

static void every_event_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = EV_NONE + 1; i < EVENTS; i++) {
		assert_non_null(event_name[i]);
		for (int j = EV_NONE + 1; j < i; j++)
			assert_string_not_equal(event_name[i], event_name[j]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_opcode_as_capstone_says),
		cmocka_unit_test(cases),
		cmocka_unit_test(markers),
		cmocka_unit_test(branches),
		cmocka_unit_test(every_event_has_a_name_of_its_own),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
