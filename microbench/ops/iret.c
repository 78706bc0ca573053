// SPDX-License-Identifier: GPL-2.0-or-later
/* iret.c - return to the same privilege level, behind the operation; six pushes included. */
#include "../../fastpath/fastpath.h"
#include "../op.h"

/*
 * SS, RSP, RFLAGS, CS, RIP.  A guest's kernel has a CS of privilege 0.  The operation ends where
 * the return goes to: 2 bytes of iretq, 5 of the sequence's call.
 */
#define FRAME(cs, length)                                                                          \
	"movq %rsp, %rax; pushq $0x2b; pushq %rax; pushq $0x202; pushq $" cs ";"                   \
	"leaq 1f+" length "(%rip), %rax; pushq %rax; 1:"

MB_ASM(iret_native, "iret", "native", "frame; iretq", FRAME("0x33", "2") "iretq");
MB_FASTPATH(iret_call, iret, "call", FP_NO_REG, 0, 0, "frame; sequence", FRAME("0x10", "5"));
MB_FASTPATH(iret_ret, iret, "ret", FP_NO_REG, 0, 0, "frame; popf and ret", FRAME("0x10", "5"));
