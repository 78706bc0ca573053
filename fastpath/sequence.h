/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sequence.h - assembler macros that turn code into a described sequence.
 *
 *	FP_BEGIN
 *	insn			first instruction
 *	FP_FIRST
 *	FP_REL 5		the last instruction has a PC-relative field that
 *				starts 5 bytes before its end
 *	FP_JNZ_STUB		jnz to the stub
 *	FP_STUB			from here on: the stub
 *	FP_JMP_END		jmp to the end of the site
 *	FP_END kind, variant, insns=.., stack=.., flags=.., reg=.., arg=..
 *
 * The numeric labels 880-889 belong to these macros.
 */
#ifndef WEDGEPERF_FASTPATH_SEQUENCE_H
#define WEDGEPERF_FASTPATH_SEQUENCE_H

#include "fastpath.h"

/* clang-format off */
#define KIND(id, name, total, flags, text) .set SITE_##name, id;
#include <wedgeperf/kinds.def>

#define pending	(fp_vcpu_info + FP_VCPU_PENDING)
#define mask	(fp_vcpu_info + FP_VCPU_MASK)

	.macro FP_BEGIN
	.pushsection .rodata.fastpath, "a"
889:
	.popsection
	.pushsection .text.fastpath.templates, "ax"
880:
	.endm

	.macro FP_FIRST
885:
	.endm

	.macro FP_FIX back, type
884:
	.pushsection .rodata.fastpath, "a"
	.byte	884b - 880b - \back, \type
	.popsection
	.endm

	.macro FP_REL back
	FP_FIX	\back, FP_FIX_REL
	.endm

	/* The assembler would choose a short jump; a copy needs the long one. */
	.macro FP_JNZ_STUB
	.byte	0x0f, 0x85
	.long	882f - . - 4
	FP_FIX	4, FP_FIX_STUB
	.endm

	.macro FP_JMP_END
	.byte	0xe9
	.long	881b - . - 4
	FP_FIX	4, FP_FIX_END
	.endm

	.macro FP_STUB
881:
882:
	.endm

	.macro FP_DESCRIBE kind, variant, end, insns, stack, flags, reg, arg
883:
	.popsection
	.pushsection .rodata.fastpath, "a"
888:
	.popsection
	.pushsection .rodata.str1.1, "aMS", @progbits, 1
887:
	.asciz	"\variant"
	.popsection
	.pushsection fastpath, "a"
	.balign	8
	.quad	880b, 887b, 889b
	.byte	(888b - 889b) / 2, SITE_\kind, \end - 880b, 883b - \end
	.byte	885b - 880b, \reg, \arg, \insns, \stack, \flags
	.zero	6
	.popsection
	.endm

	.macro FP_END kind, variant, insns, stack=0, flags=0, reg=FP_NO_REG, arg=0
	FP_DESCRIBE \kind, \variant, 883b, \insns, \stack, \flags, \reg, \arg
	.endm

	/* The same for a sequence with a stub. */
	.macro FP_END_STUB kind, variant, insns, stack=0, flags=0, reg=FP_NO_REG, arg=0
	FP_DESCRIBE \kind, \variant, 881b, \insns, \stack, \flags, \reg, \arg
	.endm

	/*
	 * An out-of-line routine that the guest's interrupts may interrupt (it stands
	 * with the guest's other text in the wedge), and one that they never see, because
	 * it runs masked.
	 */
	.macro FP_OPEN name
	.pushsection .text.guest, "ax"
	.p2align 4
	.globl	\name
	.type	\name, @function
\name:
	.endm

	.macro FP_CLOSED name
	.pushsection .text.fastpath, "ax"
	.p2align 4
	.globl	\name
	.type	\name, @function
\name:
	.endm

	.macro FP_ROUTINE_END name
	.globl	\name\()_end
\name\()_end:
	.size	\name, . - \name
	.popsection
	.endm

	/* For every general register but RSP: \do name64 name32 number */
	.macro FP_FOR_EACH_REG do
	\do	rax, eax, 0
	\do	rcx, ecx, 1
	\do	rdx, edx, 2
	\do	rbx, ebx, 3
	\do	rbp, ebp, 5
	\do	rsi, esi, 6
	\do	rdi, edi, 7
	\do	r8, r8d, 8
	\do	r9, r9d, 9
	\do	r10, r10d, 10
	\do	r11, r11d, 11
	\do	r12, r12d, 12
	\do	r13, r13d, 13
	\do	r14, r14d, 14
	\do	r15, r15d, 15
	.endm

	.section .note.GNU-stack, "", @progbits
	.text
/* clang-format on */
#endif
