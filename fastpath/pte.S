/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pte.S - stores to page tables: executed as they are, and noted.
 *
 * A page-table walk may see a store late, so the wedge need not be entered for one: it
 * is enough if it knows, by the next TLB flush, where to look. A site becomes a jump to
 * a stub of its own (store.c):
 *
 *	push	%rax
 *	lea	<the operand>, %rax
 *	call	fp_page_check
 *	nopl	<site + 5>(%rax)	data for fp_page_check, a NOP otherwise
 *	xchg	%rax, (%rsp)		fp_page_check's answer is kept ...
 *	<the original instruction>
 *	xchg	%rax, (%rsp)		... where the instruction changes nothing
 *	movb	$1, fp_log_done(%rax)
 *	movb	$1, fp_user_work
 *	pop	%rax
 *	jmp	<end of the site>
 *
 * fp_page_check returns if the page is one of those that the wedge wants no more of
 * than a note: memory that is a leaf table of user space, or may become one. The notes are
 * a log of addresses: fp_page_check takes the next place in it and writes the address, and
 * the stub says so when the store is done.
 * Otherwise, and when the log is full, it goes to fp_site_call with registers, flags and stack as if the site were
 * a call to it: the wedge emulates the instruction (and may add the page).
 * A site that calls has the same stub, without the nopl, which ends with a ret; and its own
 * fp_page_check, since the stack holds the return address already.
 * As the original instruction itself is executed, the same serves every kind: stores,
 * exchanges and locked operations of any width.
 *
 * A store changes no flag and compilers do put stores between a comparison and its
 * branch, so flags are kept, by lahf and seto; what follows the instruction changes
 * none (35 instructions executed in all, some 300 if the wedge is entered).
 *
 * Why no store is lost: a place is taken by one instruction, so no interrupt can take it twice,
 * and it stays taken until the store is done and the wedge has seen that. Whatever an interrupt
 * between any two of these instructions does, the note is complete after the store and before
 * the guest can go on to flush the TLB. The page must not lose its place in the table to
 * another while it is a table that is in use.
 *
 * Stores to entries are aligned: one that reaches over the end of its entry would leave no note
 * of what is behind.
 */
#include "sequence.h"

	.bss
	.p2align 6
.macro table name, size
	.globl	\name
	.type	\name, @object
	.size	\name, \size
\name:	.zero	\size
.endm
	table	fp_pages, (8*FP_PAGES)
	table	fp_log, (8*FP_LOG)
	table	fp_log_done, FP_LOG
	table	fp_log_next, 4
	.text

	/* rax: address, then the place in the log.  Goes on behind if the page is none. */
.macro page_check
	push	%rcx
	push	%rdx
	movq	%rax, %rcx
	lahf
	seto	%al
	movq	%rcx, %rdx
	shrq	$12, %rdx
	movzbl	%dl, %edx
	movq	fp_pages(,%rdx,8), %rdx
	xorq	%rcx, %rdx
	shrq	$12, %rdx
	jne	1f
	movl	$1, %edx
	xaddl	%edx, fp_log_next
	cmpl	$FP_LOG, %edx
	jae	1f
	movq	%rcx, fp_log(,%rdx,8)
	addb	$127, %al		/* sets OF again as seto found it */
	sahf
	movl	%edx, %eax
	pop	%rdx
	pop	%rcx
	ret
1:	addb	$127, %al
	sahf
	pop	%rdx
	pop	%rcx
.endm

	FP_OPEN	fp_page_check
	page_check
	movq	(%rsp), %rax		/* return address: the nopl */
	movslq	3(%rax), %rax		/* its displacement */
	xchgq	%rax, 8(%rsp)		/* rax; there: site + 5 */
	leaq	8(%rsp), %rsp
	jmp	fp_site_call
	FP_ROUTINE_END fp_page_check

	FP_OPEN	fp_page_check_called
	page_check
	leaq	8(%rsp), %rsp		/* the return into the stub */
	pop	%rax
	jmp	fp_site_call
	FP_ROUTINE_END fp_page_check_called
