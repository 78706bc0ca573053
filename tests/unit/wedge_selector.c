// SPDX-License-Identifier: GPL-2.0-or-later
/* wedge_selector.c - which selectors user mode may have, and the machine's descriptors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../wedge/core/backend.h"
#include "../../wedge/core/cpu.h"
#include "../../wedge/core/operand.h"
#include "../../wedge/core/paging.h"
#include "../../wedge/core/selector.h"
#include "../../wedge/core/vcpu.h"
#include "../../wedge/core/wedge.h"
#include "wedge_machine.h"

/* A GDT as a 64-bit kernel has it; each row is an entry. */
#define ACCESSED (1ull << 40)
static const uint64_t gdt[] = {
	0,
	0x00cf9b000000ffff, /* 08 kernel, 32 bit */
	0x00af9b000000ffff, /* 10 kernel */
	0x00cf93000000ffff, /* 18 kernel data */
	0x00cffb000000ffff, /* 20 user, 32 bit */
	0x00cff3000000ffff, /* 28 user data */
	0x00affb000000ffff, /* 30 user */
	0x0000890000000067, /* 38 TSS */
	0x00cf7b000000ffff, /* 40 user code, not present */
	0x00cf73000000ffff, /* 48 user data, not present */
	0x00cff1000000ffff, /* 50 user data, read-only */
	0x00effb000000ffff, /* 58 user code, both long and big */
	0x00cfff000000ffff, /* 60 conforming user code */
	0x00cff9000000ffff, /* 68 execute-only user code */
};
#define GDT RAM_START

static int set_up(void **state)
{
	const uint64_t root = RAM_START + PAGE_SIZE;

	(void)state;
	machine_reset();
	selectors_mirror(); /* no table: forgets all */
	selectors_refresh();
	machine_reset();
	memory_start();
	vcpu.cr3 = root;
	*(uint64_t *)window(root) = (root + PAGE_SIZE) | 7;
	*(uint64_t *)window(root + PAGE_SIZE) = (root + 2 * PAGE_SIZE) | 7;
	((uint64_t *)window(root + 2 * PAGE_SIZE))[RAM_START >> 21] = RAM_START | 7 | PTE_PSE;
	memcpy(window(GDT), gdt, sizeof(gdt));
	vcpu.gdt = (struct table_register){.base = GDT, .limit = sizeof(gdt) - 1};
	return 0;
}

static void returns_to_user_mode(void **state)
{
	static const struct {
		int line;
		uint16_t cs, ss;
		unsigned int vector; /* 0: fine */
		uint64_t error;
	} t[] = {
		{__LINE__, 0x33, 0x2b, 0, 0},
		{__LINE__, 0x23, 0x2b, 0, 0},
		{__LINE__, 0x63, 0x2b, 0, 0},
		{__LINE__, 0, 0x2b, VECTOR_GP, 0},
		{__LINE__, 3, 0x2b, VECTOR_GP, 0},
		{__LINE__, 0x13, 0x2b, VECTOR_GP, 0x10},
		{__LINE__, 0x2b, 0x2b, VECTOR_GP, 0x28},
		{__LINE__, 0x3b, 0x2b, VECTOR_GP, 0x38},
		{__LINE__, 0x5b, 0x2b, VECTOR_GP, 0x58},
		{__LINE__, 0x73, 0x2b, VECTOR_GP, 0x70}, /* behind the limit */
		{__LINE__, 0x37, 0x2b, VECTOR_GP, 0x34}, /* of an LDT */
		{__LINE__, 0x43, 0x2b, VECTOR_NP, 0x40},
		{__LINE__, 0x33, 0, VECTOR_GP, 0},
		{__LINE__, 0x33, 0x28, VECTOR_GP, 0x28},
		{__LINE__, 0x33, 0x1b, VECTOR_GP, 0x18},
		{__LINE__, 0x33, 0x23, VECTOR_GP, 0x20},
		{__LINE__, 0x33, 0x53, VECTOR_GP, 0x50},
		{__LINE__, 0x33, 0x4b, VECTOR_SS, 0x48},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		unsigned int vector = 99;
		uint64_t error = 99;
		bool bad = selectors_bad(t[i].cs, t[i].ss, &vector, &error);

		if (bad != (t[i].vector != 0) ||
		    (bad && (vector != t[i].vector || error != t[i].error)))
			fail_msg("line %d: bad %d, vector %u, error %lx", t[i].line, bad, vector,
				 (unsigned long)error);
	}
}

