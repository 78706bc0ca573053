/* SPDX-License-Identifier: GPL-2.0-or-later */
/* operand.h - shared by the handlers of emulated instructions (op-*.c). */
#ifndef WEDGE_OPERAND_H
#define WEDGE_OPERAND_H

#include "cpu.h"

uint64_t mask_to(uint64_t value, unsigned int size);
/* Register write with the processor's rule: 4 bytes clear the upper half. */
void set_reg(unsigned int n, uint64_t value, unsigned int size);

/* Inject the fault; both return FAULTED. */
enum outcome page_fault(uint64_t va, bool write);
enum outcome general_protection(void);

/* Guest memory; FAULTED if it is not mapped. */
enum outcome load(uint64_t va, void *to, unsigned int size);
enum outcome store(uint64_t va, const void *from, unsigned int size);
/* The r/m operand, register or memory. */
enum outcome read_rm(const struct insn *insn, uint64_t *value, unsigned int size);
enum outcome write_rm(const struct insn *insn, uint64_t value, unsigned int memory_size);
enum outcome push(uint64_t value);
enum outcome pop(uint64_t *value);

enum outcome op_cli(const struct insn *insn);
enum outcome op_sti(const struct insn *insn);
enum outcome op_pushf(const struct insn *insn);
enum outcome op_popf(const struct insn *insn);
enum outcome op_pop(const struct insn *insn);
enum outcome op_hlt(const struct insn *insn);
enum outcome op_iret(const struct insn *insn);
enum outcome op_lret(const struct insn *insn);
enum outcome op_ljmp(const struct insn *insn);
enum outcome op_sysret(const struct insn *insn);
enum outcome op_swapgs(const struct insn *insn);
enum outcome op_in(const struct insn *insn);
enum outcome op_out(const struct insn *insn);
enum outcome op_ins(const struct insn *insn);
enum outcome op_outs(const struct insn *insn);
enum outcome op_rdseg(const struct insn *insn);
enum outcome op_pushseg(const struct insn *insn);
enum outcome op_wrseg(const struct insn *insn);
enum outcome op_popseg(const struct insn *insn);
enum outcome op_lgdt(const struct insn *insn);
enum outcome op_lidt(const struct insn *insn);
enum outcome op_sgdt(const struct insn *insn);
enum outcome op_sidt(const struct insn *insn);
enum outcome op_lldt(const struct insn *insn);
enum outcome op_ltr(const struct insn *insn);
enum outcome op_sldt(const struct insn *insn);
enum outcome op_str(const struct insn *insn);
enum outcome op_lar(const struct insn *insn);
enum outcome op_lsl(const struct insn *insn);
enum outcome op_verw(const struct insn *insn);
enum outcome op_rdcr(const struct insn *insn);
enum outcome op_wrcr(const struct insn *insn);
enum outcome op_clts(const struct insn *insn);
enum outcome op_smsw(const struct insn *insn);
enum outcome op_lmsw(const struct insn *insn);
enum outcome op_rddr(const struct insn *insn);
enum outcome op_wrdr(const struct insn *insn);
enum outcome op_invlpg(const struct insn *insn);
enum outcome op_wbinvd(const struct insn *insn);
enum outcome op_rdmsr(const struct insn *insn);
enum outcome op_wrmsr(const struct insn *insn);
enum outcome op_cpuid(const struct insn *insn);
enum outcome op_rdtsc(const struct insn *insn);
enum outcome op_rdpmc(const struct insn *insn);
enum outcome op_undefined(const struct insn *insn);

#endif
