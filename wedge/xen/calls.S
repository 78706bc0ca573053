/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.S - where patched sites call.  All of it runs on the guest's stack, below
 * the return address, with the guest's registers: an interrupt or a fault here
 * happens to the guest.  Flags and registers are as the site's instruction
 * leaves them.
 *
 * The other routines that sites call are those of fastpath/.
 */
#include "../core/vcpu.h"
#include "hypercall.h"

	.section .text.guest, "ax"

.macro entry name
	.balign 16
	.globl	\name
\name:
.endm

entry call_cli
	movb	$1, EVENTS_MASK
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
	 * Load of FS or GS: nothing to do where it is null already and the base 0, as
	 * between most processes.  Changes no flag.
	 */
.macro load_segment name, segment, base
entry \name
	pushq	%rcx
	movl	%\segment, %ecx
	jrcxz	1f
2:	popq	%rcx
	jmp	call_any
1:	movq	\base, %rcx
	jrcxz	3f
	jmp	2b
3:	popq	%rcx
	ret
.endm
	load_segment call_load_fs, fs, vcpu+VCPU_FS_BASE
	load_segment call_load_gs, gs, vcpu+VCPU_USER_GS_BASE

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

	/*
	 * fp_iret_call has taken the return address off the stack; it has masked events, which
	 * stand for what an iret finds.
	 */
entry fp_iret_slow
	pushq	fp_iret_site
	jmp	call_any
	.section .note.GNU-stack, "", @progbits
