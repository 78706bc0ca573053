/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pushf.S - read and write the flags: pushf, pushf;pop as one site, popf.
 *
 * In ring 3 the real IF is always 1 and popf silently leaves it so: neither
 * instruction traps, both must be replaced.  The other flags are the real ones.
 * IOPL is 0 in both worlds.  TF works as on bare hardware, but a single step that
 * popf starts is reported inside the out-of-line code: a site that sets TF must
 * be left to trap.
 */
#include "sequence.h"

/*
 * What the flags word looks like with IF and nothing else, by overlap: a 32-bit
 * load at +0 (mask 0) gives 0x202, at +1 (mask 1) 0x002.  Bit 1 always reads 1.
 */
	.section .rodata
fp_if_by_mask:
	.byte	0x02, 0x02, 0x00, 0x00, 0x00

/* What the mask takes away from the real flags: 0, or IF. */
	.p2align 4
fp_less_if:
	.quad	0, -0x200
	.text

/*
 * pushf;pop %reg: two loads, no flag changed, no stack, no other register; 13 bytes,
 * 15 for r8-r15 (REX in both), 16 for r12 (whose base encoding needs a SIB byte).
 *
 * The result holds IF and reads as 0 elsewhere.  That is what the 899 sites of
 * this kind are for (native_save_fl in Linux); status flags are undefined at an
 * asm statement anyway, DF is 0 by ABI, and AC, ID, NT, TF are 0 in a kernel that
 * sees no SMAP.  A site that needs them uses `exact`.
 *
 * Alternatives: movzbl; dec; and $0x200 (14 bytes, 3 instructions, flags lost).
 * A separate virtual flags word would make it one load, and cli, sti two stores.
 */
	.macro PUSHF_POP r64, r32, nr
	FP_BEGIN
	movzbl	mask(%rip), %\r32
	FP_FIRST
	FP_REL	4
	movl	fp_if_by_mask(%\r64), %\r32
	FP_END	pushf_pop, if, insns=2, reg=\nr
	.endm
	FP_FOR_EACH_REG PUSHF_POP

/* pushf;pop %reg with every flag as it is: 6 bytes, 7 for r8-r15. */
	.macro PUSHF_POP_EXACT r64, r32, nr
	FP_BEGIN
	call	fp_pushf
	FP_FIRST
	FP_REL	4
	pop	%\r64
	FP_END	pushf_pop, exact, insns=15, stack=32, reg=\nr
	.endm
	FP_FOR_EACH_REG PUSHF_POP_EXACT

/*
 * pushf, exact: the flags, less IF if masked.  The subtraction is done by lea on
 * a value from a table, so that the flags survive without a popf.
 */
	FP_BEGIN
	call	fp_pushf
	FP_FIRST
	FP_REL	4
	FP_END	pushf, call, insns=14, stack=32

	FP_OPEN	fp_pushf		/* 0(%rsp): return address */
	pushfq
	push	%rax
	push	%rcx			/* rcx, rax, flags, return address */
	movzbl	mask(%rip), %ecx
	movq	fp_less_if(,%rcx,8), %rcx
	movq	16(%rsp), %rax
	leaq	(%rax,%rcx), %rcx	/* flags as the guest has them */
	movq	24(%rsp), %rax
	movq	%rcx, 24(%rsp)		/* swap them with the return address */
	movq	%rax, 16(%rsp)
	pop	%rcx
	pop	%rax
	ret
	FP_ROUTINE_END fp_pushf

/*
 * popf: IF goes to the mask, the rest to the real flags.  As popf sets every flag
 * in the end, the tests before it may use them.  Delivery resumes inside, at the
 * popf: the interrupt frame then shows IF set and the flags of the test, and the
 * guest's own flags are loaded when it returns.
 */
	FP_BEGIN
	call	fp_popf
	FP_FIRST
	FP_REL	4
	FP_END	popf, call, insns=9, stack=16

	FP_OPEN	fp_popf			/* 0(%rsp): return address, 8: flags */
	testb	$2, 9(%rsp)		/* IF is bit 9 */
	jz	2f
	movb	$0, mask(%rip)
	cmpb	$0, pending(%rip)
	jne	3f
1:	pushq	8(%rsp)
	popfq
	ret	$8
2:	movb	$1, mask(%rip)
	jmp	1b
3:	call	fp_deliver
	jmp	1b
	FP_ROUTINE_END fp_popf
