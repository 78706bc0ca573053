// SPDX-License-Identifier: GPL-2.0-or-later
/* wedge_insn.c - the wedge's decoder: encodings as GNU as makes them, and any bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../wedge/core/insn.h"

static const struct {
	int line;
	const char *bytes;
	uint8_t length, op, size, reg, rm, base, index;
	int64_t value; /* displacement, or immediate where there is one */
} cases[] = {
#define N NO_REG
	{__LINE__, "\xfa", 1, OP_CLI, 4, 0, N, N, N, 0},
	{__LINE__, "\x3e\x3e\x3e\xfa", 4, OP_CLI, 4, 0, N, N, N, 0},
	{__LINE__, "\xfb", 1, OP_STI, 4, 0, N, N, N, 0},
	{__LINE__, "\x9c", 1, OP_PUSHF, 8, 0, N, N, N, 0},
	{__LINE__, "\x41\x5f", 2, OP_POP, 8, 0, 15, N, N, 0},
	{__LINE__, "\x48\xcf", 2, OP_IRET, 8, 0, N, N, N, 0},
	{__LINE__, "\x48\xcb", 2, OP_LRET, 8, 0, N, N, N, 0},
	{__LINE__, "\x48\x0f\x07", 3, OP_SYSRET, 8, 0, N, N, N, 0},
	{__LINE__, "\x0f\x01\xf8", 3, OP_SWAPGS, 4, 7, 0, N, N, 0},
	{__LINE__, "\x0f\x20\xd8", 3, OP_RDCR, 8, 3, 0, N, N, 0},
	{__LINE__, "\x44\x0f\x20\xc7", 4, OP_RDCR, 8, 8, 7, N, N, 0},
	{__LINE__, "\x41\x0f\x22\xdd", 4, OP_WRCR, 8, 3, 13, N, N, 0},
	{__LINE__, "\x0f\x23\xfe", 3, OP_WRDR, 8, 7, 6, N, N, 0},
	{__LINE__, "\x8e\xd8", 2, OP_WRSEG, 4, SEG_DS, 0, N, N, 0},
	{__LINE__, "\x66\x8c\xa7\xf8\x0d\x00\x00", 7, OP_RDSEG, 2, SEG_FS, N, 7, N, 0xdf8},
	{__LINE__, "\x0f\x01\x15\x10\x00\x00\x00", 7, OP_LGDT, 4, 2, N, N, N, 16},
	{__LINE__, "\x0f\x01\x38", 3, OP_INVLPG, 4, 7, N, 0, N, 0},
	{__LINE__, "\x41\x0f\x01\x3c\x24", 5, OP_INVLPG, 4, 7, N, 12, N, 0},
	{__LINE__, "\x0f\x00\xd8", 3, OP_LTR, 4, 3, 0, N, N, 0},
	{__LINE__, "\x0f\x30", 2, OP_WRMSR, 4, 0, N, N, N, 0},
	{__LINE__, "\x0f\xa2", 2, OP_CPUID, 4, 0, N, N, N, 0},
	{__LINE__, "\xe6\x80", 2, OP_OUT, 1, 0, N, N, N, -128},
	{__LINE__, "\x66\xed", 2, OP_IN, 2, 0, N, N, N, 0},
	{__LINE__, "\xf3\x6d", 2, OP_INS, 4, 0, N, N, N, 0},
	{__LINE__, "\x48\x89\x07", 3, OP_MOV, 8, 0, N, 7, N, 0},
	{__LINE__, "\x49\x89\x44\xd5\x08", 5, OP_MOV, 8, 0, N, 13, 2, 8},
	{__LINE__, "\x48\xc7\x03\x00\x00\x00\x00", 7, OP_MOV_IMM, 8, 0, N, 3, N, 0},
	{__LINE__, "\x48\xc7\x04\x25\x00\xf0\x5f\xff\xfe\xff\xff\xff", 12, OP_MOV_IMM, 8, 0, N, N,
	 N, -2},
	{__LINE__, "\x48\x87\x03", 3, OP_XCHG, 8, 0, N, 3, N, 0},
	{__LINE__, "\xf0\x48\x0f\xb1\x16", 5, OP_CMPXCHG, 8, 2, N, 6, N, 0},
	{__LINE__, "\xf0\x48\x0f\xba\x33\x05", 6, OP_BTR, 8, 6, N, 3, N, 5},
	{__LINE__, "\xf0\x80\x23\xfd", 4, OP_AND, 1, 4, N, 3, N, -3},
	{__LINE__, "\x0f\xc7\x2f", 3, OP_UNDEFINED, 4, 5, N, 7, N, 0},
	{__LINE__, "\xf3\x0f\xae\xd0", 4, OP_UNDEFINED, 4, 2, 0, N, N, 0},
#undef N
};

static void known_encodings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t bytes[16] = {0};
		struct insn insn;
		int64_t value;

		memcpy(bytes, cases[i].bytes, cases[i].length);
		if (!insn_decode(bytes, sizeof(bytes), &insn))
			fail_msg("line %d: not decoded", cases[i].line);
		value = insn.immediate ? insn.imm : insn.disp;
		if (insn.length != cases[i].length || insn.op != cases[i].op ||
		    insn.size != cases[i].size || insn.reg != cases[i].reg ||
		    insn.rm != cases[i].rm || insn.base != cases[i].base ||
		    insn.index != cases[i].index || value != cases[i].value)
			fail_msg("line %d: length %d op %d size %d reg %d rm %d base %d index %d "
				 "value %ld",
				 cases[i].line, insn.length, insn.op, insn.size, insn.reg, insn.rm,
				 insn.base, insn.index, (long)value);
	}
}

/* Every proper prefix of an instruction is refused, not guessed at. */
static void cut_off(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t n = 0; n < cases[i].length; n++) {
			uint8_t *bytes = malloc(n ? n : 1); /* exact, for the sanitizer */
			struct insn insn;

			assert_non_null(bytes);
			memcpy(bytes, cases[i].bytes, n);
			if (insn_decode(bytes, n, &insn))
				fail_msg("line %d: decoded from %zu bytes", cases[i].line, n);
			free(bytes);
		}
}

static void any_bytes(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		uint8_t bytes[15];
		struct insn insn;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = (uint8_t)(seed >> 24);
		}
		if (!insn_decode(bytes, sizeof(bytes), &insn))
			continue;
		assert_in_range(insn.length, 1, 15);
		assert_true(insn.rm == NO_REG || insn.rm < 16);
		assert_true(insn.base == NO_REG || insn.base < 16);
		assert_true(insn.index == NO_REG || insn.index < 16);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_encodings),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(any_bytes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
