/* SPDX-License-Identifier: GPL-2.0-or-later */
/* provenance.h - where a result comes from, beyond what it is a function of. */
#ifndef WEDGEPERF_BENCH_PROVENANCE_H
#define WEDGEPERF_BENCH_PROVENANCE_H

#include <jansson.h>

#include "inputs.h"

/*
 * What `git status` says is changed, of what a run may depend on.  Untracked files count: a new
 * source is one that is built.  What was measured last and what people read do not.  Non-zero
 * without git.
 */
int provenance_changes(struct wp_buf *what);

/* A new object: commit, kernel build, compilers, packages, host. */
json_t *provenance_json(const char *build, const struct run *r);

#endif
