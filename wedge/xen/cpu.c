/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu.c - segment bases, debug registers and ports. */
#include "../core/backend.h"
#include "../core/wedge.h"
#include "fsbase.h"
#include "hypercall.h"

#define CPUID_7_FSGSBASE 1
#define CR4_TSD		 4ul

void hv_set_base(enum hv_base which, uint64_t value)
{
	static const uint8_t xen[] = {
		[HV_FS_BASE] = SEGBASE_FS,
		[HV_GS_BASE] = SEGBASE_GS_KERNEL,
		[HV_USER_GS_BASE] = SEGBASE_GS_USER,
		[HV_USER_GS_SELECTOR] = SEGBASE_GS_USER_SEL,
	};

	hypercall(__HYPERVISOR_set_segment_base, xen[which], value, 0, 0);
	if (which == HV_FS_BASE)
		fs_base_is(value);
}

/* Xen reads them for ring-3 code in kernel mode. */
uint64_t hv_get_base(enum hv_base which)
{
	static const uint32_t msr[] = {
		[HV_FS_BASE] = 0xc0000100,
		[HV_USER_GS_BASE] = 0xc0000102,
	};
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr[which]));
	return low | (uint64_t)high << 32;
}

bool hv_user_sets_bases(void)
{
	static int can = -1;
	uint32_t a = 7, b, c = 0, d;

	if (can < 0) {
		__asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
		can = b & CPUID_7_FSGSBASE;
	}
	return can;
}

/* The one flag of CR4 that Xen takes from us; for kernel mode it emulates RDTSC then. */
void hv_forbid_tsc(bool on)
{
	uint64_t cr4;

	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	cr4 = on ? cr4 | CR4_TSD : cr4 & ~CR4_TSD;
	__asm__ volatile("mov %0, %%cr4" : : "r"(cr4));
}

void hv_set_debugreg(unsigned int n, uint64_t value)
{
	hypercall(__HYPERVISOR_set_debugreg, n, value, 0, 0);
}

uint64_t hv_get_debugreg(unsigned int n)
{
	return (uint64_t)hypercall(__HYPERVISOR_get_debugreg, n, 0, 0, 0);
}

/* With the virtual IOPL at 1, Xen emulates these for ring-3 code in kernel mode. */
uint32_t hv_port_in(uint16_t port, unsigned int size)
{
	uint32_t value;

	if (size == 1)
		__asm__ volatile("inb %w1, %b0" : "=a"(value) : "Nd"(port), "0"(0));
	else if (size == 2)
		__asm__ volatile("inw %w1, %w0" : "=a"(value) : "Nd"(port), "0"(0));
	else
		__asm__ volatile("inl %w1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

void hv_port_out(uint16_t port, unsigned int size, uint32_t value)
{
	if (size == 1)
		__asm__ volatile("outb %b0, %w1" : : "a"(value), "Nd"(port));
	else if (size == 2)
		__asm__ volatile("outw %w0, %w1" : : "a"(value), "Nd"(port));
	else
		__asm__ volatile("outl %0, %w1" : : "a"(value), "Nd"(port));
}
