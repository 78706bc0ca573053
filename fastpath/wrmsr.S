/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wrmsr.S - write the FS base: what every switch between threads does.
 *
 * One hypercall (about 300 instructions) instead of a fault that Xen emulates (about
 * 1,230).  Any other register, and a base that Xen refuses (not canonical: the guest
 * expects a fault at the site), goes to fp_site_call as if the site were a call to it.
 *
 * wrmsr changes no flag; the tests are done with jrcxz on sums made by lea.
 */
#include "sequence.h"

#define HYPERVISOR_SET_SEGMENT_BASE 25
#define SEGBASE_FS		    0
#define MINUS_MSR_FS_BASE	    0x3fffff00	/* 2^32 - 0xc0000100 */

	FP_BEGIN
	call	fp_wrmsr
	FP_FIRST
	FP_REL	4
	FP_END	wrmsr, call, insns=26, stack=56

	FP_OPEN	fp_wrmsr
	push	%rcx
	movl	%ecx, %ecx
	leal	MINUS_MSR_FS_BASE(%rcx), %ecx
	jrcxz	1f
	pop	%rcx
	jmp	fp_site_call
1:	push	%rax
	push	%r11
	push	%rdi
	push	%rsi
	push	%rax			/* EDX:EAX to RSI, without a shift */
	movl	%edx, 4(%rsp)
	pop	%rsi
	movl	$SEGBASE_FS, %edi
	movl	$HYPERVISOR_SET_SEGMENT_BASE, %eax
	syscall				/* spoils rcx, r11 and perhaps its arguments */
	movl	%eax, %ecx
	jrcxz	2f
	pop	%rsi
	pop	%rdi
	pop	%r11
	pop	%rax
	pop	%rcx
	jmp	fp_site_call
2:	movl	24(%rsp), %eax
	movl	%eax, fp_fs_base(%rip)
	movl	%edx, fp_fs_base+4(%rip)
	pop	%rsi
	pop	%rdi
	pop	%r11
	pop	%rax
	pop	%rcx
	ret
	FP_ROUTINE_END fp_wrmsr
