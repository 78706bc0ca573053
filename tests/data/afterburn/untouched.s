# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing here is a site: it goes to the assembler as it is.
	.section .rodata, "a"
	cli
table:	.quad 0
	.text
	movl %gs:8(%rax), %eax
	mov %rax, %rbx; /* cli */
	/* cli
	sti */
	movb $';', %al
	.code32
	cli
	.code64
	.intel_syntax noprefix
	cli
	mov rax, cr3
	.att_syntax prefix
	.section .strings, "aMS", @progbits, 1
	.string "; cli; \"; sti"
