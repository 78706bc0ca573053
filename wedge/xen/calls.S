/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.S - where patched sites call.  All of it runs on the guest's stack, below
 * the return address, with the guest's registers: an interrupt or a fault here
 * happens to the guest.  Flags and registers are as the site's instruction
 * leaves them.
 *
 * The guest's interrupt flag is the inverse of EVENTS_MASK.  Events that came
 * while it was masked are delivered by Xen at the next hypercall after it is not.
 */
#include "../core/vcpu.h"
#include "hypercall.h"

	.section .text.guest, "ax"

.macro entry name
	.balign 16
	.globl	\name
\name:
.endm

	/* With rcx and rflags saved: let Xen deliver. */
.macro deliver
	pushq	%rax
	pushq	%r11
	movl	$HYPERCALL_NONE, %eax
	syscall
	popq	%r11
	popq	%rax
.endm

entry call_cli
	movb	$1, EVENTS_MASK
	ret

entry call_sti
	pushq	%rcx
	movb	$0, EVENTS_MASK
	movzbl	EVENTS_PENDING, %ecx
	jrcxz	1f
	pushfq
	deliver
	popfq
1:	popq	%rcx
	ret

	/* The flags go where the return address is, which moves down. */
entry call_pushf
	pushq	(%rsp)
	pushfq
	pushq	%rax
	movl	8(%rsp), %eax
	andl	$~X86_IF, %eax
	cmpb	$0, EVENTS_MASK
	jne	1f
	orl	$X86_IF, %eax
1:	movq	%rax, 24(%rsp)
	popq	%rax
	popfq
	ret

	/* Swap flags and return address; the former are loaded last. */
entry call_popf
	pushq	%rax
	movq	8(%rsp), %rax
	xchgq	%rax, 16(%rsp)
	movq	%rax, 8(%rsp)
	testl	$X86_IF, %eax
	movl	$1, %eax
	jz	1f
	movb	$0, EVENTS_MASK
	cmpb	$0, EVENTS_PENDING
	je	2f
	pushq	%rcx
	deliver
	popq	%rcx
	jmp	2f
1:	movb	%al, EVENTS_MASK
2:	popq	%rax
	popfq
	ret

	/* pushf; pop reg */
.macro read_flags n, reg, reg32
entry call_pushf_pop_\n
	pushfq
	movq	(%rsp), \reg
	andl	$~X86_IF, \reg32
	cmpb	$0, EVENTS_MASK
	jne	1f
	orl	$X86_IF, \reg32
1:	popfq
	ret
.endm
	read_flags 0, %rax, %eax
	read_flags 1, %rcx, %ecx
	read_flags 2, %rdx, %edx
	read_flags 3, %rbx, %ebx
	read_flags 5, %rbp, %ebp
	read_flags 6, %rsi, %esi
	read_flags 7, %rdi, %edi
	read_flags 8, %r8, %r8d
	read_flags 9, %r9, %r9d
	read_flags 10, %r10, %r10d
	read_flags 11, %r11, %r11d
	read_flags 12, %r12, %r12d
	read_flags 13, %r13, %r13d
	read_flags 14, %r14, %r14d
	read_flags 15, %r15, %r15d

	/*
	 * All other sites: save the guest's state as a trap does, and emulate.  Once
	 * events are masked nothing else uses `vcpu`.
	 */
entry call_any
	pushfq
	pushq	EVENTS_PENDING
	movb	$1, EVENTS_MASK
	movq	%rax, vcpu+VCPU_REG(R_RAX)
	movq	%rcx, vcpu+VCPU_REG(R_RCX)
	movq	%r11, vcpu+VCPU_REG(R_R11)
	popq	%rax
	popq	%rcx
	jmp	call_site
	.section .note.GNU-stack, "", @progbits