static void machine_table(void **state)
{
	static const uint8_t wanted[] = {4, 5, 6, 8, 9, 10, 12, 13};
	size_t next = 0;

	(void)state;
	selectors_mirror();
	for (size_t n = 0; n < sizeof(gdt) / sizeof(gdt[0]); n++) {
		bool there = next < sizeof(wanted) && wanted[next] == n;

		assert_int_equal(machine.descriptor[n], there ? gdt[n] | ACCESSED : 0);
		next += there;
	}
	assert_int_equal(machine.descriptors_set, sizeof(wanted));
	assert_false(selector_missed(0x2b));
	assert_false(selectors_refresh());
	/* The guest changes one by a plain store; another is taken away. */
	((uint64_t *)window(GDT))[5] = 0x00cff3000000fffe;
	((uint64_t *)window(GDT))[6] = 0;
	assert_true(selector_missed(0x2b));
	assert_int_equal(machine.descriptor[5], 0x00cff3000000fffe | ACCESSED);
	assert_true(selector_missed(0x33));
	assert_int_equal(machine.descriptor[6], 0);
	/* What was missed is looked at until it is empty. */
	assert_true(selectors_refresh());
	((uint64_t *)window(GDT))[5] = gdt[5];
	assert_true(selectors_refresh());
	assert_int_equal(machine.descriptor[5], gdt[5] | ACCESSED);
	((uint64_t *)window(GDT))[5] = 0;
	assert_false(selectors_refresh());
	assert_int_equal(machine.descriptor[5], 0);
	/* None of these may ever get in, or be taken for another entry. */
	assert_false(selector_missed(0x10));
	assert_false(selector_missed(0x38));
	assert_false(selector_missed(0xfff8));
}

static void loads_of_data_segments(void **state)
{
	static const struct {
		int line;
		uint16_t selector;
		bool ok;
	} t[] = {
		{__LINE__, 0x2b, true},	   {__LINE__, 0x28, true},  {__LINE__, 0x23, true},
		{__LINE__, 0x53, true},	   {__LINE__, 0x10, false}, {__LINE__, 0x1b, false},
		{__LINE__, 0x3b, false},   {__LINE__, 0x4b, false}, {__LINE__, 0x5b, false},
		{__LINE__, 0x6b, false},   {__LINE__, 0x73, false}, {__LINE__, 0x2f, false},
		{__LINE__, 0xfff8, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		uint64_t d = 0;

		if (selector_loadable(t[i].selector, &d) != t[i].ok)
			fail_msg("line %d: %s", t[i].line, t[i].ok ? "refused" : "taken");
		if (t[i].ok)
			assert_int_equal(machine.descriptor[t[i].selector >> 3], d | ACCESSED);
	}
}

/* What user mode has changed by itself, RDMSR sees; what CR4 forbids it, is forbidden. */
static void what_user_mode_may_do(void **state)
{
	static const struct insn load_cr4 = {.reg = 4, .rm = R_RAX};
	uint64_t value = 0;

	(void)state;
	assert_true(msr_write(0xc0000100, 0x1000));
	assert_true(msr_write(0xc0000101, 0x2000));
	assert_true(msr_write(0xc0000102, 0x3000));
	machine.base[HV_FS_BASE] = 0;
	machine.base[HV_USER_GS_BASE] = 0x4000;
	assert_true(msr_read(0xc0000100, &value));
	assert_int_equal(value, 0);
	assert_true(msr_read(0xc0000101, &value));
	assert_int_equal(value, 0x2000);
	assert_true(msr_read(0xc0000102, &value));
	assert_int_equal(value, 0x4000);

	vcpu.reg[R_RAX] = 4;
	assert_int_equal(op_wrcr(&load_cr4), DONE);
	assert_true(machine.tsc_forbidden);
	vcpu.reg[R_RAX] = 0;
	assert_int_equal(op_wrcr(&load_cr4), DONE);
	assert_false(machine.tsc_forbidden);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(returns_to_user_mode, set_up),
		cmocka_unit_test_setup(machine_table, set_up),
		cmocka_unit_test_setup(loads_of_data_segments, set_up),
		cmocka_unit_test_setup(what_user_mode_may_do, set_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
