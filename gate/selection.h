/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selection.h - what was asked to be measured.  What only the base has is missed if it was asked
 * for: otherwise a workload or a system could vanish, and the gate would stay silent.
 */
#ifndef WEDGEPERF_GATE_SELECTION_H
#define WEDGEPERF_GATE_SELECTION_H

#include "record.h"

/* Comma-separated; NULL: everything (of systems, all that are not on request). */
struct selection {
	const char *kernels, *systems, *workloads;
};

bool selection_has(const struct selection *s, const char *id);
/* A figure of the build.  They are taken where a run with a ledger is: does @r have one for it? */
bool selection_has_static(const struct selection *s, const struct record *r, const char *name);

#endif
