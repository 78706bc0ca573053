/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hlt.S - sti;hlt as one site: unmask and wait, with no wake-up lost in between.
 *
 * SCHEDOP_block does just that: Xen clears the mask, looks at pending, and blocks
 * only if there is nothing (xen.h: "this avoids wakeup-waiting races").  When the
 * hypercall returns, the upcall comes with RIP behind the syscall instruction, in
 * the guest's text, and goes to the guest's handler like any other.  For this the
 * instruction is here and not in the hypercall page.
 *
 * hlt alone is not replaced: with IF set it is as well left to the wedge, as it is
 * slow anyway; with IF clear it ends the machine.
 */
#include "sequence.h"

#define HYPERVISOR_SCHED_OP 29
#define SCHEDOP_BLOCK	    1

	FP_BEGIN
	call	fp_sti_hlt
	FP_FIRST
	FP_REL	4
	FP_END	sti_hlt, block, insns=16, stack=48

	FP_OPEN	fp_sti_hlt		/* mov, push, pop: no flag changes */
	push	%rax
	push	%rcx			/* syscall overwrites rcx and r11 */
	push	%r11
	push	%rdi
	push	%rsi
	movl	$SCHEDOP_BLOCK, %edi
	movl	$0, %esi
	movl	$HYPERVISOR_SCHED_OP, %eax
	syscall
	pop	%rsi
	pop	%rdi
	pop	%r11
	pop	%rcx
	pop	%rax
	ret
	FP_ROUTINE_END fp_sti_hlt
