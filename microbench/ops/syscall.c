// SPDX-License-Identifier: GPL-2.0-or-later
/* syscall.c - enter the kernel and come back. */
#include <sys/syscall.h>

#include "../op.h"

#define STR_(x) #x
#define STR(x)	STR_(x)

MB_ASM(syscall_native, "syscall", "native", "getppid",
       "movl $" STR(__NR_getppid) ", %eax; syscall");
