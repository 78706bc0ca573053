/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * workloads.h - what can be run: the list that the guest's runner prints.
 *
 * The runner is the one source: a workload added there is known here.
 */
#ifndef WEDGEPERF_BENCH_WORKLOADS_H
#define WEDGEPERF_BENCH_WORKLOADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum peer_mode {
	PEER_NONE,
	PEER_SOURCE, /* the peer sends, the guest receives */
	PEER_SINK
};

struct workload {
	char *name; /* as in run ids: [a-z0-9-]+ */
	char *unit; /* of one operation */
	uint64_t full_ops, quick_ops;
	char *initrd; /* "base" or "programs" */
	enum peer_mode peer;
	unsigned int boots; /* behind a figure of full size */
	char *text;	    /* one line */
};

struct workloads {
	struct workload *list;
	size_t n;
};

/*
 * Parses @text, the output of `runner --list`.  @name is for messages.  Ends
 * the program with WP_USAGE where a line is not as include/ says.
 */
void workloads_parse(struct workloads *w, const char *name, const char *text);

/* Runs `<build>/guest/runner --list`; ends the program where that fails. */
void workloads_load(struct workloads *w, const char *build);
void workloads_free(struct workloads *w);

const struct workload *workload_find(const struct workloads *w, const char *name);

/* An operation is a byte: throughput makes sense. */
bool workload_is_bytes(const char *unit);

#endif
