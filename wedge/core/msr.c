/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * msr.c - model-specific registers: those of the 64-bit architecture.  All
 * others belong to features that CPUID hides, and fault, but for two.
 */
#include "backend.h"
#include "cpu.h"
#include "vcpu.h"
#include "wedge.h"

#define MSR_TSC		   0x10
#define MSR_EFER	   0xc0000080
#define MSR_STAR	   0xc0000081
#define MSR_LSTAR	   0xc0000082
#define MSR_CSTAR	   0xc0000083
#define MSR_SFMASK	   0xc0000084
#define MSR_FS_BASE	   0xc0000100
#define MSR_GS_BASE	   0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102 /* in kernel mode: the user's */
#define NO_BASE		   0xff

/*
 * Model-specific ones that kernels read of the processors that CPUID shows, because these do
 * have them [AMD APM vol. 2, appendix A; BKDG family 0Fh]: nothing is loaded, nothing pends.
 */
static const uint32_t zeros[] = {
	0x8b,	    /* microcode revision */
	0xc0010055, /* interrupt pending message */
};

static const struct {
	uint32_t number;
	uint64_t *value;
	uint8_t base; /* enum hv_base, or NO_BASE */
} msrs[] = {
	{MSR_FS_BASE, &vcpu.fs_base, HV_FS_BASE},
	{MSR_GS_BASE, &vcpu.gs_base, HV_GS_BASE},
	{MSR_KERNEL_GS_BASE, &vcpu.user_gs_base, HV_USER_GS_BASE},
	{MSR_EFER, &vcpu.efer, NO_BASE},
	{MSR_STAR, &vcpu.star, NO_BASE},
	{MSR_LSTAR, &vcpu.lstar, NO_BASE},
	{MSR_CSTAR, &vcpu.cstar, NO_BASE},
	{MSR_SFMASK, &vcpu.sfmask, NO_BASE},
};

bool msr_read(uint32_t number, uint64_t *value)
{
	if (number == MSR_TSC) {
		*value = __builtin_ia32_rdtsc();
		return true;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(msrs); i++)
		if (msrs[i].number == number) {
			/* User mode changes its own by loading selectors. */
			if ((msrs[i].base == HV_FS_BASE && !user_work.fs_base) ||
			    msrs[i].base == HV_USER_GS_BASE)
				*msrs[i].value = hv_get_base(msrs[i].base);
			*value = *msrs[i].value;
			return true;
		}
	for (unsigned int i = 0; i < ARRAY_SIZE(zeros); i++)
		if (zeros[i] == number) {
			*value = 0;
			return true;
		}
	return false;
}

bool msr_write(uint32_t number, uint64_t value)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(msrs); i++) {
		if (msrs[i].number != number)
			continue;
		if (msrs[i].base != NO_BASE && (int64_t)(value << 16) >> 16 != (int64_t)value)
			return false;
		*msrs[i].value = value;
		if (msrs[i].base != NO_BASE)
			hv_set_base(msrs[i].base, value);
		return true;
	}
	return false;
}
