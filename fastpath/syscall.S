/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * syscall.S - SYSCALL into the guest's kernel, and SYSRET out of it.
 *
 * In: Xen has switched page tables, GS base and stack, has masked (the callback is
 * registered with CALLBACKF_mask_events) and pushed rcx, r11, rip, cs, rflags, rsp, ss.
 * RCX and R11 there are what the CPU's own SYSCALL put into them.  What is left is to
 * take back Xen's stack switch, since the guest's entry code makes its own.
 *
 * Out: RSP is the user's already, so nothing may be pushed.  Xen's iret hypercall takes
 * its frame from where RSP points to: a frame of ours, which nothing else uses while
 * masked.  VGCF_in_syscall makes Xen leave by SYSRET as well; RCX and R11 are then
 * the user's RIP and RFLAGS, as bare hardware leaves them.  What is pending is left to
 * Xen: it looks at that on the way out.
 */
#include "sequence.h"

#define HYPERVISOR_IRET	 23
#define VGCF_IN_SYSCALL	 0x100
#define FRAME_RAX	 0
#define FRAME_RIP	 32
#define FRAME_RFLAGS	 48
#define FRAME_RSP	 56

	/* 5 bytes, for 64-bit SYSRET (arg 8) only. */
	FP_BEGIN
	.byte	0xe9
	.long	fp_sysret - . - 4
	FP_FIRST
	FP_REL	4
	FP_END	sysret, jmp, insns=10, flags=FP_F_NOFALL, arg=8

	.data
	.p2align 6
sysret_frame:				/* struct iret_context */
	.quad	0, 0, 0, VGCF_IN_SYSCALL, 0, fp_host_user_cs, 0, 0, fp_host_user_ss
	.text

	FP_CLOSED fp_sysret		/* the status flags are in R11 */
	cmpw	$0, fp_user_work(%rip)
	jne	fp_sysret_slow
	movq	%rsp, sysret_frame+FRAME_RSP(%rip)
	leaq	sysret_frame(%rip), %rsp
	movq	%rax, FRAME_RAX(%rsp)
	movq	%rcx, FRAME_RIP(%rsp)
	movq	%r11, FRAME_RFLAGS(%rsp)
	movl	$HYPERVISOR_IRET, %eax
	syscall
	FP_ROUTINE_END fp_sysret

	FP_CLOSED fp_syscall_entry
	cld				/* what SFMASK clears and Xen does not */
	pop	%rcx
	pop	%r11
	movq	24(%rsp), %rsp
	jmp	*fp_lstar(%rip)
	FP_ROUTINE_END fp_syscall_entry
