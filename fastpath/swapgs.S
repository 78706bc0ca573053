/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * swapgs.S - swap the GS bases: nothing to do.
 *
 * Xen keeps the kernel's and the user's GS base and swaps them itself whenever the
 * guest goes from user to kernel mode or back, which are the only places where a
 * kernel swaps them.  rdmsr and wrmsr of the bases are the wedge's.
 */
#include "sequence.h"

	/* The original's 3 bytes as one NOP: one instruction, as before. */
	FP_BEGIN
	nopl	(%rax)
	FP_FIRST
	FP_END	swapgs, nop, insns=1, flags=FP_F_ABSOLUTE
