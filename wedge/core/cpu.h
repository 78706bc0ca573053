/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu.h - the virtual processor's parts: exceptions, instructions, MSRs, CPUID. */
#ifndef WEDGE_CPU_H
#define WEDGE_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "insn.h"

#define VECTOR_DB 1
#define VECTOR_BP 3
#define VECTOR_UD 6
#define VECTOR_DF 8
#define VECTOR_NP 11
#define VECTOR_SS 12
#define VECTOR_GP 13
#define VECTOR_PF 14

#define PF_PRESENT 1
#define PF_WRITE   2
#define PF_USER	   4
#define PF_FETCH   16

#define CR0_TS 8

/* Enter the guest's handler of @vector, as the processor would. */
void inject(unsigned int vector, bool has_error, uint64_t error);

/* What became of an emulated instruction. */
enum outcome {
	DONE,	 /* go on behind it */
	JUMPED,	 /* vcpu.rip is where to go on */
	FAULTED, /* an exception was injected */
	UNKNOWN	 /* not emulated */
};

/* Emulate @insn, which stands at vcpu.rip; does not advance rip for DONE. */
enum outcome emulate(const struct insn *insn);
/* The same for a store that faulted at @pa (page tables). */
enum outcome emulate_store(const struct insn *insn, uint64_t pa);
/* Linear address of a memory operand. */
uint64_t effective_address(const struct insn *insn);

/* false: #GP. */
bool msr_read(uint32_t number, uint64_t *value);
bool msr_write(uint32_t number, uint64_t value);
/* Execute CPUID and hide what the guest cannot have. */
void cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4]);

/* Ports: device models, else the machine's. */
uint32_t port_in(uint16_t port, unsigned int size);
void port_out(uint16_t port, unsigned int size, uint32_t value);

/* Wait for an interrupt that the guest accepts (HLT). */
void halt(void);

#endif
