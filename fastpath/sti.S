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
 *	call	12	7		kept	8 + 8 bytes of stack
 *	test	20	3		lost	stub
 *	and16	15	2		lost	stub; pending set by this CPU only
 *	jrcxz	23	5		kept	8 bytes of stack
 *
 * Looked at and left out: `lock andw` (16 bytes, safe everywhere, but an atomic
 * costs more than the test it saves); lahf/seto around a test (9 instructions,
 * against the 5 of push, movzbl, jrcxz, pop, ret); pushf/popf (popf is slow).
 * There is no flag-keeping sequence in 15 bytes without a call: the store takes
 * 7, and the only branch that reads no flag, jrcxz, wants a loaded register.
 */
#include "sequence.h"

	/* 12 bytes; works everywhere, so it is the default. */
	FP_BEGIN
	movb	$0, mask(%rip)
	FP_FIRST
	FP_REL	5
	call	fp_sti_check
	FP_REL	4
	FP_END	sti, call, insns=7, stack=16

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

/* Out of line for sti:call. */
	FP_OPEN	fp_sti_check
	push	%rcx
	movzbl	pending(%rip), %ecx
	jrcxz	1f
	pop	%rcx
	jmp	fp_deliver		/* resumes behind the site */
1:	pop	%rcx
	ret
	FP_ROUTINE_END fp_sti_check
