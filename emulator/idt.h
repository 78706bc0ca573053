/* SPDX-License-Identifier: GPL-2.0-or-later */
/* idt.h - which addresses are the entries of interrupt and exception handlers. */
#ifndef WEDGEPERF_IDT_H
#define WEDGEPERF_IDT_H

#include <stdbool.h>
#include <stdint.h>
#include "classify.h"

/* IDTR changes with the instruction that executes next. */
void idt_touched(void);

/* Long mode may begin with it. */
void idt_mode_touched(void);

/*
 * Read the IDT again.  True if the set of entries is another than before; the
 * caller must have everything translated anew then.
 */
bool idt_refresh(void);

/* The vector whose handler starts at @addr, or -1. */
int idt_vector(uint64_t addr);

/* Does the CPU push an error code for @vector? (SDM vol. 3, table 6-1) */
bool vector_has_error(int vector);

/* Is the saved RIP that of the instruction that caused it? */
bool vector_is_fault(int vector);

/* EV_exception_* of a vector below 32, EV_nmi, or EV_interrupt. */
enum event vector_event(int vector);

#endif
