/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entry.S - control comes from Xen and goes back to it.
 *
 * Xen pushes rcx, r11, [error,] rip, cs, rflags, rsp, ss: on the interrupted
 * stack when the guest's kernel (or the wedge) was running, on the wedge's stack
 * when it was user mode.  rflags.IF there is the guest's virtual flag.
 *
 * All registers go to `vcpu`, so the wedge needs one stack and resuming can be
 * restarted.  Addresses below are sign-extended 32-bit ones.
 */
#include "../core/layout.h"
#include "../core/vcpu.h"
#include "hypercall.h"

	.section .text.start, "ax"
	.globl _start
_start:
	cld
	movq	$wedge_stack_top, %rsp
	movq	%rsi, %rdi
	xorl	%ebp, %ebp
	call	xen_start

	.text
	/*
	 * A fault of the wedge itself: rip is in bytes WEDGE_BASE..+16 MB, and not because a program
	 * has jumped there.
	 */
.macro branch_if_wedge offset, to
	cmpl	$(WEDGE_BASE >> 24) & 0xffffffff, \offset+3(%rsp)
	jne	9f
	testb	$3, \offset+8(%rsp)
	jz	\to
9:
.endm

.macro save_all
	movq	%rdx, vcpu+VCPU_REG(R_RDX)
	movq	%rbx, vcpu+VCPU_REG(R_RBX)
	movq	%rbp, vcpu+VCPU_REG(R_RBP)
	movq	%rsi, vcpu+VCPU_REG(R_RSI)
	movq	%rdi, vcpu+VCPU_REG(R_RDI)
	movq	%r8, vcpu+VCPU_REG(8)
	movq	%r9, vcpu+VCPU_REG(9)
	movq	%r10, vcpu+VCPU_REG(10)
	movq	%r12, vcpu+VCPU_REG(12)
	movq	%r13, vcpu+VCPU_REG(13)
	movq	%r14, vcpu+VCPU_REG(14)
	movq	%r15, vcpu+VCPU_REG(15)
.endm

.macro load_most
	movq	vcpu+VCPU_REG(R_RDX), %rdx
	movq	vcpu+VCPU_REG(R_RBX), %rbx
	movq	vcpu+VCPU_REG(R_RBP), %rbp
	movq	vcpu+VCPU_REG(R_RSI), %rsi
	movq	vcpu+VCPU_REG(R_RDI), %rdi
	movq	vcpu+VCPU_REG(8), %r8
	movq	vcpu+VCPU_REG(9), %r9
	movq	vcpu+VCPU_REG(10), %r10
	movq	vcpu+VCPU_REG(12), %r12
	movq	vcpu+VCPU_REG(13), %r13
	movq	vcpu+VCPU_REG(14), %r14
	movq	vcpu+VCPU_REG(15), %r15
.endm

	/* With rip, cs, rflags, rsp, ss on the stack; rax, rcx, r11 saved. */
.macro save_frame
	popq	vcpu+VCPU_RIP
	popq	%rcx
	movq	%rcx, trap_cs
	andl	$3, %ecx
	shrl	$1, %ecx
	movq	%rcx, vcpu+VCPU_USER
	popq	vcpu+VCPU_RFLAGS
	popq	vcpu+VCPU_REG(R_RSP)
	popq	trap_ss
	save_all
	movq	$wedge_stack_top, %rsp
	cld
.endm

.macro trap vector, error=0
	.globl	trap_\vector
trap_\vector:
	movq	%rax, trap_rax
	movl	$\vector, %eax
	.if \error
	jmp	trap_with_error
	.else
	jmp	trap_without_error
	.endif
.endm

	trap 0
	trap 1
	trap 3
	trap 4
	trap 5
	trap 6
	trap 7
	trap 10, 1
	trap 11, 1
	trap 12, 1
	trap 13, 1
	trap 16
	trap 17, 1
	trap 18
	trap 19

trap_without_error:
	branch_if_wedge 16, wedge_trap_without_error
	popq	vcpu+VCPU_REG(R_RCX)
	popq	vcpu+VCPU_REG(R_R11)
	movl	$0, trap_error
trap_common:
	save_frame
	movq	trap_rax, %rcx
	movq	%rcx, vcpu+VCPU_REG(R_RAX)
	movl	%eax, %edi
	movl	trap_error, %esi
	call	xen_trap

	.globl	trap_with_error
