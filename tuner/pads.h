/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pads.h - what pads cost on a CPU, from a file of microbench (rows `pad`).
 *
 * That is for the native budget alone.  It is a sum of its own, so that its unit may be another
 * one than that of the costs under the wedge.
 */
#ifndef WEDGEPERF_TUNER_PADS_H
#define WEDGEPERF_TUNER_PADS_H

#include "../lib/wp.h"

struct pads {
	int64_t prefix, nop; /* hundredths, of one prefix byte and of one NOP */
	const char *of;	     /* counter and CPU, for people; lives as long as the program */
};

/* Without a machine, in instructions: a prefix is none, a NOP is one. */
extern const struct pads pads_in_instructions;

/* Ends the program with a message if @path is no file of `microbench --json` with its pads. */
void pads_read(struct pads *p, const char *path);

#endif
