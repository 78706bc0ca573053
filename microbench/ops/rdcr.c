// SPDX-License-Identifier: GPL-2.0-or-later
/* rdcr.c - read a control register.  The instruction itself is not for user mode. */
#include "../../fastpath/fastpath.h"
#include "../op.h"

MB_FASTPATH(rdcr_cr0, rdcr, "load", 0, 0, 0, "one load", "");
