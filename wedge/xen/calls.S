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

	/* mov %cr0, %cr2, %cr3, %cr4 to a register: as inline.c finds them, READ_CR bytes each. */
.macro read_cr n, reg
entry call_rdcr_\n
	.irp	from, fp_cr0, fp_cr2, fp_cr3, fp_cr4
	.balign	READ_CR
	movq	\from, \reg
	ret
	.endr
.endm
	read_cr 0, %rax
	read_cr 1, %rcx
	read_cr 2, %rdx
	read_cr 3, %rbx
	read_cr 5, %rbp
	read_cr 6, %rsi
	read_cr 7, %rdi
	read_cr 8, %r8
	read_cr 9, %r9
	read_cr 10, %r10
	read_cr 11, %r11
	read_cr 12, %r12
	read_cr 13, %r13
	read_cr 14, %r14
	read_cr 15, %r15

	/*
	 * Load of FS or GS: nothing to do where null is loaded, is there already and the base is 0,
	 * as between most processes.  Changes no flag.
	 */
.macro load_segment n, reg16
entry call_load_gs_\n
	pushq	%rcx
	movzwl	\reg16, %ecx
	jmp	load_gs
entry call_load_fs_\n
	pushq	%rcx
	movzwl	\reg16, %ecx
	jmp	load_fs
.endm
	load_segment 0, %ax
	load_segment 1, %cx
	load_segment 2, %dx
	load_segment 3, %bx
	load_segment 5, %bp
	load_segment 6, %si
	load_segment 7, %di
	load_segment 8, %r8w
	load_segment 9, %r9w
	load_segment 10, %r10w
	load_segment 11, %r11w
	load_segment 12, %r12w
	load_segment 13, %r13w
	load_segment 14, %r14w
	load_segment 15, %r15w

load_gs:
	jrcxz	1f
2:	popq	%rcx
	jmp	call_any
1:	movl	%gs, %ecx
	jrcxz	1f
	jmp	2b
1:	movq	vcpu+VCPU_USER_GS_BASE, %rcx
	jrcxz	1f
	jmp	2b
1:	popq	%rcx
	ret

	/*
	 * With a base left over, as from a process to a thread of the kernel: it is taken away
	 * when user mode is entered next, if there is none other then (fastpath/wrmsr.S).
	 */
load_fs:
	jrcxz	1f
4:	popq	%rcx
	jmp	call_any
1:	movl	%fs, %ecx
	jrcxz	1f
	jmp	4b
1:	movq	vcpu+VCPU_FS_BASE, %rcx
	jrcxz	2f
	movzbl	EVENTS_MASK, %ecx
	jrcxz	4b
	movq	$0, vcpu+VCPU_FS_BASE
	movb	$1, user_work+1
2:	popq	%rcx
	ret

	/*
	 * CR3 is loaded where interrupts are off, by all context switches: the wedge's stack is
	 * needed, none of the guest's state.
	 */
.macro write_cr3 n, reg
entry call_cr3_\n
	cmpb	$0, EVENTS_MASK
	je	call_any
	movq	\reg, cr3_value
	jmp	write_cr3
.endm
	write_cr3 0, %rax
	write_cr3 1, %rcx
	write_cr3 2, %rdx
	write_cr3 3, %rbx
	write_cr3 5, %rbp
	write_cr3 6, %rsi
	write_cr3 7, %rdi
	write_cr3 8, %r8
	write_cr3 9, %r9
	write_cr3 10, %r10
	write_cr3 11, %r11
	write_cr3 12, %r12
	write_cr3 13, %r13
	write_cr3 14, %r14
	write_cr3 15, %r15

	/* invlpg (%reg), likewise, where interrupts are off.  It changes no flag. */
.macro invlpg n, reg
entry call_invlpg_\n
	pushq	%rcx
	movzbl	EVENTS_MASK, %ecx
	jrcxz	1f
	popq	%rcx
	movq	\reg, invlpg_address
	jmp	invlpg
