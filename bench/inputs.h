/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inputs.h - everything that a run's figures are a function of, and its hash.
 *
 * Images, emulator (binary, firmware, plugins) and command line.  The key is
 * the SHA-256 of their canonical JSON; results are stored under it.
 */
#ifndef WEDGEPERF_BENCH_INPUTS_H
#define WEDGEPERF_BENCH_INPUTS_H

#include <jansson.h>
#include <wp.h>

#include "run.h"

#define RESULT_SCHEMA "wedgeperf-result-1"

/* Who is at the other end of the guest's network. */
enum net_mode {
	NET_NONE,
	NET_PEER, /* peer.so: costs the guest nothing */
	NET_LOOP  /* a second NIC of the same guest: figures are sender plus receiver */
};

extern const char *const net_mode_names[];

struct inputs {
	enum net_mode net;
	json_t *json;
	char key[WP_SHA256_HEX];
};

enum net_mode run_net(const struct run *r); /* what the run asks for */

/*
 * Returns 0, or -1 with the reason and the remedy in @why (@len bytes) where an image or
 * a plugin is missing, cut off or stale.  Ends the program where QEMU is not fit.
 */
int inputs_make(struct inputs *in, const char *build, const struct run *r, enum net_mode net,
		char *why, size_t len);
void inputs_free(struct inputs *in);

/* QEMU's argv for a run that writes its files into @out.  NULL-terminated. */
char **qemu_argv(const char *build, const struct run *r, enum net_mode net, const char *out);
void qemu_argv_free(char **argv);

/* The key that @json, a stored inputs object, must have; "" if it is none. */
void inputs_key(json_t *json, char key[WP_SHA256_HEX]);

/*
 * The directory of <build> whose xen is booted where a system has a hypervisor: "xen", the
 * package's, if nothing else was said.  Xen reads its file's name: one as long gives the same
 * counts.
 */
void run_hypervisor(const char *directory);

/* @template with its {words} replaced for this run (see systems.h). */
char *run_expand(const char *template, const char *build, const struct run *r, enum net_mode net);

#endif
