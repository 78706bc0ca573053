// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pgfault.c - the kernel's work behind the first write to a page: an exception, a
 * page-table store, a return to user mode; and behind taking the page away again.
 */
#include <sys/mman.h>
#include <sys/syscall.h>

#include "../op.h"

#define STR_(x) #x
#define STR(x)	STR_(x)

MB_ASM(pgfault_native, "pgfault", "kernel", "madvise(MADV_DONTNEED), a write",
       "movl $" STR(__NR_madvise) ", %eax; movq %r12, %rdi; movl $4096, %esi; "
				  "movl $" STR(MADV_DONTNEED) ", %edx; syscall; movb $1, (%r12)");
