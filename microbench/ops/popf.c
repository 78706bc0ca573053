// SPDX-License-Identifier: GPL-2.0-or-later
/* popf.c - write the flags: push of a constant, then popf. */
#include "../../fastpath/fastpath.h"
#include "../op.h"

MB_ASM(popf_native, "popf", "native", "push $0x202; popf", "pushq $0x202; popfq");
MB_FASTPATH(popf_call, popf, "call", FP_NO_REG, 0, 0, "push $0x202; sequence", "pushq $0x202");