trap_with_error:
	branch_if_wedge 24, wedge_trap_with_error
	popq	vcpu+VCPU_REG(R_RCX)
	popq	vcpu+VCPU_REG(R_R11)
	popq	trap_error
	jmp	trap_common

wedge_trap_without_error:
	movq	16(%rsp), %rdx
	xorl	%esi, %esi
	movl	%eax, %edi
	call	xen_own_trap
wedge_trap_with_error:
	cmpq	$peek, 24(%rsp)
	je	1f
	cmpq	$fp_fs_probing, 24(%rsp)
	je	2f
	movq	24(%rsp), %rdx
	movq	16(%rsp), %rsi
	movl	%eax, %edi
	call	xen_own_trap
	/* hv_peek() met a bad address, fp_wrmsr another FS base. */
1:	movq	$peek_failed, 24(%rsp)
	xorl	%eax, %eax
	jmp	3f
2:	movq	$fp_fs_probed, 24(%rsp)
	movq	trap_rax, %rax
3:	popq	%rcx
	popq	%r11
	leaq	8(%rsp), %rsp
	movl	$FLAT_CS, 8(%rsp)
	movl	$0, 12(%rsp)
	iretq

	/* bool hv_peek(uint64_t va, uint64_t *value) */
	.globl	hv_peek
hv_peek:
	xorl	%eax, %eax
peek:
	movq	(%rdi), %rdx
	movq	%rdx, (%rsi)
	incl	%eax
peek_failed:
	ret

	/* Event channel upcall, as all-trap plans take it; and straight to the guest. */
	.globl	upcall_direct
upcall_direct:
	branch_if_wedge 16, upcall_in_wedge
	jmp	fp_upcall

	.globl	upcall_entry
upcall_entry:
	branch_if_wedge 16, upcall_in_wedge
	.globl	upcall_of_guest
upcall_of_guest:
	movq	%rax, vcpu+VCPU_REG(R_RAX)
	popq	vcpu+VCPU_REG(R_RCX)
	popq	vcpu+VCPU_REG(R_R11)
	save_frame
	call	xen_upcall
upcall_in_wedge:
	/*
	 * In guest text the guest was interrupted; on the way out the exit starts
	 * again.  Else a hypercall (SCHEDOP_block) unmasked events: they stay masked
	 * from here on and are handled when it has returned.
	 */
	cmpq	$_guest_text_start, 16(%rsp)
	jb	1f
	cmpq	$_guest_text_end, 16(%rsp)
	jb	fp_upcall
	cmpq	$exit_critical, 16(%rsp)
	jb	1f
	cmpq	$exit_critical_end, 16(%rsp)
	jb	exit_pending
1:	popq	%rcx
	popq	%r11
	movl	$FLAT_CS, 8(%rsp)
	movl	$0, 12(%rsp)
	andl	$~X86_IF, 16(%rsp)
	iretq

	/* A bad selector or address in a frame given to Xen, or SYSENTER. */
	.globl	failsafe_entry
failsafe_entry:
	movq	$wedge_stack_top, %rsp
	call	xen_failsafe

	/* SYSRET with work to do first: nothing may use its stack, which is the user's. */
.macro sysret_by_frame size
	movq	%rax, vcpu+VCPU_REG(R_RAX)
	movq	%rcx, vcpu+VCPU_REG(R_RCX)
	.if \size == 4
	movl	%ecx, %ecx
	.endif
	movq	%rcx, vcpu+VCPU_RIP
	movq	%r11, vcpu+VCPU_RFLAGS
	movq	%r11, vcpu+VCPU_REG(R_R11)
	movq	%rsp, vcpu+VCPU_REG(R_RSP)
	save_all
	movq	$1, vcpu+VCPU_USER
	movq	$wedge_stack_top, %rsp
	cld
	movl	$\size, %edi
	call	xen_user_return
.endm
	.globl	sysret_entry, sysret32_entry
sysret_entry:
	sysret_by_frame 8
sysret32_entry:
	sysret_by_frame 4

	/* SYSCALL in 32-bit code: as fp_syscall_entry, to where CSTAR says. */
	.globl	syscall32_entry
