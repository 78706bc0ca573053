/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq.S - interrupts into the guest: from Xen's upcall, and without one.
 *
 * All of it runs masked, on the guest's own kernel stack, and ends in the guest's
 * handler with the frame that hardware would have pushed: RIP, CS, RFLAGS, RSP, SS
 * below a 16-byte boundary, every general register as it was, IF clear.  The
 * status flags at the handler's first instruction are undefined and DF is clear
 * (the frame has the right ones).
 */
#include "sequence.h"

	.bss
	.p2align 3
irq_entry:				/* handler to jump to; valid only while masked */
	.quad	0
	.text

/*
 * fp_deliver - called right after unmasking, if something is pending.  Interrupts
 * the caller behind the call, as if Xen had done so, but without Xen.
 * O is RSP before the call.  The frame ends at O rounded down to 16, so its
 * lowest byte is at or above O-48; the saved registers stand below that.
 */
	FP_OPEN	fp_deliver
	movb	$1, mask(%rip)		/* from here on nothing interrupts */
	pushfq				/* O-16; the return address is at O-8 */
	.globl	fp_deliver_flags
fp_deliver_flags:			/* fp_iret_ret comes here: flags at 0(%rsp), RIP at 8 */
	leaq	-40(%rsp), %rsp		/* O-56: will hold the new RSP */
	push	%rax			/* O-64 */
	push	%rcx
	push	%rdx
	push	%rsi
	leaq	88(%rsp), %rax		/* O */
	movq	-8(%rax), %rdx
	movq	-16(%rax), %rsi
	movq	%rax, %rcx
	andq	$-16, %rcx
	movq	%rax, -16(%rcx)		/* RSP; may overwrite the return address ... */
	movq	%rsi, -24(%rcx)		/* ... and the flags, hence the two loads */
	movq	%rdx, -40(%rcx)
	movzwl	fp_kernel_cs(%rip), %edx
	movzwl	fp_kernel_ss(%rip), %esi
	movq	%rdx, -32(%rcx)
	movq	%rsi, -8(%rcx)
	leaq	-40(%rcx), %rcx
	movq	%rcx, -56(%rax)
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rax
	pop	%rsp
	jmp	fp_deliver_frame
	FP_ROUTINE_END fp_deliver

/*
 * fp_deliver_frame - masked; RSP is at a finished frame in the guest's terms.
 * Goes to the guest's handler, or returns from the frame if nothing is there.  The
 * status flags are free: the frame has them.
 */
	FP_CLOSED fp_deliver_frame
	testb	$8, %spl
	jz	1f
2:	push	%rax
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%rbp
	movq	%rsp, %rbp
	andq	$-16, %rsp
	cld
	call	fp_irq_next
	movq	%rbp, %rsp
	movq	%rax, irq_entry(%rip)
	testq	%rax, %rax		/* pop changes no flag */
	pop	%rbp
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rax
	jz	fp_iret
	jmp	*irq_entry(%rip)

	/*
	 * A frame that the guest made itself, for an iretq to which delivery now
	 * happens, need not end at a 16-byte boundary as hardware's do: move it down.
	 */
1:	pushq	(%rsp)
	.irp	at, 8, 16, 24, 32
	pushq	8+\at(%rsp)
	popq	\at(%rsp)
	.endr
	jmp	2b
	FP_ROUTINE_END fp_deliver_frame

/*
 * fp_upcall - Xen's event callback.  Xen has set the mask and pushed, at the
 * interrupted kernel's RSP rounded down to 16 or on the kernel stack,
 *	0 RCX, 8 R11, 16 RIP, 24 CS, 32 RFLAGS, 40 RSP, 48 SS.
 * The low word of CS has RPL 0 for kernel mode; its upper half holds the old mask.
 *
 * An upcall inside the critical region of fp_iret, where the mask is clear and the
 * frame is not yet gone, is moved to where that frame returns to: the region uses
 * no register, so RSP is all that has to be put back.  Without this every
 * interrupt of a storm could nest in the exit of the one before, until the stack
 * is full.  The critical region of fp_iret_ret is treated in the same way, and its ret
 * as if it had been executed.
 */
	FP_CLOSED fp_upcall
	testb	$3, 24(%rsp)
	jnz	fp_upcall_user
	movq	16(%rsp), %rcx
	leaq	fp_iret_critical(%rip), %r11
	subq	%r11, %rcx
	cmpq	$fp_iret_critical_size, %rcx
	jb	1f
	movq	16(%rsp), %rcx
	leaq	fp_ret_critical(%rip), %r11
	subq	%r11, %rcx
	cmpq	$fp_ret_critical_size, %rcx
	jb	2f
4:	movzwl	fp_kernel_cs(%rip), %ecx
	movq	%rcx, 24(%rsp)
	movzwl	fp_kernel_ss(%rip), %ecx
	movq	%rcx, 48(%rsp)
	pop	%rcx
	pop	%r11
	jmp	fp_deliver_frame
1:	movq	(%rsp), %rcx
	movq	8(%rsp), %r11
	movq	40(%rsp), %rsp		/* the frame that was about to be left */
	jmp	fp_iret_again
2:	cmpq	$fp_ret_popped_offset, %rcx
	je	3f
	movq	(%rsp), %rcx
	movq	8(%rsp), %r11
	movq	40(%rsp), %rsp		/* flags, RIP */
	jmp	fp_deliver_flags
3:	movq	40(%rsp), %rcx		/* make the ret first */
	movq	(%rcx), %r11
	movq	%r11, 16(%rsp)
	addq	$8, %rcx
	movq	%rcx, 40(%rsp)
	jmp	4b
	FP_ROUTINE_END fp_upcall
