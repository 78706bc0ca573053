/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iret.S - return from interrupt, to kernel and to user mode.
 *
 * To the kernel: the privilege level (3) does not change, so iretq itself does it,
 * given the selectors that really are loaded.  At CPL 3 it leaves IF alone; the
 * mask is set by hand.  8 instructions and no hypercall, against 378 for Xen's.
 *
 * If something is pending when IF comes on, the frame at RSP is used again for the
 * next interrupt: no return, no new upcall, no stack.
 *
 * To user mode: Xen has to switch page tables and GS base, hence its iret hypercall,
 * which takes the mask from RFLAGS and looks at pending itself, atomically.  What
 * is pending already is delivered before, which saves the hypercall and an upcall.
 */
#include "sequence.h"

#define HYPERVISOR_IRET 23

/*
 * 5 bytes; flags and stack below the frame are free at an iret.  A call rather than a
 * jump, since a return that is left alone may fault at the site (a frame that no
 * program can have), which nothing else knows: one instruction more.  Masked first, so
 * that no other iret comes in between.
 */
	FP_BEGIN
	call	fp_iret_call
	FP_FIRST
	FP_REL	4
	FP_END	iret, call, insns=13, stack=8, flags=FP_F_NOFALL

	/*
	 * 5 bytes: the same without iretq, which takes about 300 TSC ticks where popf and
	 * ret take 30: more instructions, less time.
	 */
	FP_BEGIN
	call	fp_iret_ret_call
	FP_FIRST
	FP_REL	4
	FP_END	iret, ret, insns=32, stack=24, flags=FP_F_NOFALL|FP_F_NO_TF

	.bss
	.p2align 3
	.globl	fp_iret_site
fp_iret_site:				/* what the last call from an iret pushed */
	.quad	0
	.text

	FP_OPEN	fp_iret_ret_call
	movb	$1, mask(%rip)
	popq	fp_iret_site(%rip)
	jmp	fp_iret_ret
	FP_ROUTINE_END fp_iret_ret_call

	FP_OPEN	fp_iret_call
	movb	$1, mask(%rip)
	popq	fp_iret_site(%rip)
	.globl	fp_iret
fp_iret:				/* 0 RIP, 8 CS, 16 RFLAGS, 24 RSP, 32 SS */
	testb	$3, 8(%rsp)
	jnz	fp_iret_user
	movq	$fp_host_cs, 8(%rsp)
	movq	$fp_host_ss, 32(%rsp)
	testb	$2, 17(%rsp)		/* IF is bit 9 of RFLAGS */
	jz	1f
	movb	$0, mask(%rip)
	.globl	fp_iret_critical, fp_iret_critical_size
fp_iret_critical:			/* from here an upcall is redirected */
	cmpb	$0, pending(%rip)
	jne	2f
	iretq
2:	movb	$1, mask(%rip)
	.globl	fp_iret_remasked
fp_iret_remasked:
	.set	fp_iret_critical_size, fp_iret_remasked - fp_iret_critical
	jmp	fp_iret_again
1:	movb	$1, mask(%rip)
	iretq
	FP_ROUTINE_END fp_iret_call

/* Masked; the frame at RSP has been made ready for iretq to the kernel: undo that. */
	FP_CLOSED fp_iret_again
	push	%rax
	movzwl	fp_kernel_cs(%rip), %eax
	movq	%rax, 16(%rsp)
	movzwl	fp_kernel_ss(%rip), %eax
	movq	%rax, 40(%rsp)
	pop	%rax
	jmp	fp_deliver_frame
	FP_ROUTINE_END fp_iret_again

/*
 * Not here: other selectors than the last time, an address that none can have (the
 * fault belongs to the site), IF clear, work that the wedge put off.  Masked.
 */
	FP_OPEN	fp_iret_user
	cmpl	$0x7fff, 4(%rsp)	/* the upper half of RIP */
	ja	fp_iret_slow
	testb	$2, 17(%rsp)
	jz	fp_iret_slow
	cmpw	$0, fp_user_work(%rip)
	jne	fp_iret_slow
	pushq	$0			/* struct iret_context: flags, */
	push	%rcx
	push	%r11
	push	%rax			/* 0; RIP is at 32 now */
	movzwl	fp_user_cs(%rip), %eax
	cmpq	%rax, 40(%rsp)
	jne	1f
	movzwl	fp_user_ss(%rip), %eax
	cmpq	%rax, 64(%rsp)
	jne	1f
	cmpb	$0, pending(%rip)
	jne	2f
	movq	$fp_host_user_cs, 40(%rsp)
	movq	$fp_host_user_ss, 64(%rsp)
	movl	$HYPERVISOR_IRET, %eax
	syscall
1:	pop	%rax
	leaq	24(%rsp), %rsp
	jmp	fp_iret_slow
2:	pop	%rax
	leaq	24(%rsp), %rsp
	jmp	fp_deliver_frame
	FP_ROUTINE_END fp_iret_user

/*
 * fp_iret_ret - to the kernel by popf and ret.  RIP and RFLAGS are put just below the
 * RSP that is returned to, which overlaps only the end of the frame, read before.  Left
 * to fp_iret: user mode, IF clear, RF set (popf clears it), and a RSP below the frame's
 * end, as hardware never makes.  A frame with TF must not come here: the trap would be
 * before the first instruction instead of behind it.
 */
	FP_OPEN	fp_iret_ret
	testb	$3, 8(%rsp)
	jnz	fp_iret_user
	testb	$2, 17(%rsp)		/* IF */
	jz	fp_iret
	testb	$1, 18(%rsp)		/* RF is bit 16 */
	jnz	fp_iret
	push	%rax
	push	%rcx
	push	%rdx
	movq	24(%rsp), %rax		/* RIP */
	movq	40(%rsp), %rcx		/* RFLAGS */
	movq	48(%rsp), %rdx		/* RSP */
	subq	$64, %rdx
	cmpq	%rsp, %rdx
	jb	1f
	movq	%rax, 56(%rdx)
	movq	%rcx, 48(%rdx)
	addq	$48, %rdx
	movq	%rdx, 24(%rsp)
	pop	%rdx
	pop	%rcx
	pop	%rax
	pop	%rsp
	movb	$0, mask(%rip)
	.globl	fp_ret_critical, fp_ret_critical_size, fp_ret_popped_offset, fp_ret_remasked
fp_ret_critical:			/* from here an upcall is redirected */
	cmpb	$0, pending(%rip)
	jne	2f
	popfq
	.set	fp_ret_popped_offset, . - fp_ret_critical
	ret
2:	movb	$1, mask(%rip)
	.set	fp_ret_critical_size, . - fp_ret_critical
fp_ret_remasked:
	jmp	fp_deliver_flags
1:	pop	%rdx
	pop	%rcx
	pop	%rax
	jmp	fp_iret
	FP_ROUTINE_END fp_iret_ret
