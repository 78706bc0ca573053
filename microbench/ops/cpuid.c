// SPDX-License-Identifier: GPL-2.0-or-later
/* cpuid.c - identify the CPU; traps to the hypervisor in a hardware virtual machine. */
#include "../op.h"

MB_ASM(cpuid_native, "cpuid", "native", "leaf 1",
       "pushq %rbx; movl $1, %eax; xorl %ecx, %ecx; cpuid; popq %rbx");
