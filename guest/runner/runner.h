/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * runner.h - what a workload is, and what the runner offers to workloads.
 *
 * The runner is one static program: /init of the guest, where it runs the one
 * workload that the kernel's command line names and ends the machine; and an
 * ordinary program on the host for those workloads that need nothing else.
 *
 * A workload is one file, guest/workloads/<name>.c, which registers itself with
 * WORKLOAD = {...}; nothing else has to be edited.
 */
#ifndef WEDGEPERF_RUNNER_H
#define WEDGEPERF_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "digest.h"

/* The run in progress, handed to every function of a workload. */
struct run {
	struct digest check; /* what the measured part observed; reset before it */
	uint64_t bytes;	     /* payload moved by the measured part; 0: has none */
	uint64_t ops;	     /* of the measured part */
	bool guest;	     /* false on a host */
	bool loop;	     /* the network peer is a process of the guest, see loop.c */
};

struct workload {
	const char *name;    /* of the file, too */
	const char *unit;    /* what one op is, one word */
	const char *what;    /* one op, in one sentence; no tab in it */
	uint64_t full_ops;   /* default number of ops of a full measurement */
	uint64_t quick_ops;  /* and of a quick one */
	uint64_t warmup_ops; /* done before, not measured */
	const char *initrd;  /* which image it needs: "base" or "programs" */
	const char *peer;    /* network peer: "none", "source" or "sink" */
	unsigned int boots;  /* behind a figure of full size; 0: two, as usual */
	bool host;	     /* can run outside a guest */
	/* Set-up before the warm-up; NULL if there is none. */
	void (*prepare)(struct run *run);
	/* The ops themselves: called once for the warm-up, once measured. */
	void (*work)(struct run *run, uint64_t ops);
	/* After the measured part: what need not be measured; or NULL. */
	void (*finish)(struct run *run);
};

/* Put a workload on the list (a linker section of pointers; one a file). */
#define WORKLOAD                                                                                   \
	static const struct workload workload;                                                     \
	static const struct workload *const workload_entry                                         \
		__attribute__((used, section("workloads"))) = &workload;                           \
	static const struct workload workload

/* All workloads by name; @n of them.  Owned by the list; valid for good. */
const struct workload *const *workload_list(size_t *n);
const struct workload *workload_find(const char *name); /* NULL: there is none */

/*
 * Give up: "@wp fail <reason>" (one line) on the console, then the end of the
 * machine, or exit code 1 on a host.  In a child process: the same line, then
 * exit code 1, so that the parent's own check fails too.
 */
_Noreturn void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same with ": <strerror(errno)>" appended. */
_Noreturn void fail_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Wait for @pid and return its wait status; fails if that is impossible. */
int wait_for(int pid);

/* Write or read all of @len bytes; fails on an error or a premature end. */
void write_all(int fd, const void *data, size_t len);
void read_all(int fd, void *data, size_t len);

/*
 * Bring the first Ethernet interface up with its address and wait for link.
 * @receive: the workload takes the stream, else it sends it.
 */
void net_up(const struct run *run, bool receive);
/*
 * A TCP connection to the peer, with socket buffers of @buffer bytes (the kernel
 * doubles that, for its own bookkeeping).
 */
int net_connect(uint16_t port, int buffer);

/* This program's own file, for exec. */
const char *self_path(void);

#endif
