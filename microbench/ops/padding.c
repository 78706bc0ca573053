// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * padding.c - what the bytes of a padded site cost where nothing replaces them:
 * redundant prefixes, NOPs, or a jump.  cmc stands for the sensitive instruction; it
 * is as short as cli, needs no privilege, and cannot be optimized away by the CPU.
 */
#include "../op.h"

#define PREFIX(n) ".fill " #n ", 1, 0x3e;"
#define NOP7	  ".byte 0x0f, 0x1f, 0x80, 0, 0, 0, 0;"
#define NOP9	  ".byte 0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0;"
#define NOP5	  ".byte 0x0f, 0x1f, 0x44, 0, 0;"

MB_ASM(pad_none, "pad", "none", "cmc", "cmc");
MB_ASM(pad_prefix3, "pad", "3 prefixes", "cmc in 4 bytes", PREFIX(3) "cmc");
MB_ASM(pad_prefix7, "pad", "7 prefixes", "cmc in 8 bytes", PREFIX(7) "cmc");
MB_ASM(pad_prefix14, "pad", "14 prefixes", "cmc in 15 bytes", PREFIX(14) "cmc");
MB_ASM(pad_nop7, "pad", "1 NOP", "cmc; 7-byte NOP", "cmc;" NOP7);
MB_ASM(pad_nop14, "pad", "2 NOPs", "cmc; 9- and 5-byte NOP", "cmc;" NOP9 NOP5);
MB_ASM(pad_nops, "pad", "14 NOPs", "cmc; 14 1-byte NOPs", "cmc; .fill 14, 1, 0x90");
MB_ASM(pad_jmp, "pad", "jmp", "cmc; jmp over 12 bytes", "cmc; jmp 1f; .fill 12, 1, 0xcc; 1:");
