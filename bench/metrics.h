/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics.h - what is told of a run: a table of metrics. */
#ifndef WEDGEPERF_BENCH_METRICS_H
#define WEDGEPERF_BENCH_METRICS_H

#include "costs.h"
#include "result.h"

enum metric_id {
	METRIC_INSNS,	 /* per operation */
	METRIC_MODELLED, /* cycles per operation */
	METRIC_XPUT,	 /* Mb/s of virtual time */
	METRIC_UTIL,	 /* busy part of virtual time, percent */
	METRICS
};

struct metric {
	const char *id;	   /* in JSON */
	const char *title; /* column of the table of byte workloads */
	const char *unit;
	int decimals;	 /* in that table */
	bool bytes_only; /* makes sense only where an operation is a byte */
	bool ratio;	 /* is compared with native */
	double (*value)(const struct result *r, const struct costs *c, struct scenario s);
};

extern const struct metric metrics[METRICS];

#endif
