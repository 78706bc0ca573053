/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpuid.c - the machine's CPUID, less what a guest in ring 3 cannot have: local
 * APIC, MTRR, PAT, machine checks, SYSENTER, RDTSCP, 1 GB pages, XSAVE, FSGSBASE,
 * SMEP, SMAP, PCID, nested virtualization; and it sees no hypervisor.
 */
#include "cpu.h"
#include "wedge.h"

#define BIT(n) (1u << (n))

#define EXTENDED_MAX	   0x80000000
#define EXTENDED_AMD	   0x8000000a /* Intel's processors end before this */
#define EXTENDED_FEATURES2 0x80000021
#define NULL_CLEARS_BASE   BIT(6) /* of its EAX */

/* Bits that are kept, by leaf.  Leaves that are not here are passed on. */
static const struct {
	uint32_t leaf, keep[4];
} masks[] = {
	{0x00000001,
	 {~0u, 0x0000ffff,
	  ~(BIT(2) | BIT(3) | BIT(4) | BIT(5) | BIT(6) | BIT(7) | BIT(8) | BIT(10) | BIT(11) |
	    BIT(12) | BIT(14) | BIT(15) | BIT(17) | BIT(18) | BIT(21) | BIT(24) | BIT(26) |
	    BIT(27) | BIT(28) | BIT(29) | BIT(31)),
	  ~(BIT(7) | BIT(9) | BIT(11) | BIT(12) | BIT(14) | BIT(16) | BIT(21) | BIT(22) | BIT(28) |
	    BIT(29) | BIT(31))}},
	{0x00000005, {0, 0, 0, 0}},
	{0x00000006, {0, 0, 0, 0}},
	/* ebx: BMI1 BMI2 ERMS RDSEED ADX CLFLUSHOPT CLWB SHA. */
	{0x00000007,
	 {0, BIT(3) | BIT(8) | BIT(9) | BIT(18) | BIT(19) | BIT(23) | BIT(24) | BIT(29), 0, 0}},
	{0x0000000a, {0, 0, 0, 0}},
	{0x0000000b, {0, 0, 0, 0}},
	{0x0000000d, {0, 0, 0, 0}},
	{0x00000014, {0, 0, 0, 0}},
	{0x00000015, {0, 0, 0, 0}},
	{0x00000016, {0, 0, 0, 0}},
	{0x80000001,
	 {~0u, 0, BIT(0) | BIT(1) | BIT(4) | BIT(5) | BIT(6) | BIT(7) | BIT(8),
	  ~(BIT(7) | BIT(9) | BIT(12) | BIT(14) | BIT(16) | BIT(26) | BIT(27))}},
	{0x80000008, {~0u, 0, 0, 0}},
	{0x8000000a, {0, 0, 0, 0}},
	{0x8000001d, {0, 0, 0, 0}},
	{0x8000001e, {0, 0, 0, 0}},
	{0x8000001f, {0, 0, 0, 0}},
	{EXTENDED_FEATURES2, {NULL_CLEARS_BASE, 0, 0, 0}},
};

static uint32_t extended_max(void)
{
	uint32_t a = EXTENDED_MAX, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return a;
}

void cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4])
{
	__asm__ volatile("cpuid"
			 : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3])
			 : "a"(leaf), "c"(subleaf));
	if (leaf >= 0x40000000 && leaf < 0x50000000) {
		memset(out, 0, 4 * sizeof(*out));
		return;
	}
	/* A null selector clears the base, as load_segment() does it: kernels then need not. */
	if (leaf == EXTENDED_MAX && out[0] >= EXTENDED_AMD && out[0] < EXTENDED_FEATURES2)
		out[0] = EXTENDED_FEATURES2;
	if (leaf > EXTENDED_AMD && leaf <= EXTENDED_FEATURES2 && leaf > extended_max())
		memset(out, 0, 4 * sizeof(*out));
	if (leaf == EXTENDED_FEATURES2)
		out[0] |= NULL_CLEARS_BASE;
	for (unsigned int i = 0; i < ARRAY_SIZE(masks); i++)
		if (masks[i].leaf == leaf)
			for (unsigned int r = 0; r < 4; r++)
				out[r] &= masks[i].keep[r];
}
