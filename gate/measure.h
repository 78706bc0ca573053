/* SPDX-License-Identifier: GPL-2.0-or-later */
/* measure.h - executes the runs of a build, as far as that is needed, and makes a record. */
#ifndef WEDGEPERF_GATE_MEASURE_H
#define WEDGEPERF_GATE_MEASURE_H

#include "../bench/engine.h"
#include "record.h"

struct measure {
	struct engine_options engine;
	enum run_size size;
	const char *kernels, *systems, *workloads; /* comma-separated, NULL: the default */
	unsigned int perturb;			   /* of all runs */
	const char *cc;
	const char *revision;	    /* that is measured; NULL: as git says */
	const struct record *known; /* runs with the keys in it need not be executed; or NULL */
	unsigned int sample;	    /* so many of these are executed all the same */
	bool clean;		    /* end the program if the sources are not those of a commit */
};

struct measured {
	size_t runs, known, sampled;
	size_t failed;	/* runs */
	size_t differs; /* of the sampled ones */
};

/* Messages on stderr say what failed.  @r is whole only if nothing did. */
struct measured measure(struct record *r, const struct measure *m);

#endif
