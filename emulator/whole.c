// SPDX-License-Identifier: GPL-2.0-or-later
/* whole.c - see whole.h. */
#include "whole.h"

#include <capstone/capstone.h>
#include "wp.h"

#define PAGE_SIZE 4096u
#define MAX_INSN  15u

/*
 * No instruction is a proper prefix of another, so what does not decode as one of
 * this very length is no instruction.
 */
bool is_whole(const uint8_t *code, size_t len, uint64_t pc)
{
	static csh decoder;
	cs_insn *insn;
	bool whole;

	if (PAGE_SIZE - (pc + len) % PAGE_SIZE >= MAX_INSN && (pc + len) % PAGE_SIZE)
		return true;
	if (!decoder && cs_open(CS_ARCH_X86, CS_MODE_64, &decoder) != CS_ERR_OK)
		wp_die(WP_FAILED, "capstone does not decode x86-64");
	if (!cs_disasm(decoder, code, len, pc, 1, &insn))
		return false;
	whole = insn->size == len;
	cs_free(insn, 1);
	return whole;
}