1:	popq	%rcx
	jmp	call_any
.endm
	invlpg	0, %rax
	invlpg	1, %rcx
	invlpg	2, %rdx
	invlpg	3, %rbx
	invlpg	6, %rsi
	invlpg	7, %rdi
	invlpg	8, %r8
	invlpg	9, %r9
	invlpg	10, %r10
	invlpg	11, %r11
	invlpg	14, %r14
	invlpg	15, %r15

	/*
	 * One byte to or from a port, by a function that needs the wedge's stack but none
	 * of the guest's state.  The port is in dx, or the site has pushed it (xen/inline.c).
	 */
.macro port_call name, function, below
entry \name
	pushfq
	pushq	EVENTS_PENDING
	movb	$1, EVENTS_MASK
	movq	%rsp, port_rsp
	.if \below
	movq	$wedge_stack_top, %rsp
	pushq	%rdi
	movq	port_rsp, %rdi
	movzbl	24(%rdi), %edi
	.else
	movq	$wedge_stack_top, %rsp
	pushq	%rdi
	movzwl	%dx, %edi
	.endif
	pushq	%rsi
	pushq	%rcx
	pushq	%rdx
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rax
	pushq	%rax
	movzbl	%al, %esi
	cld
	call	\function
	.ifc \function, wedge_port_in
	movb	%al, (%rsp)
	.endif
	popq	%rax
	leaq	8(%rsp), %rsp
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdx
	popq	%rcx
	popq	%rsi
	popq	%rdi
	movq	port_rsp, %rsp
	cmpb	$0, 1(%rsp)
	jne	1f
	movb	$0, EVENTS_MASK
	cmpb	$0, EVENTS_PENDING
	jne	2f
1:	leaq	8(%rsp), %rsp
	popfq
	.if \below
	ret	$8
	.else
	ret
	.endif
2:	call	fp_deliver
	jmp	1b
.endm
	port_call call_in, wedge_port_in, 0
	port_call call_in_pushed, wedge_port_in, 1
	port_call call_out, wedge_port_out, 0
	port_call call_out_pushed, wedge_port_out, 1
	.bss
	.balign 8
port_rsp:
	.quad	0
	.section .text.guest, "ax"

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
	testb	$3, 8(%rsp)
	jz	1f
	cmpw	$0, user_work
	jne	iret_after_work
1:	pushq	fp_iret_site
	jmp	call_any

	.text
	/*
	 * Exits to user mode before which something must be done.  Events are masked, flags
	 * are free: do it on the wedge's stack, and begin the exit anew.  If there is still
	 * something, the emulation has to do it.
	 */
.macro to_wedge
	movq	%rsp, guest_rsp
	movq	$wedge_stack_top, %rsp
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	$0
	cld
.endm
.macro from_wedge
	popq	%rax
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
	movq	guest_rsp, %rsp
.endm
.macro do_user_work sysret
	to_wedge
	movl	$\sysret, %edi
	call	wedge_user_work
	from_wedge
	cmpw	$0, user_work
.endm

write_cr3:
	pushfq
	to_wedge
	movq	cr3_value, %rdi
	call	wedge_write_cr3
	from_wedge
	popfq
	ret

invlpg:
	pushfq
	to_wedge
	movq	invlpg_address, %rdi
	call	wedge_invlpg
	from_wedge
	popfq
	ret

iret_after_work:
	do_user_work 0
	je	fp_iret
	pushq	fp_iret_site
	jmp	call_any

	.globl	fp_sysret_slow
fp_sysret_slow:
	do_user_work 1
	je	fp_sysret
	jmp	sysret_entry

	.bss
	.balign	8
guest_rsp:
	.skip	8
cr3_value:
	.skip	8
invlpg_address:
	.skip	8
	.section .note.GNU-stack, "", @progbits
