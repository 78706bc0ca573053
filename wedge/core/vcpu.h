/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vcpu.h - the one virtual processor, as the guest sees it.
 *
 * The back end saves the registers of a trapped guest at the start of `vcpu`
 * and loads them from there; offsets are shared with its assembly code, which
 * is why the first part is an array.  rflags.IF is the guest's interrupt flag.
 */
#ifndef WEDGE_VCPU_H
#define WEDGE_VCPU_H

/* Numbers as in ModRM and SIB. */
#define R_RAX 0
#define R_RCX 1
#define R_RDX 2
#define R_RBX 3
#define R_RSP 4
#define R_RBP 5
#define R_RSI 6
#define R_RDI 7
#define R_R8  8
#define R_R11 11

/* Offsets for assembly; checked in vcpu.c. */
#define VCPU_REG(n)	  ((n)*8)
#define VCPU_RIP	  128
#define VCPU_RFLAGS	  136
#define VCPU_USER	  144
#define VCPU_LSTAR	  152
#define VCPU_CSTAR	  288
#define VCPU_FS_BASE	  304
#define VCPU_USER_GS_BASE 320

#define X86_CF 0x1
#define X86_TF 0x100
#define X86_IF 0x200
#define X86_DF 0x400
#define X86_NT 0x4000
#define X86_RF 0x10000
#define X86_AC 0x40000
#define X86_ZF 0x40

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

struct table_register {
	uint64_t base;
	uint16_t limit;
};

struct vcpu {
	uint64_t reg[16];
	uint64_t rip, rflags;
	uint64_t user; /* 1: the guest runs in user mode */
	uint64_t lstar;
	uint16_t cs, ss; /* selectors that the guest believes in, now */
	uint16_t kernel_cs, kernel_ss, user_cs, user_ss; /* ... and by mode */
	uint64_t cr0, cr2, cr3, cr4;
	uint64_t dr6, dr7;
	struct table_register gdt, idt;
	uint16_t tr, ldt;
	uint64_t tss; /* base of the task state segment, from the guest's GDT */
	uint64_t efer, star, cstar, sfmask, fs_base, gs_base, user_gs_base;
};
extern struct vcpu vcpu;

#endif
#endif
