// SPDX-License-Identifier: GPL-2.0-or-later
/* cli.c - clear the interrupt flag.  The instruction itself is not for user mode. */
#include "../../fastpath/fastpath.h"
#include "../op.h"

MB_FASTPATH(cli_mov, cli, "mov", FP_NO_REG, 0, 0, "store to the mask", "");
MB_FASTPATH(cli_mov15, cli, "mov", FP_NO_REG, 0, 15, "the same, prefixed to 15 bytes", "");
MB_FASTPATH(cli_abs, cli, "abs", FP_NO_REG, 0, 0, "store to an absolute address", "");
