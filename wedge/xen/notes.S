/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notes.S - what Xen's domain builder reads: xen/elfnote.h says what each note means. */
#include <xen/elfnote.h>

.macro note type, value:vararg
	.pushsection .note.Xen, "a", @note
	.balign 4
	.long 2f - 1f, 4f - 3f, \type
1:	.asciz "Xen"
2:	.balign 4
3:	\value
4:	.balign 4
	.popsection
.endm

	note XEN_ELFNOTE_GUEST_OS, .asciz "linux"
	note XEN_ELFNOTE_GUEST_VERSION, .asciz "wedgeperf"
	note XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0"
	note XEN_ELFNOTE_LOADER, .asciz "generic"
	note XEN_ELFNOTE_VIRT_BASE, .quad 0xffffffff80000000
	note XEN_ELFNOTE_ENTRY, .quad _start
	note XEN_ELFNOTE_HYPERCALL_PAGE, .quad hypercall_page
	note XEN_ELFNOTE_PAE_MODE, .asciz "yes"
	/* The module stays where it is, unmapped; mod_start is a frame number. */
	note XEN_ELFNOTE_MOD_START_PFN, .long 1
	note XEN_ELFNOTE_FEATURES, .asciz "writable_page_tables"
	/* Bit numbers: XENFEAT_dom0, XENFEAT_writable_page_tables. */
	note XEN_ELFNOTE_SUPPORTED_FEATURES, .long (1 << 11) | 1
	.section .note.GNU-stack, "", @progbits
