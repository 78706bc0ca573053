/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wrmsr.S - write the FS base: what every switch between threads does.
 *
 * Kernel mode does not use FS, so the base is only remembered, and loaded on the way
 * to user mode if another one is loaded (fp_fs_stale).  Between processes of one program,
 * and from a process to the idle task and back, none is.  A hypercall would take 330
 * instructions, a fault that Xen emulates about 1,230.
 *
 * That the base is still the one that was loaded last is not certain: user mode may
 * have loaded a null selector, which takes the base away and leaves no other trace.  So
 * a word is read through FS, at the offset that leads to fp_fs_magic if the base is what
 * it should be.  If it is another, something else is read, or the load faults.  Whoever provides
 * fp_fs_probe sees to it that nothing is read there that must not be (wedge/xen/fsbase.c).
 *
 * The base and fp_fs_stale have to change together, without an interrupt in between.
 *
 * Any other register, and a base that is no address of user mode (one that is not
 * canonical has to fault at the site), goes to fp_site_call as if the site were a call to it.
 *
 * wrmsr changes no flag: lahf and seto keep them.
 */
#include "sequence.h"

#define MINUS_MSR_FS_BASE 0x3fffff00 /* 2^32 - 0xc0000100 */
#define NOT_USER	  0xffff8000 /* bits of EDX that an address of user mode has clear */

	FP_BEGIN
	call	fp_wrmsr
	FP_FIRST
	FP_REL	4
	FP_END	wrmsr, call, insns=36, stack=32

	.macro restore
	addb	$127, %al		/* sets OF again as seto found it */
	sahf
	pop	%rax
	pop	%rcx
	.endm

	FP_OPEN	fp_wrmsr
	push	%rcx
	movl	%ecx, %ecx
	leal	MINUS_MSR_FS_BASE(%rcx), %ecx
	jrcxz	1f
	pop	%rcx
	jmp	fp_site_call
1:	push	%rax
	lahf
	seto	%al
	testl	$NOT_USER, %edx
	jnz	5f
	movzbl	mask(%rip), %ecx
	movb	$1, mask(%rip)
	push	%rcx
	movl	8(%rsp), %ecx
	movl	%ecx, fp_fs_base(%rip)
	movl	%edx, fp_fs_base+4(%rip)
	cmpl	%ecx, fp_fs_loaded(%rip)
	jne	2f
	cmpl	%edx, fp_fs_loaded+4(%rip)
	jne	2f
	movq	fp_fs_probe(%rip), %rcx
	.globl	fp_fs_probing, fp_fs_probed
fp_fs_probing:
	movq	%fs:(%rcx), %rcx
	cmpq	fp_fs_magic(%rip), %rcx
	jne	2f
	movb	$0, fp_fs_stale(%rip)
	jmp	3f
fp_fs_probed:				/* ... goes on here if that faults */
2:	movb	$1, fp_fs_stale(%rip)
3:	pop	%rcx
	jrcxz	4f
	restore
	ret
4:	movb	$0, mask(%rip)
	cmpb	$0, pending(%rip)
	jne	6f
	restore
	ret
5:	restore
	jmp	fp_site_call
6:	restore
	jmp	fp_deliver
	FP_ROUTINE_END fp_wrmsr
