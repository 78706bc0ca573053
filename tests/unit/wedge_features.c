// SPDX-License-Identifier: GPL-2.0-or-later
/* wedge_features.c - which Xen the wedge refuses, and with what words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define __XEN_INTERFACE_VERSION__ 0x00040d00 /* as wedge/build.mk says */
#include <xen/xen.h>
#include <xen/features.h>

#include "../../wedge/xen/features.h"

#define MINE	(1u << XENFEAT_dom0)
#define NOT_ONE 0xffff

static unsigned long lacking, called;

static long call(unsigned long nr, unsigned long a, unsigned long b, unsigned long c)
{
	(void)a, (void)b, (void)c;
	called++;
	return nr == lacking ? -38 : -14; /* ENOSYS; EFAULT is fine: it is there */
}

static void what_is_missing_is_said(void **state)
{
	static const struct {
		int source;
		uint32_t version, features;
		unsigned long lacking;
		const char *says; /* NULL: nothing is missing */
	} cases[] = {
		{__LINE__, 4 << 16 | 17, MINE, NOT_ONE, NULL},
		{__LINE__, 4 << 16 | 0, MINE | 0xe0, NOT_ONE, NULL},
		{__LINE__, 5 << 16 | 1, MINE, NOT_ONE, NULL},
		{__LINE__, 3 << 16 | 4, MINE, NOT_ONE, "Xen 3.4 is too old; 4.0"},
		{__LINE__, 4 << 16 | 17, 0, NOT_ONE, "no rights of the initial domain"},
		{__LINE__, 4 << 16 | 17, MINE | 1 << XENFEAT_auto_translated_physmap, NOT_ONE,
		 "a physical map of its own"},
		{__LINE__, 4 << 16 | 17, MINE, __HYPERVISOR_mmu_update, "no hypercall mmu_update"},
		{__LINE__, 4 << 16 | 17, MINE, __HYPERVISOR_mmuext_op, "no hypercall mmuext_op"},
		{__LINE__, 4 << 16 | 17, MINE, __HYPERVISOR_vcpu_op, "needed for the timer"},
		{__LINE__, 4 << 16 | 17, MINE, __HYPERVISOR_physdev_op, "needed for devices"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct xen_offer offer = {cases[i].version, cases[i].features, call};
		char why[200] = "";
		_Bool missing;

		lacking = cases[i].lacking;
		missing = features_missing(&offer, why, sizeof(why));
		if (missing != !!cases[i].says || (missing && !strstr(why, cases[i].says)))
			fail_msg("line %d: \"%s\"", cases[i].source, why);
	}
	assert_true(called > 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_missing_is_said)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
