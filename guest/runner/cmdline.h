/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmdline.h - what the kernel's command line asks of the runner:
 *
 *	wp.workload=<name> [wp.ops=<N>] [wp.perturb=<k>] [wp.net=peer|loop]
 *
 * Other words are the kernel's and are ignored; an unknown wp. word is an error,
 * and so is one given twice.
 */
#ifndef WEDGEPERF_CMDLINE_H
#define WEDGEPERF_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REQUEST_NAME_MAX 32

struct request {
	char workload[REQUEST_NAME_MAX]; /* "" if not given */
	uint64_t ops;			 /* 0: the workload's quick_ops */
	uint64_t perturb;
	bool loop; /* the network peer is in the guest: loop.c */
};

/* Decimal number without sign, at least one digit; -1 if it is not one. */
int parse_number(const char *text, uint64_t *value);

/* Returns 0, or -1 with a reason in @why (of @size bytes). */
int parse_cmdline(const char *text, struct request *r, char *why, size_t size);

#endif
