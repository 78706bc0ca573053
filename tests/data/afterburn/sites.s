# SPDX-License-Identifier: GPL-2.0-or-later
# One of everything that the afterburner makes a site of.  The test assembles it with
# several plans and compares the code with what the plain assembler makes of it,
# and lets the audit look for what was missed.
	.file "sites.s"
	.text
	.globl plain
	.type plain, @function
plain:
1:	cli
	sti
	nop
	pushf; pop %rax
	pushfq
	popq %r11
	pushf
	popf
	sti; hlt
	sti
	.byte 0x0f, 0x01, 0xc9
	sti; ret
	hlt
	swapgs; clts; wbinvd; wbnoinvd; invd
	rdmsr; wrmsr; cpuid; rdtsc; rdtscp; rdpmc; xsetbv; rdpkru; wrpkru
	monitor; mwait; stac; clac
	rdfsbase %rax; wrgsbase %r15
	mov %cr0, %rax; mov %rax, %cr4; movq %cr8, %r9; mov %r10, %cr3
	mov %db7, %rax; mov %r12, %db0
	mov %ds, %eax; movw %fs, (%rdi); mov %eax, %es; movw 8(%rsp), %gs; push %fs; pop %gs
	mov %eax, %ss; mov %rbx, %rsp
	lgdt table(%rip); lidt (%rax); lgdtq 0x1234(%rax,%rbx,8); sgdt -8(%rbp); sidt table
	lldt %ax; ltr %ax; sldt %eax; str %ax; lar %eax, %ebx; lsl (%rax), %rcx; verr %ax; verw (%rsp)
	smsw %eax; lmsw %ax; invlpg (%r13); invlpg %gs:(%rax); invpcid (%rax), %rbx
	inb %dx, %al; in $0x21, %eax; outw %ax, %dx; outb %al, $0x80
	rep; insb
	rep outsl
	outsw
	xsaves (%rdi); xrstors64 -4096(%r15)
	.byte 0x48, 0x0f, 0xc7, 0x2f
	.byte 0x66, 0x0f, 0x38, 0x82, 0x08
	jmp 1b
	jc 9f
	.fill 100, 1, 0x90
9:	loop plain_end
plain_end:
	.size plain, . - plain

	.type transfers, @function
transfers:
	iretq
	iretl
	sysretq
	sysretl
	sysexitl
	lretq
	lretq $8
	ljmp *table(%rip)
	.size transfers, . - transfers

# Marked stores.
stores:
#@afterburn pte_store
	movq %rax, (%rdi)
	movq $-1, %gs:table(%rip)	#@afterburn pmd_store
#@afterburn begin pte_rmw
	lock; btrq %rsi, (%rdi)
	lock andb $-3, 8(%rdi)
	mov %rax, (%rdi)
	xchg %rax, (%rdi)
	cmpxchgq %rcx, table(%rip)
#@afterburn end
	andb $-3, (%rdi)

# Macros.
	.macro op_safe op
\op\()_safe:
1:	\op
2:	ret
	.size \op\()_safe, . - \op\()_safe
	.endm
	op_safe rdmsr
	op_safe wrmsr
	op_safe nop
	.macro save_flags reg:req
	pushf
	pop \reg
	cli; 1: mov %cr3, \reg
	jmp 1b
	.endm
	save_flags %rax
	save_flags reg=%r9
	.irp reg, rax, rbx, r15
	mov %\reg, %cr3
	.endr
	.rept 3
	sti
	.endr

# ALTERNATIVE.
	.macro ALT old, new
140:	\old
141:	.skip -(((144f-143f)-(141b-140b)) > 0) * ((144f-143f)-(141b-140b)),0x90
142:	.pushsection .altinstr_replacement, "ax"
143:	\new
144:	.popsection
	.endm
	ALT "", ".byte 0x0f, 0x01, 0xca"
	ALT "rdtsc", "rdtscp"
	.pushsection .altinstr_replacement, "ax"
	wrmsr
	.popsection

	.section .head.text, "ax"
	mov %rax, %cr3
	.section .text.shared, "axG", @progbits, shared, comdat
	.weak shared
shared:	cpuid
	lgdt (%rax)
	ret

	.section .rodata, "a"
table:	.quad 0
