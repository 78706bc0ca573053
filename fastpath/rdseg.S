/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rdseg.S - mov %cs, %reg and mov %ss, %reg as one load of 7 or 8 bytes; no flag changes.
 *
 * Kernel mode runs with the hypervisor's selectors, so these two have to come from
 * memory: what the guest believes in (fp_kernel_cs, fp_kernel_ss).  The others are what
 * the guest has loaded, and are read as they are.  A 16-bit move leaves the upper part
 * of its register alone, a wider one clears it.
 */
#include "sequence.h"

#define SEG_CS 1
#define SEG_SS 2

	.macro RDSEG from, r32, nr, seg
	FP_BEGIN
	movzwl	\from(%rip), %\r32
	FP_FIRST
	FP_REL	4
	FP_END	rdseg, load, insns=1, reg=\nr, arg=\seg
	FP_BEGIN
	.byte	0x66			/* movw */
	movl	\from(%rip), %\r32
	FP_FIRST
	FP_REL	4
	FP_END	rdseg, load, insns=1, reg=\nr, arg=\seg+FP_ARG_WORD
	.endm

	.macro RDSEG_BOTH r64, r32, nr
	RDSEG	fp_kernel_cs, \r32, \nr, SEG_CS
	RDSEG	fp_kernel_ss, \r32, \nr, SEG_SS
	.endm
	FP_FOR_EACH_REG RDSEG_BOTH
