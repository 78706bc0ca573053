/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pte.S - stores to memory that may be a page table: plain where it is none.
 *
 * Most page-table stores of a kernel go to tables that no CPU uses yet (fork) or any
 * more (exit).  The wedge knows; the guest's code does not.  A site becomes a jump to
 * a stub of its own (store.c):
 *
 *	push	%rdi
 *	lea	<the operand>, %rdi
 *	call	fp_page_check
 *	nopl	<site + 5>(%rax)	data for fp_page_check, a NOP otherwise
 *	pop	%rdi
 *	<the original instruction>
 *	jmp	<end of the site>
 *
 * fp_page_check returns if the page is known not to be a live page table.  Otherwise
 * it goes to fp_site_call with registers, flags and stack as if the site were a call
 * to it: the wedge emulates the instruction (and may add the page to those known).
 * As the original instruction itself is executed, the same serves every kind: stores,
 * exchanges and locked operations of any width, at all levels.
 *
 * A store changes no flag and compilers do put stores between a comparison and its
 * branch, so flags are kept, by lahf and seto (22 instructions executed in all, one
 * page-table lookup instead of about 1,900 instructions of Xen's emulation).  The
 * original, left in place, costs 1 where the page is plain and a trap where it is not:
 * which is better depends on how often the site meets a live table.
 *
 * Why the answer cannot grow stale between check and store: one CPU; and should an
 * interrupt make a live table of the page in between, the store faults on a page that
 * is then read-only, and the wedge emulates it from there.
 */
#include "sequence.h"

	.bss
	.p2align 6
	.globl	fp_plain_pages
	.type	fp_plain_pages, @object
	.size	fp_plain_pages, 8 * FP_PLAIN_PAGES
fp_plain_pages:
	.zero	8 * FP_PLAIN_PAGES
	.text

	FP_OPEN	fp_page_check		/* rdi: address, may be spoiled */
	push	%rax
	lahf
	seto	%al
	push	%rcx
	movq	%rdi, %rcx
	shrq	$12, %rcx
	movzbl	%cl, %edi
	cmpq	%rcx, fp_plain_pages(,%rdi,8)
	pop	%rcx
	jne	1f
	addb	$127, %al		/* sets OF again as seto found it */
	sahf
	pop	%rax
	ret
1:	addb	$127, %al
	sahf
	movq	8(%rsp), %rax		/* return address: the nopl */
	movslq	3(%rax), %rax		/* its displacement */
	movq	16(%rsp), %rdi
	movq	%rax, 16(%rsp)		/* rax, return address, site + 5 */
	pop	%rax
	leaq	8(%rsp), %rsp
	jmp	fp_site_call
	FP_ROUTINE_END fp_page_check
