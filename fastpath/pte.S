/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pte.S - stores to page tables: executed as they are, and noted.
 *
 * A page-table walk may see a store late, so the wedge need not be entered for one: it
 * is enough if it knows, by the next TLB flush, where to look. A site becomes a jump to
 * a stub of its own (store.c):
 *
 *	push	<a free register>
 *	lea	<the operand>, <it>
 *	call	fp_page_check_<it>
 *	nopl	<end of a call>(%rax)	data for fp_page_check, a NOP otherwise
 *	<the original instruction>
 *	movb	$1, fp_log_done(<it>)
 *	movb	$1, fp_user_work
 *	pop	<the register>
 *	jmp	<end of the site>
 *
 * The free register is one of four that the instruction does not use: so it carries the place in
 * the log past it, and nothing has to be put back for it (an xchg with the stack would be
 * locked, and cost more than all the rest).
 *
 * fp_page_check returns if the page is one of those that the wedge wants no more of
 * than a note: memory that is a leaf table of user space, or may become one. The notes are
 * a log of addresses: fp_page_check takes the next place in it and writes the address, and
 * the stub says so when the store is done.
 * Otherwise, and when the log is full, it goes to fp_site_call with registers, flags and stack as if
 * the site were a call to it, prefixes included: the wedge finds the site by the return address at
 * once, emulates the instruction, and may add the page.
 * A site that calls has the same stub, without the nopl, which ends with a ret; and its own
 * fp_page_check, since the stack holds the return address already.
 * As the original instruction itself is executed, the same serves every kind: stores,
 * exchanges and locked operations of any width.
 *
 * A store changes no flag and compilers do put stores between a comparison and its
 * branch, so flags are kept, by lahf and seto; what follows the instruction changes
 * none (32 instructions executed in all, some 300 if the wedge is entered).
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

	/* \s: address, then the place in the log.  Goes on behind if the page is none. */
.macro page_check s, s32, t, t32, t8
	push	%rax
	push	%\t
	lahf
	seto	%al
	movq	%\s, %\t
	shrq	$12, %\t
	movzbl	%\t8, %\t32
	movq	fp_pages(,%\t,8), %\t
	xorq	%\s, %\t
	shrq	$12, %\t
	jne	1f
	movl	$1, %\t32
	xaddl	%\t32, fp_log_next
	cmpl	$FP_LOG, %\t32
	jae	1f
	movq	%\s, fp_log(,%\t,8)
	movl	%\t32, %\s32
	addb	$127, %al		/* sets OF again as seto found it */
	sahf
	pop	%\t
	pop	%rax
	ret
1:	addb	$127, %al
	sahf
	pop	%\t
	pop	%rax
.endm

.macro page_checks s, s32, t, t32, t8
	FP_OPEN	fp_page_check_\s
	page_check \s, \s32, \t, \t32, \t8
	movq	(%rsp), %\s		/* return address: the nopl */
	movslq	3(%\s), %\s		/* its displacement */
	xchgq	%\s, 8(%rsp)		/* the register; there: the return address */
	leaq	8(%rsp), %rsp
	jmp	fp_site_call
	FP_ROUTINE_END fp_page_check_\s

	FP_OPEN	fp_page_check_called_\s
	page_check \s, \s32, \t, \t32, \t8
	leaq	8(%rsp), %rsp		/* the return into the stub */
	pop	%\s
	jmp	fp_site_call
	FP_ROUTINE_END fp_page_check_called_\s
.endm

	page_checks rcx, ecx, rdx, edx, dl
	page_checks rdx, edx, rcx, ecx, cl
	page_checks rsi, esi, rcx, ecx, cl
	page_checks rdi, edi, rcx, ecx, cl
