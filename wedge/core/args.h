/* SPDX-License-Identifier: GPL-2.0-or-later */
/* args.h - boot arguments. */
#ifndef WEDGE_ARGS_H
#define WEDGE_ARGS_H

#include "site.h"

struct args {
	enum strategy strategy; /* wedge.strategy=trap|call|inline; default inline */
	bool report;		/* wedge.report=1: counts of emulations when the guest ends */
	uint32_t debug;		/* wedge.debug=: events to be printed as they happen */
	const char *error;	/* NULL: fine; else what was expected ... */
	const char *word;	/* ... in place of this word (not terminated) */
	char guest[1024];	/* the guest's command line, terminated */
	size_t guest_len;
};

void args_parse(const char *text, struct args *args);

#endif