syscall32_entry:
	cld
	popq	%rcx
	popq	%r11
	movq	24(%rsp), %rsp
	jmp	*vcpu+VCPU_CSTAR

	/*
	 * A called site (calls.S): rax is the word with the event mask of before, rcx
	 * the flags, and the return address is on the stack.
	 */
	.globl	call_site
call_site:
	andl	$~X86_IF, %ecx
	testl	$0xff00, %eax
	jnz	1f
	orl	$X86_IF, %ecx
1:	movq	%rcx, vcpu+VCPU_RFLAGS
	popq	vcpu+VCPU_RIP
	movq	%rsp, vcpu+VCPU_REG(R_RSP)
	movq	$0, vcpu+VCPU_USER
	save_all
	movq	$wedge_stack_top, %rsp
	cld
	call	xen_call
	jmp	return_to_site

	/*
	 * Back by popf and ret, on the guest's stack.  From the unmasking on an interrupt
	 * interrupts the guest.
	 */
	.section .text.guest, "ax"
return_to_site:
	movq	vcpu+VCPU_REG(R_RSP), %rsp
	pushq	vcpu+VCPU_RIP
	pushq	vcpu+VCPU_RFLAGS
	load_most
	movq	vcpu+VCPU_REG(R_RAX), %rax
	movq	vcpu+VCPU_REG(R_RCX), %rcx
	movq	vcpu+VCPU_REG(R_R11), %r11
	testl	$X86_IF, (%rsp)
	jz	1f
	movb	$0, EVENTS_MASK
	cmpb	$0, EVENTS_PENDING
	jne	2f
1:	popfq
	ret
2:	call	fp_deliver
	jmp	1b
	.text

	.globl	hv_resume
hv_resume:
	movq	$wedge_stack_top, %rsp
	cmpl	$0, vcpu+VCPU_USER
	je	exit_to_kernel
	cmpb	$0, user_work
	jne	other_selectors
	pushq	$FLAT_SS
	pushq	vcpu+VCPU_REG(R_RSP)
	pushq	vcpu+VCPU_RFLAGS
	pushq	$FLAT_CS
exit_to_user:
	pushq	vcpu+VCPU_RIP
	pushq	$0
	pushq	vcpu+VCPU_REG(R_RCX)
	pushq	vcpu+VCPU_REG(R_R11)
	pushq	vcpu+VCPU_REG(R_RAX)
	load_most
	movl	$HYPERCALL_IRET, %eax
	syscall
	ud2
other_selectors:
	call	user_selectors
	movzwl	%ax, %ecx
	shrl	$16, %eax
	pushq	%rax
	pushq	vcpu+VCPU_REG(R_RSP)
	pushq	vcpu+VCPU_RFLAGS
	pushq	%rcx
	jmp	exit_to_user

	/*
	 * Kernel and wedge share a privilege level, so IRETQ does.  Between the
	 * unmasking of events and IRETQ an upcall finds nothing changed in `vcpu`
	 * and just begins the exit anew.
	 */
exit_to_kernel:
	pushq	$FLAT_SS
	pushq	vcpu+VCPU_REG(R_RSP)
	pushq	vcpu+VCPU_RFLAGS
	pushq	$FLAT_CS
	pushq	vcpu+VCPU_RIP
	testl	$X86_IF, vcpu+VCPU_RFLAGS
	jz	1f
exit_critical:
	movb	$0, EVENTS_MASK
	cmpb	$0, EVENTS_PENDING
	jne	exit_pending
1:	load_most
	movq	vcpu+VCPU_REG(R_RAX), %rax
	movq	vcpu+VCPU_REG(R_RCX), %rcx
	movq	vcpu+VCPU_REG(R_R11), %r11
	iretq
exit_critical_end:
exit_pending:
	movb	$1, EVENTS_MASK
	movq	$wedge_stack_top, %rsp
	cld
	call	xen_upcall
	.bss
	.balign 4096
	.globl	hypercall_page, shared_info
hypercall_page:
	.skip	4096
shared_info:
	.skip	4096
	.skip	WEDGE_STACK_SIZE
	.globl	wedge_stack_top
wedge_stack_top:
	.globl	trap_rax
trap_rax:
	.quad	0
trap_error:
	.quad	0
	.globl	trap_cs, trap_ss
trap_cs:
	.quad	0
trap_ss:
	.quad	0
	.section .note.GNU-stack, "", @progbits
