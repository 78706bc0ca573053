/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest.S - a guest whose every instruction is accounted for, to test count.so.
 *
 * It boots as a multiboot image, turns on long mode and runs scenarios, each
 * between a START and an END marker.  What each must count stands in
 * expected.txt.  Each also says on COM1, as "t <scenario> <hex>", how far the TSC
 * came, which under -icount shift=0 is the number of executed instructions.
 *
 * Windows of addresses tell the executors apart: user code runs at its physical
 * address, kernel at KERNEL + it, wedge and hypervisor likewise (guest.lds).
 */
#include <wedgeperf/marker.h>

#define KCODE 0x08
#define KDATA 0x10
#define UDATA 0x23
#define UCODE 0x2b
#define TSS   0x30

#define FAULT_PAGES 0x400000 /* 512 pages that are not present until they fault */
#define LAPIC	    0xffffffffa0000000
#define COM1	    0x3f8
#define KERNEL	    0xffffffff80000000 /* as in guest.lds */

.macro MARK code
	nopl	MARKER_MAGIC + \code(%rax)
.endm

/* TSC between the two: what is counted, and 3 more (mov, END's marker, rdtsc). */
.macro BEGIN
	rdtsc
	mov	%eax, %r12d
	MARK	MARK_START
.endm

.macro END
	MARK	MARK_END
	rdtsc
	sub	%r12d, %eax
.endm

/* Call a kernel function from user code; from the kernel itself, plainly. */
.macro KCALL function
	mov	$\function, %rdi
	int	$0x91
.endm

.macro REPORT
	mov	%eax, %esi
	KCALL	print
.endm

/* --- boot: 32-bit, identity-mapped --- */
	.section .boot, "awx"
	.code32
header:
	.long	0x1badb002, 0x00010000, -(0x1badb002 + 0x00010000)
	.long	header, header, image_end, image_end, start
start:
	mov	$stack_top, %esp
	mov	%cr4, %eax
	or	$0x20, %eax /* PAE */
	mov	%eax, %cr4
	mov	$pml4, %eax
	mov	%eax, %cr3
	mov	$0xc0000080, %ecx
	rdmsr
	or	$0x101, %eax /* EFER.LME, SCE */
	wrmsr
	mov	%cr0, %eax
	or	$0x80010000, %eax /* PG, WP */
	mov	%eax, %cr0
	lgdt	gdt_pointer
	ljmp	$KCODE, $long_mode
	.code64
long_mode:
	mov	$kstart, %rax
	jmp	*%rax

	.balign	8
gdt:
	.quad	0, 0x00af9b000000ffff, 0x00cf93000000ffff, 0x00cffb000000ffff
	.quad	0x00cff3000000ffff, 0x00affb000000ffff
gdt_tss:
	.word	103, 0
	.byte	0, 0x89, 0, 0
	.long	0xffffffff, 0
gdt_end:
gdt_pointer:
	.word	gdt_end - gdt - 1
	.quad	gdt
idt_pointer:
	.word	16 * 256 - 1
	.quad	idt

	.balign	4096
pml4:
	.quad	pdpt_low + 7
	.fill	260, 8, 0
	.quad	pdpt_hypervisor + 7 /* 261: ffff82d000000000 is in it */
	.fill	249, 8, 0
	.quad	pdpt_high + 7
pdpt_low:
	.quad	pd_low + 7
	.fill	511, 8, 0
pdpt_hypervisor:
	.fill	320, 8, 0
	.quad	pd_hypervisor + 7 /* 320: 2d000000000 >> 30 & 511 */
	.fill	191, 8, 0
pdpt_high:
	.fill	510, 8, 0
	.quad	pd_high + 7, 0
pd_low:
	.quad	0x87, 0x200087, pt_fault + 7
	.fill	509, 8, 0
pd_hypervisor:
	.quad	0x83
	.fill	511, 8, 0
