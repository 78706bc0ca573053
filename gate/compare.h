/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare.h - two records, metric by metric. */
#ifndef WEDGEPERF_GATE_COMPARE_H
#define WEDGEPERF_GATE_COMPARE_H

#include "../bench/costs.h"
#include "record.h"
#include "selection.h"
#include "tolerance.h"

/*
 * What is told of a run that both records have: who executed how much of it.
 * gate/tolerances names them.
 */
enum run_metric_id {
	RUN_INSTRUCTIONS, /* an operation */
	RUN_MODELLED,	  /* cycles an operation */
	RUN_BOOT,	  /* instructions from the firmware's end to /init */
	RUN_METRICS
};

struct run_metric {
	const char *id, *unit;
	bool boot; /* once for a system, not for each of its workloads */
	/* of all operations, or of the boot: the metric is the sum, an operation's or the boot's */
	double (*by)(const struct rec_run *r, const struct costs *costs, enum executor e);
};

extern const struct run_metric run_metrics[RUN_METRICS];
/* How many operations a value of by() is of. */
double run_metric_ops(const struct run_metric *m, const struct rec_run *r);

enum verdict {
	VERDICT_SAME,	 /* equal, to the last instruction */
	VERDICT_WITHIN,	 /* moved, within its tolerance */
	VERDICT_BETTER,	 /* fell by more */
	VERDICT_WORSE,	 /* rose by more: a regression */
	VERDICT_CHANGED, /* not the same work: another check, unit or number of operations */
	VERDICT_NEW,	 /* the base has no such run */
	VERDICT_GONE, /* only the base has it, though it was asked for: nobody knows how fast it is
		       */
	VERDICTS
};

extern const char *const verdict_names[VERDICTS];

struct difference {
	char where[RUN_ID_MAX]; /* "system@kernel/workload" */
	const char *metric;	/* as in gate/tolerances */
	const char *unit;
	enum verdict verdict;
	double base, now, ratio; /* now / base; NAN where there is none */
	const struct tolerance *tolerance;
	const struct run_metric *of; /* NULL: a figure of the build, or no verdict on a metric */
	const struct rec_run *base_run, *now_run; /* NULL: a figure of the build */
};

struct comparison {
	struct difference *list; /* worst first */
	size_t n;
	size_t count[VERDICTS];
};

/* The records, the tolerances and the costs must outlive @c. */
void compare(struct comparison *c, const struct record *base, const struct record *now,
	     const struct selection *s, const struct tolerances *t, const struct costs *costs);
void comparison_free(struct comparison *c);

/* Does the gate fail? */
bool verdict_fails(enum verdict v);
bool comparison_fails(const struct comparison *c);
/* Not one figure that both sides have. */
bool comparison_empty(const struct comparison *c);

#endif
