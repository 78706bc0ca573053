// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * irq.c - interrupts that came while masked, taken at the sti: delivery, an empty
 * handler and the return, for one and for two of them.  The difference is what draining
 * a further one costs.
 */
#include "../../fastpath/fastpath.h"
#include "../op.h"

#define RAISE(n) "movb $1, fp_vcpu_info+1; movb $" #n ", machine_irqs; movb $1, fp_vcpu_info"

MB_FASTPATH_AS(irq_one, "irq", sti, "test", FP_NO_REG, 0, 0, "1 pending at sti:test", RAISE(1));
MB_FASTPATH_AS(irq_two, "irq_irq", sti, "test", FP_NO_REG, 0, 0, "2 pending at sti:test", RAISE(2));