pd_high:
	.quad	0x83, 0x200083, 0x400083
	.fill	125, 8, 0
	.quad	0x83 /* 128: WEDGE */
	.fill	127, 8, 0
	.quad	0xfee00000 + 0x93 /* 256: LAPIC, uncached */
	.fill	255, 8, 0
pt_fault:
	.set	i, 0
	.rept	512
	.quad	FAULT_PAGES + i * 4096 + 6
	.set	i, i + 1
	.endr
idt:
	.fill	4096, 1, 0
	.fill	4096, 1, 0
stack_top:
tss:
	.long	0
	.quad	KERNEL + stack_top /* RSP0 */
	.fill	90, 1, 0
	.word	104 /* no I/O bitmap */

/* --- user: the scenarios, in order --- */
	.section .user, "awx"
ticks:
	.long	0
source:
	.fill	64, 1, 0
	.skip	1024
user_stack_top:

umain:
	/* a: a loop */
	BEGIN
	mov	$1000, %ecx
1:	dec	%ecx
	jnz	1b
	END
	REPORT

	/* b: page faults in the middle of blocks */
	BEGIN
	mov	$FAULT_PAGES, %ebx
	mov	$16, %ecx
1:	inc	%eax
	inc	%eax
	inc	%eax
	mov	%al, (%rbx)
	add	$4096, %rbx
	inc	%eax
	dec	%ecx
	jnz	1b
	END
	REPORT

	/* c: rep stos and rep movs over pages that fault; each pass is one */
	BEGIN
	mov	$FAULT_PAGES + 0x10000, %edi
	mov	$3 * 4096, %ecx
	rep	stosb
	mov	$FAULT_PAGES + 0x10000, %esi
	mov	$FAULT_PAGES + 0x14000, %edi
	mov	$3 * 4096, %ecx
	rep	movsb
	END
	REPORT

	/* d: int n */
	BEGIN
	.rept	10
	int	$0x80
	.endr
	END
	REPORT

	/* e: syscall */
	xor	%r10d, %r10d
	BEGIN
	.rept	10
	syscall
	.endr
	END
	REPORT

	/*
	 * f: instructions that fault are no events.  Those that QEMU refuses
	 * when it translates (cli, hlt, wrmsr, invlpg) are instructions to
	 * -icount; those that fault when they execute (in) are not.
	 */
	mov	$0x80, %edx
	BEGIN
	mov	$1, %r15d
	cli
	hlt
	in	(%dx), %al
	mov	$2, %r15d
	wrmsr
	mov	$3, %r15d
	invlpg	(%rax)
	END
	REPORT

	/* g: five timer interrupts */
	movl	$0, ticks
	KCALL	timer_on
	BEGIN
1:	cmpl	$5, ticks
	jb	1b
	END
	REPORT

	/* h: code that modifies itself, in its own block */
	mov	$10, %ecx
	BEGIN
1:	mov	%cl, 2f + 1(%rip)
	nop
2:	mov	$0, %al
	nop
	dec	%ecx
	jnz	1b
	END
	REPORT

	/* i: an instruction across two pages ends the block with the marker */
	jmp	near_page_end

	.balign	4096
	.skip	4096 - 20
near_page_end:
	BEGIN
	nop
	movabs	$0x1122334455667788, %rcx
	nop
	END
	REPORT

	/* j: divide errors, with the handler in the hypervisor's window */
	xor	%ecx, %ecx
	BEGIN
	.rept	5
	nop
	div	%ecx
	.endr
	END
	REPORT

	/* k: a page fault for the instruction itself; the cpuid there counts once */
	KCALL	plant
	BEGIN
	mov	$FAULT_PAGES + 0x20000, %eax
	call	*%rax
	END
	REPORT

	KCALL	kscenarios
	KCALL	reset

/* --- kernel --- */
	.section .kernel, "awx"
kstart:
	mov	$KERNEL + stack_top, %rsp
	mov	$KDATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	$tss, %eax /* the TSS is below 16 MiB: two fields hold its address */
	mov	%ax, gdt_tss + 2
	shr	$16, %eax
	mov	%al, gdt_tss + 4
	movl	$0, gdt_tss + 8
	mov	$TSS, %eax
	ltr	%ax
	mov	$gates, %rsi
