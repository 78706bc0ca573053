/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cr_read.S - mov %crN, %reg as one load of 7 bytes; no flag changes.
 *
 * fp_cr0 .. fp_cr4 hold what the guest may see: the wedge keeps them when it emulates
 * writes, and CR2 when a page fault is delivered.
 */
#include "sequence.h"

	.macro CR_READ from, r64
	FP_BEGIN
	movq	\from(%rip), %\r64
	FP_FIRST
	FP_REL	4
	.endm

	.macro CR_READ_ALL r64, r32, nr
	CR_READ	fp_cr0, \r64
	FP_END	rdcr, load, insns=1, reg=\nr, arg=0
	CR_READ	fp_cr2, \r64
	FP_END	rdcr, load, insns=1, reg=\nr, arg=2
	CR_READ	fp_cr3, \r64
	FP_END	rdcr, load, insns=1, reg=\nr, arg=3
	CR_READ	fp_cr4, \r64
	FP_END	rdcr, load, insns=1, reg=\nr, arg=4
	.endm
	FP_FOR_EACH_REG CR_READ_ALL
