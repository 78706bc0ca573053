// SPDX-License-Identifier: GPL-2.0-or-later
/* wrmsr.c - the user's GS base, which is kept in a model-specific register. */
#include <asm/prctl.h>
#include <sys/syscall.h>

#include "../op.h"

#define STR_(x) #x
#define STR(x)	STR_(x)

MB_ASM(wrmsr_native, "wrmsr", "kernel", "arch_prctl(ARCH_SET_GS)",
       "movl $" STR(__NR_arch_prctl) ", %eax; movl $" STR(
	       ARCH_SET_GS) ", %edi; "
			    "movl $0x10000, %esi; syscall");