1:	mov	(%rsi), %eax
	mov	8(%rsi), %rdx
	mov	16(%rsi), %ecx
	call	set_gate
	add	$24, %rsi
	cmp	$gates_end, %rsi
	jne	1b
	lidt	idt_pointer
	/* STAR, LSTAR, FMASK */
	mov	$0xc0000081, %ecx
	xor	%eax, %eax
	mov	$0x001b0008, %edx
	wrmsr
	mov	$0xc0000082, %ecx
	mov	$syscall_entry, %rax
	mov	$syscall_entry, %rdx
	shr	$32, %rdx
	wrmsr
	mov	$0xc0000084, %ecx
	mov	$0x200, %eax
	xor	%edx, %edx
	wrmsr
	/* 8259: vectors 0x20 and 0x28 up, everything masked */
	.irp	pair, 0x1120, 0x11a0, 0x2021, 0x28a1, 0x0421, 0x02a1, 0x0121, 0x01a1, 0xff21, 0xffa1
	mov	$\pair >> 8, %al
	out	%al, $\pair & 0xff
	.endr
	push	$UDATA
	push	$user_stack_top
	push	$0x202
	push	$UCODE
	push	$umain
	iretq

/* %eax: vector, %rdx: handler, %ecx: type.  Changes %rax, %rdx. */
set_gate:
	shl	$4, %eax
	add	$KERNEL + idt, %rax
	mov	%dx, (%rax)
	movw	$KCODE, 2(%rax)
	movb	$0, 4(%rax)
	mov	%cl, 5(%rax)
	shr	$16, %rdx
	mov	%dx, 6(%rax)
	shr	$16, %rdx
	mov	%edx, 8(%rax)
	ret

	.balign	8
gates:
	.quad	0, de_entry, 0x8e
	.quad	6, ud_entry, 0x8e
	.quad	13, gp_entry, 0x8e
	.quad	14, pf_entry, 0x8e
	.quad	0x20, timer_entry, 0x8e
	.quad	0x80, nothing_entry, 0xee
	.quad	0x91, call_entry, 0xee
gates_end:

pf_entry: /* 11 instructions: make the page present */
	push	%rax
	push	%rdx
	mov	%cr2, %rax
	shr	$12, %eax
	and	$511, %eax
	mov	$KERNEL + pt_fault, %rdx
	orb	$1, (%rdx, %rax, 8)
	pop	%rdx
	pop	%rax
	add	$8, %rsp
	iretq

gp_entry: /* 3: skip %r15 bytes */
	add	$8, %rsp
	add	%r15, (%rsp)
	iretq

ud_entry: /* 2: skip ud2 */
	addq	$2, (%rsp)
	iretq

ud_entry2:
	addq	$2, (%rsp)
	iretq

nothing_entry:
	iretq

call_entry:
	call	*%rdi
	iretq

timer_entry: /* 8, and 2 more for the fifth: mask it */
	push	%rax
	incl	ticks
	cmpl	$5, ticks
	jb	1f
	mov	$0xff, %al
	out	%al, $0x21
1:	mov	$0x20, %al
	out	%al, $0x20
	pop	%rax
	iretq

syscall_entry: /* 3 */
	test	%r10, %r10
	jnz	1f
	sysretq
1:	jmp	*%rcx

timer_on: /* channel 0, mode 2, 1193 counts: about a millisecond */
	mov	$0x34, %al
	out	%al, $0x43
	mov	$1193 & 0xff, %al
	out	%al, $0x40
	mov	$1193 >> 8, %al
	out	%al, $0x40
	mov	$0xfe, %al
	out	%al, $0x21
	ret

plant: /* cpuid; ret */
	movl	$0xc3a20f, KERNEL + FAULT_PAGES + 0x20000
	ret

