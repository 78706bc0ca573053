// SPDX-License-Identifier: GPL-2.0-or-later
/* sti.c - set the interrupt flag, nothing pending. */
#include "../../fastpath/fastpath.h"
#include "../op.h"

MB_FASTPATH(sti_call, sti, "call", FP_NO_REG, 0, 0, "call; unmask, test without flags", "");
MB_FASTPATH(sti_call15, sti, "call", FP_NO_REG, 0, 15, "the same, prefixed to 15 bytes", "");
MB_FASTPATH(sti_calltest, sti, "calltest", FP_NO_REG, 0, 0, "call; unmask, test", "");
MB_FASTPATH(sti_test, sti, "test", FP_NO_REG, 0, 0, "unmask, test, branch", "");
MB_FASTPATH(sti_and16, sti, "and16", FP_NO_REG, 0, 0, "unmask and test in one", "");
MB_FASTPATH(sti_jrcxz, sti, "jrcxz", FP_NO_REG, 0, 0, "unmask, test without flags", "");
