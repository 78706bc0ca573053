/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loop.h - an operation as two loops, of COPIES and of 2 * COPIES bodies.  The
 * difference of what the two cost is COPIES operations per iteration: the loop's own
 * instructions, the call and the reading of counters cancel out.
 */
#ifndef MICROBENCH_LOOP_H
#define MICROBENCH_LOOP_H

#include <stddef.h>
#include <stdint.h>

#include "op.h"

#define COPIES 16

struct loop {
	void (*single)(uint64_t iterations); /* COPIES bodies an iteration */
	void (*twice)(uint64_t iterations);  /* 2 * COPIES */
	size_t bytes;			     /* of one body */
};

/*
 * Builds the loops in memory that is used again for the next operation.  Returns
 * NULL, or what is wrong.
 */
const char *loop_build(const struct mb_op *op, struct loop *l);

#endif
