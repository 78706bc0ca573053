/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.h - what connects a profile with a kernel: build id, addresses and names. */
#ifndef WEDGEPERF_PROFILE_NAMES_H
#define WEDGEPERF_PROFILE_NAMES_H

#include "profile.h"
#include "sites.h"

/* A kernel with its sites. */
struct kernel {
	struct image image;
	struct sites sites;
	char build[PROFILE_BUILD_MAX + 1];
};

/*
 * Ends the program with a message (exit code 2) if @path is no ELF file, has no
 * annotations, or no build id (NT_GNU_BUILD_ID).
 */
void kernel_open(struct kernel *k, const char *path);
void kernel_close(struct kernel *k);

/* "function+0x1b"; a local function is qualified by its file.  To be freed. */
char *kernel_place(const struct kernel *k, uint64_t addr);

/* Adds @count for the instruction at @addr: to its site, or else as a place. */
void kernel_count(const struct kernel *k, struct profile *p, uint64_t addr, uint64_t count);

/*
 * Makes @p one of @k's.  Of another build: -1 after a message, unless @by_name; then
 * the sites that @k lacks are dropped, and so are places (an offset means nothing in
 * another build); each is named in @unmatched.
 */
int profile_match(struct profile *p, const char *file, const struct kernel *k, bool by_name,
		  struct wp_buf *unmatched);

#endif
