/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * layout.h - where the wedge lives in the guest's address space.
 *
 * The image takes the 16 MB below a kernel that is linked at -2 GB + 16 MB: it
 * can be reached from kernel text by a rel32 call, and its data by a
 * sign-extended disp32.  The window onto machine memory has a root slot of its
 * own, in a hole of the guest's memory map [Linux Documentation/x86/x86_64/
 * mm.rst: ffffe90000000000 "unused hole"].  A guest that fills that slot itself
 * is refused.
 */
#ifndef WEDGE_LAYOUT_H
#define WEDGE_LAYOUT_H

#define WEDGE_BASE  0xffffffff80000000
#define WEDGE_SIZE  0x1000000
#define IMAGE_SLOT  511 /* root slot of the image */
#define WINDOW_SLOT 466
#define WINDOW_SIZE 0x8000000000
/* Unit tests have their machine's memory somewhere else. */
#ifndef WINDOW_BASE
#define WINDOW_BASE 0xffffe90000000000
#endif

#define PAGE_SIZE  4096
#define CHUNK_SIZE 0x200000 /* what one leaf table maps */

#define WEDGE_STACK_SIZE 32768

#endif
