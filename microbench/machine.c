// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * machine.c - what the sequences of fastpath/ ask of their surroundings, as a machine
 * on which nothing happens but what an operation itself brings about: it may set
 * machine_irqs (how many interrupts come) and pending.
 */
#include <stdint.h>

#include "../fastpath/fastpath.h"

extern unsigned char fp_vcpu_info[64];
extern uint64_t fp_cr0, fp_cr2, fp_cr3, fp_cr4, fp_fs_base, fp_lstar;
extern uint64_t fp_fs_loaded, fp_fs_magic, fp_fs_probe;
extern uint16_t fp_kernel_cs, fp_kernel_ss, fp_user_cs, fp_user_ss;
extern uint8_t fp_user_work, fp_fs_stale;

extern const unsigned char machine_handler[];
extern uint8_t machine_irqs;
uint8_t machine_irqs;
unsigned char fp_vcpu_info[64] __attribute__((aligned(64)));
uint64_t fp_cr0, fp_cr2, fp_cr3, fp_cr4, fp_fs_base, fp_lstar;
uint64_t fp_fs_loaded, fp_fs_magic, fp_fs_probe;
uint16_t fp_kernel_cs = 0x10, fp_kernel_ss = 0x18, fp_user_cs = 0xe033, fp_user_ss = 0xe02b;
__asm__(".bss; .balign 2; .globl fp_user_work, fp_fs_stale\n"
	"fp_user_work: .skip 1\n"
	"fp_fs_stale: .skip 1; .text\n");

uint64_t fp_irq_next(void)
{
	fp_vcpu_info[FP_VCPU_PENDING] = 0;
	if (!machine_irqs)
		return 0;
	fp_vcpu_info[FP_VCPU_PENDING] = --machine_irqs != 0;
	return (uint64_t)machine_handler;
}

/* The shortest handler that there can be. */
__asm__("	.globl machine_handler\n"
	"machine_handler:\n"
	"	jmp fp_iret\n");

/* This process's selectors; user mode of a guest is never entered. */
__asm__(".globl fp_host_cs, fp_host_ss, fp_host_user_cs, fp_host_user_ss\n"
	".set fp_host_cs, 0x33\n"
	".set fp_host_ss, 0x2b\n"
	".set fp_host_user_cs, 0xe033\n"
	".set fp_host_user_ss, 0xe02b\n"
	".globl fp_upcall_user, fp_iret_slow, fp_site_call, fp_sysret_slow\n"
	"fp_sysret_slow:\n"
	"fp_site_call:\n"
	"fp_upcall_user:\n"
	"fp_iret_slow:\n"
	"	ud2\n");
