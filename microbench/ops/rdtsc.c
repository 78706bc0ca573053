// SPDX-License-Identifier: GPL-2.0-or-later
/* rdtsc.c - read the time-stamp counter, alone and ordered. */
#include "../op.h"

MB_ASM(rdtsc_native, "rdtsc", "native", "rdtsc", "rdtsc");
MB_ASM(rdtsc_lfence, "rdtsc", "ordered", "lfence; rdtsc", "lfence; rdtsc");
