/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * marker.h - how a program inside the guest tells the emulator where it is.
 *
 * A marker is a multi-byte NOP with a recognisable displacement,
 *	0f 1f 80 disp32		nopl disp32(%rax)
 * so that it needs no privilege, no memory and no hypervisor, and means nothing
 * on real hardware.  The counting plugin (emulator/count.c) takes a snapshot of
 * all its counters when one executes.
 *
 * The guest's side of a measurement, one a boot:
 *	MARK_BOOT    first user instruction that matters (init has started)
 *	MARK_START   warm-up done, measured part begins
 *	MARK_END     measured part ended
 */
#ifndef WEDGEPERF_MARKER_H
#define WEDGEPERF_MARKER_H

#define MARKER_MAGIC 0x4d4b0000u /* "MK", in the upper half of the displacement */

#define MARK_BOOT  1
#define MARK_START 2
#define MARK_END   3

#define MARKER_STR_(x) #x
#define MARKER_STR(x)  MARKER_STR_(x)
/* MARKER(MARK_START): the displacement must be a constant. */
#define MARKER(code) __asm__ volatile("nopl 0x4d4b0000+" MARKER_STR(code) "(%%rax)" ::: "memory")

#endif