/* "t <scenario> <%esi in hex>": a, b, c ... in the order of the calls */
print:
	mov	$0x74, %eax
	call	put
	mov	$0x20, %eax
	call	put
	mov	scenario, %al
	incb	scenario
	call	put
	mov	$0x20, %eax
	call	put
	mov	$8, %ecx
1:	rol	$4, %esi
	mov	%esi, %eax
	and	$15, %eax
	mov	digits(%rax), %al
	call	put
	dec	%ecx
	jnz	1b
	mov	$0x0a, %eax
put:
	mov	%eax, %edi
	mov	$COM1 + 5, %edx
1:	in	(%dx), %al
	test	$0x20, %al
	jz	1b
	mov	$COM1, %edx
	mov	%edi, %eax
	out	%al, (%dx)
	ret
scenario:
	.byte	0x61
digits:
	.ascii	"0123456789abcdef"

reset:
	mov	$0xfe, %al
	out	%al, $0x64
1:	hlt
	jmp	1b

.macro KREPORT
	mov	%eax, %esi
	call	print
.endm

/* An iret frame that returns to 9f, skipping two bytes as ud_entry does. */
.macro FAKE_FRAME skew=0
	mov	%rsp, %rbp
	and	$-16, %rsp
	sub	$\skew, %rsp
	push	$KDATA
	push	%rbp
	pushf
	push	$KCODE
	lea	9f - 2(%rip), %rax
	push	%rax
.endm

kscenarios:
	/* l: classes of events */
	sub	$32, %rsp
	mov	$KERNEL + source, %rsi
	BEGIN
	mov	%cr3, %rax
	mov	%rax, %cr3
	mov	%rax, %cr3
	mov	%cr0, %rax
	mov	%rax, %cr0
	clts
	invlpg	(%rsp)
	invlpg	(%rsp)
	invlpg	(%rsp)
	mov	$0xc0000102, %ecx
	rdmsr
	wrmsr
	wrmsr
	xor	%eax, %eax
	cpuid
	in	$0x21, %al
	out	%al, $0x80
	out	%al, $0x80
	pushf
	popf
	cli
	swapgs
	swapgs
	sgdt	(%rsp)
	lgdt	(%rsp)
	sidt	(%rsp)
	lidt	(%rsp)
	str	%eax
	sldt	%eax
	smsw	%eax
	mov	%ds, %eax
	mov	%eax, %ds
	rdtsc
	wbinvd
	mov	$0x80, %edx
	mov	$4, %ecx
	rep	outsb
	END
	KREPORT

	/* m: device memory in the middle of blocks, and calls into the wedge */
	mov	$LAPIC, %rbx
	BEGIN
	.rept	5
	nop
	nop
	mov	0x20(%rbx), %eax
	nop
	call	wedge_function
	.endr
	END
	KREPORT

	/* n: system calls by the kernel are hypercalls */
	mov	$1, %r10d
	BEGIN
	.rept	10
	syscall
	.endr
	END
	KREPORT

	/* o: handlers reached by jumps are no exceptions */
	BEGIN
	FAKE_FRAME
	jmp	ud_entry
9:	FAKE_FRAME
	jmp	ud_entry2
9:	FAKE_FRAME 8 /* not aligned as the CPU does it */
	mov	$ud_entry, %rcx
	jmp	*%rcx
9:	nop
	END
	KREPORT

	/* p: a gate that changes to code that has already run as something else */
	BEGIN
	ud2
	ud2
	mov	$6, %eax
	mov	$ud_entry2, %rdx
	mov	$0x8e, %ecx
	call	set_gate
	ud2
	ud2
	END
	KREPORT

	/* q: idle; the TSC warps, the count does not */
	movl	$4, ticks
	call	timer_on
	BEGIN
	sti
	hlt
	cli
	END
	KREPORT

	add	$32, %rsp
	ret

/* --- wedge: 11 instructions --- */
	.section .wedge, "awx"
wedge_function:
	.rept	10
	nop
	.endr
	ret

/* --- hypervisor: 2 instructions, skip div %ecx --- */
	.section .hypervisor, "awx"
de_entry:
	addq	$2, (%rsp)
	iretq
