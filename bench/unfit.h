/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unfit.h - systems that cannot be looked up as they are built now, and why. */
#ifndef WEDGEPERF_BENCH_UNFIT_H
#define WEDGEPERF_BENCH_UNFIT_H

#include <stddef.h>

struct unfit {
	char **line; /* "system: reason; remedy", each once */
	size_t n;
};

/* Both are copied; what is there already is not added again. */
void unfit_add(struct unfit *u, const char *system, const char *why);
void unfit_warn(const struct unfit *u); /* each line on stderr */
void unfit_free(struct unfit *u);

#endif
