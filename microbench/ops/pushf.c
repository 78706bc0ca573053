// SPDX-License-Identifier: GPL-2.0-or-later
/* pushf.c - read the flags: pushf;pop reg as one site, and pushf alone. */
#include "../../fastpath/fastpath.h"
#include "../op.h"

MB_ASM(pushf_pop_native, "pushf_pop", "native", "pushf; pop %rax", "pushfq; popq %rax");
MB_FASTPATH(pushf_pop_if, pushf_pop, "if", 0, 0, 0, "IF only, two loads", "");
MB_FASTPATH(pushf_pop_exact, pushf_pop, "exact", 0, 0, 0, "every flag", "");
