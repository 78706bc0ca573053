/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fastpath_guest.S - what the sequences expect around them, for the unit test: the
 * state that a wedge would provide, and a guest with an interrupt handler.
 */
	.data
	.p2align 6
	.globl	fp_vcpu_info, fp_cr0, fp_cr2, fp_cr3, fp_cr4, fp_kernel_cs, fp_kernel_ss
	.globl	fp_fs_base, fp_fs_loaded, fp_fs_magic, fp_fs_probe, fp_fs_stale, fp_lstar, fp_user_work
fp_vcpu_info:
	.zero	64
fp_cr0:	.quad	0x80050033
fp_cr2:	.quad	0xffffc90000123456
fp_cr3:	.quad	0x1e123000
fp_cr4:	.quad	0x6b0
fp_fs_magic:
	.quad	0
fp_fs_probe:
	.quad	0
fp_fs_loaded:
	.quad	0
fp_fs_base:
	.quad	0
fp_lstar:
	.quad	guest_syscall
fp_kernel_cs:
	.word	0x10
fp_kernel_ss:
	.word	0x18
	.p2align 1
fp_user_work:
	.byte	0
fp_fs_stale:
	.byte	0

	/* The selectors that a Linux process runs with. */
	.globl	fp_host_cs, fp_host_ss
	.set	fp_host_cs, 0x33
	.set	fp_host_ss, 0x2b
	/* No 64-bit process has these: the guest's user mode is never really entered. */
	.globl	fp_user_cs, fp_user_ss, fp_host_user_cs, fp_host_user_ss
fp_user_cs:
	.word	0x43
fp_user_ss:
	.word	0x4b
	.set	fp_host_user_cs, 0xe033
	.set	fp_host_user_ss, 0xe02b

	.data
	.p2align 3
	.globl	guest_return		/* how the handler returns */
guest_return:
	.quad	fp_iret

	.text
	/* Places to stop at: never executed. */
	.globl	fp_upcall_user, fp_iret_slow, fp_sysret_slow, fp_site_call, guest_syscall
fp_sysret_slow:
	ud2
guest_syscall:
	ud2
fp_site_call:
	ud2
fp_upcall_user:
	ud2
fp_iret_slow:
	ud2

	/* A handler that spoils everything it must not rely on being kept for it. */
	.globl	guest_handler
guest_handler:
	.irp	reg, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
	push	%\reg
	.endr
	.irp	reg, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
	movq	$-0x5a5a5a5b, %\reg
	.endr
	cmpb	$0x7f, %al
	std
	.irp	reg, r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax
	pop	%\reg
	.endr
	int3				/* the test goes on with single steps */
	jmp	*guest_return(%rip)

	.section .note.GNU-stack, "", @progbits
