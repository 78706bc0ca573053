/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.h - the command line, the same for all subcommands. */
#ifndef WEDGEPERF_BENCH_OPTIONS_H
#define WEDGEPERF_BENCH_OPTIONS_H

#include "engine.h"

struct options {
	const char *program; /* as it was called */
	struct engine_options engine;
	enum run_size size;
	const char *kernels;		 /* comma-separated, NULL: RUN_KERNEL */
	const char *systems, *workloads; /* comma-separated, NULL: all */
	unsigned int boots;		 /* 0: the default */
	const char *costs;		 /* a cost file */
	const char *from;		 /* a directory of results from elsewhere */
	bool detail, missing;
	bool clean;	     /* measures only what has a revision */
	bool hardware;	     /* --on hardware */
	unsigned int rounds; /* on it; 0: the default */
	bool strict;	     /* what is slower there is an error */
};

/* A subcommand; returns the program's exit code.  @argv holds what options left. */
typedef int (*command_fn)(const struct options *o, int argc, char **argv);

int cmd_list(const struct options *o, int argc, char **argv);
int cmd_run(const struct options *o, int argc, char **argv);
int cmd_suite(const struct options *o, int argc, char **argv);
int cmd_table(const struct options *o, int argc, char **argv);
int cmd_determinism(const struct options *o, int argc, char **argv);
int cmd_hardware(const struct options *o, int argc, char **argv);
int cmd_compare(const struct options *o, int argc, char **argv);

/* Makes, prints and stores the table of @o's matrix (cmd-table.c). */
int table_show(const struct options *o);

#endif
