// SPDX-License-Identifier: GPL-2.0-or-later
/* store.c - stores as page-table code makes them: plain, exchanged, locked. */
#include "../op.h"

MB_ASM(store_plain, "store", "plain", "mov %rax, (mem)", "movq %rax, (%r12)");
MB_ASM(store_rmw, "store", "rmw", "andb $-3, (mem)", "andb $-3, (%r12)");
MB_ASM(store_locked, "store", "locked", "lock andb $-3, (mem)", "lock andb $-3, (%r12)");
MB_ASM(store_xchg, "store", "xchg", "xchg %rax, (mem)", "xchgq %rax, (%r12)");
MB_STORE(store_stub, "store", "mov %rax, (mem), guarded", "movq %rax, (%r12)");
