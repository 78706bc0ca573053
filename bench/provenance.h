/* SPDX-License-Identifier: GPL-2.0-or-later */
/* provenance.h - where a result comes from, beyond what it is a function of. */
#ifndef WEDGEPERF_BENCH_PROVENANCE_H
#define WEDGEPERF_BENCH_PROVENANCE_H

#include <jansson.h>

#include "inputs.h"

/* A new object: commit, kernel build, compilers, packages, host. */
json_t *provenance_json(const char *build, const struct run *r);

#endif
