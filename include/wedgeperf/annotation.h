/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * annotation.h - how the afterburner tells everybody else where the sites are.
 *
 * Every assembled object that has sites carries one ELF note (gABI, "Note
 * Section") in an allocated section `.note.afterburn`.  Linux's stock linker
 * script KEEPs `.note.*` inside PT_NOTE, so the notes of all objects end up,
 * one after the other, in vmlinux and in every module, with no change there.
 *
 *	namesz 12  descsz  type NT_AFTERBURN  "Afterburner\0"
 *	struct ab_note_header		(the start of desc)
 *	struct ab_site[]		(the rest of desc)
 *
 * All fields are little endian.  A reader must refuse a `version` it does not
 * know.  The address is relative to its own field, so it needs no relocation
 * when the kernel is moved (KASLR) and none is left after the link.
 *
 * A site's stable name is not stored: it is derived, by the rule in
 * docs/annotations.md, from the ELF symbol table and the order of addresses.
 */
#ifndef WEDGEPERF_ANNOTATION_H
#define WEDGEPERF_ANNOTATION_H

#include <stdint.h>

#define AB_NOTE_SECTION ".note.afterburn"
#define AB_NOTE_NAME	"Afterburner" /* namesz 12, NUL included */
#define NT_AFTERBURN	0x41425231    /* "ABR1" */
#define AB_VERSION	1

struct ab_note_header {
	uint16_t version;    /* AB_VERSION */
	uint16_t entry_size; /* sizeof(struct ab_site): 8 */
	uint32_t reserved;   /* 0 */
};

struct ab_site {
	int32_t pcrel;	/* site address minus the address of this field */
	uint8_t kind;	/* enum site_kind */
	uint8_t length; /* bytes of the original instruction(s), without pad */
	uint8_t total;	/* bytes the wedge may overwrite, from the site address on */
	uint8_t flags;	/* AB_F_*, and the number of prefix bytes << 4 */
};

/*
 * Layout of a site: `prefixes` redundant segment-override prefixes (0x3e), the
 * original instruction(s) of `length` bytes, NOPs up to `total`:
 *	total = prefixes + length + NOP bytes.
 * So prefix-padding leaves one instruction, and a fault in it is reported at
 * the site address, as the kernel's exception table expects.
 */
#define AB_F_EARLY	 0x1 /* .head.text: may run at another address than linked */
#define AB_F_ALTERNATIVE 0x2 /* in a replacement that boot-time code copies; never padded */
#define AB_F_NOFALL	 0x4 /* control does not continue after it: the pad never executes */
#define AB_F_DECODE	 0x8 /* kind is what the bytes say: the mnemonic was a macro argument */
#define AB_PREFIXES(f)	 ((unsigned int)(f) >> 4)
#define AB_PREFIX_BYTE	 0x3e
#define AB_MAX_INSN	 15 /* SDM vol. 2, 2.3.11 */

#endif
