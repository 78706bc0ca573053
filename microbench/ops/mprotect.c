// SPDX-License-Identifier: GPL-2.0-or-later
/* mprotect.c - change one live page-table entry and flush it, twice. */
#include <sys/mman.h>
#include <sys/syscall.h>

#include "../op.h"

#define STR_(x) #x
#define STR(x)	STR_(x)

/* The protection @prot for the data page. */
#define PROTECT(prot)                                                                              \
	"movl $" STR(__NR_mprotect) ", %eax; movq %r12, %rdi; movl $4096, %esi; "                  \
				    "movl $" prot ", %edx; syscall; "

MB_ASM(mprotect_native, "mprotect", "kernel", "to read-only and back", PROTECT("1") PROTECT("3"));
