/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fault.S - page faults of user mode that are the guest's own affair: by far the most
 * frequent exception.
 *
 * As on the way of all others (entry.S), but nothing is saved in `vcpu`, and the guest's handler
 * is jumped to with the registers of user mode, as by the processor itself.  The stack is the
 * wedge's: rcx, r11, error, rip, cs, rflags, rsp, ss from Xen.
 */
#include "../core/vcpu.h"
#include "hypercall.h"

	.text
	.globl	trap_14
trap_14:
	cmpw	$FLAT_CS, 32(%rsp)	/* not so if kernel mode has met it */
	jne	1f
	cmpw	$FLAT_SS, 56(%rsp)
	jne	1f
	cmpw	$0, user_work
	jne	1f
	pushq	%rax
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	leaq	72(%rsp), %rdi
	movq	shared_info+SHARED_CR2, %rsi
	cld
	call	wedge_user_fault
	movq	%rax, user_fault_stack
	testq	%rax, %rax		/* pop changes no flag */
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rax
	jz	1f
	popq	%rcx
	popq	%r11
	movq	user_fault_stack, %rsp
	jmp	*user_fault_handler
1:	movq	%rax, trap_rax
	movl	$14, %eax
	jmp	trap_with_error

	.bss
	.balign	8
user_fault_stack:
	.skip	8
	.section .note.GNU-stack, "", @progbits
