/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli.S - clear the interrupt flag.
 *
 * IF = !mask, so cli is one store of 1.  A byte store of an immediate changes no
 * flag, needs no register and no stack, and is atomic with regard to upcalls,
 * which come between instructions only.  Nothing has to be tested afterwards: an
 * upcall that came before the store was delivered, one that comes after it waits.
 *
 * Alternatives looked at: `orb $1` and `bts` change flags and read before they
 * write; `lock` is not needed, since Xen reads the mask only on the CPU that runs
 * this virtual CPU (xen.h, at evtchn_upcall_mask).
 */
#include "sequence.h"

	/* 7 bytes; the shortest store of an immediate to a fixed address. */
	FP_BEGIN
	movb	$1, mask(%rip)
	FP_FIRST
	FP_REL	5
	FP_END	cli, mov, insns=1

	/* 8 bytes, for code that is copied or runs early: no PC-relative field. */
	FP_BEGIN
	movb	$1, mask
	FP_FIRST
	FP_END	cli, abs, insns=1, flags=FP_F_ABSOLUTE
