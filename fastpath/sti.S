/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sti.S - set the interrupt flag and deliver at once what is pending.
 *
 * Xen looks at pending only when it returns to the guest; it does not notice a
 * store to the mask.  So every sequence first clears the mask and *then* tests
 * pending.  In this order nothing is lost: an event that comes before the store
 * is seen by the test, one that comes after it makes Xen deliver an upcall
 * itself.  If the upcall comes between the store and the test, or between the
 * test and the delivery, then it takes the event away; fp_deliver asks
 * fp_irq_next() again and may find nothing, which is harmless.
 *
 * sti does not change the status flags, but a test does.  C is no problem: GCC
 * and Clang treat flags as clobbered by every asm statement on x86, so behind a
 * site whose sti is the last instruction of an inline asm they are dead.  In
 * hand-written assembly somebody has to prove it, or else use a sequence without
 * FP_F_STATUS_FLAGS.
 *
 * The interrupt shadow of sti (one instruction) is not reproduced: an interrupt
 * is taken right behind the site.  Where it matters, the two instructions are one
 * site (sti_hlt, sti_mwait).
 *
 *	variant	bytes	executed	flags	anything else it needs
 *	call	5	7		kept	16 bytes of stack
 *	calltest 5	5		lost	8 bytes of stack
 *	test	20	3		lost	stub
 *	and16	15	2		lost	stub; pending set by this CPU only
 *	jrcxz	23	5		kept	8 bytes of stack
 *
 * and16 looks best and is worst where cli has just stored to one of the two bytes it
 * reads: the load cannot be forwarded from the store buffer and waits.  `test` reads
 * the byte that cli did not write.  docs/microbench.md has the figures.
 *
 * Looked at and left out: `lock andw` (an atomic costs more than the test that it
 * saves); `andl $0xffff00ff` (16 bytes, as slow as and16); lahf and seto around a test
 * (9 instructions, against push, movzbl, jrcxz, pop, ret); pushf and popf (popf is
 * slow).  No sequence of 15 bytes keeps the flags without a call: the store takes 7,
 * and the only branch that reads no flag, jrcxz, wants a loaded register.
 */
#include "sequence.h"

	/* 5 bytes; works everywhere, so it is the default. */
	FP_BEGIN
	call	fp_sti
	FP_FIRST
	FP_REL	4
	FP_END	sti, call, insns=7, stack=16

	/* 5 bytes where the flags are dead. */
	FP_BEGIN
	call	fp_sti_test
	FP_FIRST
	FP_REL	4
	FP_END	sti, calltest, insns=5, stack=8, flags=FP_F_STATUS_FLAGS

	/*
	 * 15 bytes.  One 16-bit AND clears the mask and sets ZF by pending.  It reads
	 * and rewrites the pending byte, without lock: safe against upcalls on this
	 * CPU (an instruction is never interrupted half-way), not against a Xen that
	 * sets the byte from another physical CPU in between.
	 */
	FP_BEGIN
	andw	$0x00ff, pending(%rip)
	FP_FIRST
	FP_REL	6
	FP_JNZ_STUB
	FP_STUB
	call	fp_deliver
	FP_REL	4
	FP_JMP_END
	FP_END_STUB sti, and16, insns=2, flags=FP_F_STATUS_FLAGS|FP_F_PENDING_LOCAL

	/* 20 bytes: the same with a plain load of pending. */
	FP_BEGIN
	movb	$0, mask(%rip)
	FP_FIRST
	FP_REL	5
	cmpb	$0, pending(%rip)
	FP_REL	5
	FP_JNZ_STUB
	FP_STUB
	call	fp_deliver
	FP_REL	4
	FP_JMP_END
	FP_END_STUB sti, test, insns=3, flags=FP_F_STATUS_FLAGS

	/*
	 * 23 bytes, everything kept.  The delivery resumes at the pop.  movzbl and
	 * jrcxz leave the flags alone.
	 */
	FP_BEGIN
	movb	$0, mask(%rip)
	FP_FIRST
	FP_REL	5
	push	%rcx
	movzbl	pending(%rip), %ecx
	FP_REL	4
	jrcxz	1f
	call	fp_deliver
	FP_REL	4
1:	pop	%rcx
	FP_END	sti, jrcxz, insns=5, stack=8

/* Out of line; a delivery resumes behind the site. */
	FP_OPEN	fp_sti
	movb	$0, mask(%rip)
	push	%rcx
	movzbl	pending(%rip), %ecx
	jrcxz	1f
	pop	%rcx
	jmp	fp_deliver
1:	pop	%rcx
	ret
	FP_ROUTINE_END fp_sti

	FP_OPEN	fp_sti_test
	movb	$0, mask(%rip)
	cmpb	$0, pending(%rip)
	jne	fp_deliver
	ret
	FP_ROUTINE_END fp_sti_test
