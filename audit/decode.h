/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode.h - one x86-64 instruction, as far as the audit asks. */
#ifndef AUDIT_DECODE_H
#define AUDIT_DECODE_H

#include <capstone/capstone.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct decoder {
	csh handle;
	cs_insn *insn;
};

#define INSN_NOP     0x1  /* does nothing, as pads do */
#define INSN_POP_REG 0x2  /* pop into a general register */
#define INSN_STORE   0x4  /* mov of 8 bytes to memory */
#define INSN_RMW     0x8  /* read-modify-write of memory */
#define INSN_BRANCH  0x10 /* direct jump or call: target is valid */
#define INSN_NO_KIND 0x20 /* sensitive, and none of the kinds: lcall */

struct insn {
	uint8_t length;
	uint8_t kind;  /* enum site_kind; SITE_NONE: not sensitive */
	uint8_t flags; /* INSN_* */
	uint64_t target;
};

/* Returns 0, or -1 with a message that names the remedy on stderr. */
int decoder_open(struct decoder *d);
void decoder_close(struct decoder *d);

/* The instruction in the @n bytes at @p; false: none that is known. */
bool decode(struct decoder *d, const uint8_t *p, size_t n, uint64_t addr, struct insn *insn);

#endif
