/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine.h - executes runs, several QEMUs at a time.
 *
 * A result file appears only when a run is done and all of its reports make
 * sense.  On Ctrl-C, SIGTERM or SIGHUP the QEMUs are killed, temporary
 * directories removed, and the program ends with 128 + signal.
 */
#ifndef WEDGEPERF_BENCH_ENGINE_H
#define WEDGEPERF_BENCH_ENGINE_H

#include "result.h"

struct engine_options {
	const char *build, *results;
	bool reuse;		/* take stored results where their key fits */
	bool ledger;		/* keep a ledger of sites beside each result that can have one */
	unsigned int jobs;	/* QEMUs at a time */
	unsigned int timeout_s; /* wall time that a run may take, seconds */
	double silence_s;	/* CPU time that it may use without console output, seconds */
	unsigned int spinners;	/* processes that keep the CPUs busy meanwhile (a test) */
};

/*
 * Executes all runs; each gets a result file in @results or a message on
 * stderr.  Returns the number of runs that failed.
 */
size_t engine_run(const struct engine_options *o, const struct run *runs, size_t n);

#endif
