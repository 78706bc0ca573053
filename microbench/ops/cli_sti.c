// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cli_sti.c - the pair, as it occurs: an sti that reads bytes of which cli has just
 * written one waits until that store has left the store buffer.
 */
#include "../../fastpath/fastpath.h"
#include "../op.h"

/* The store is position dependent: absolute, as in cli:abs. */
#define CLI "movb $1, fp_vcpu_info+1"

MB_FASTPATH_AS(pair_call, "cli_sti", sti, "call", FP_NO_REG, 0, 0, "cli:abs, sti:call", CLI);
MB_FASTPATH_AS(pair_test, "cli_sti", sti, "test", FP_NO_REG, 0, 0, "cli:abs, sti:test", CLI);
MB_FASTPATH_AS(pair_and16, "cli_sti", sti, "and16", FP_NO_REG, 0, 0, "cli:abs, sti:and16", CLI);
MB_FASTPATH_AS(pair_calltest, "cli_sti", sti, "calltest", FP_NO_REG, 0, 0, "cli:abs, sti:calltest",
	       CLI);
MB_FASTPATH_AS(pair_jrcxz, "cli_sti", sti, "jrcxz", FP_NO_REG, 0, 0, "cli:abs, sti:jrcxz", CLI);
