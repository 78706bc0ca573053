/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image.h - files that are booted: checksums, build ids, and are they whole? */
#ifndef WEDGEPERF_BENCH_IMAGE_H
#define WEDGEPERF_BENCH_IMAGE_H

#include <wp.h>

#include "systems.h"

/*
 * Is @path a complete image of that type?  Returns 0, or -1 with the reason and
 * the remedy in @why.  Read once per program run, as image_sha256() does.
 */
int image_check(enum image_type type, const char *path, char *why, size_t len);

/* SHA-256 of a file, read once per program run; NULL where unreadable. */
const char *image_sha256(const char *path);

/*
 * The first file that image_sha256() has seen and that is not the same any more:
 * a build that goes on beside the measurement.  NULL if there is none.
 */
const char *image_changed(void);

/*
 * SHA-256 of the file @member in a newc archive, read once per program run; NULL if there
 * is no such whole member.
 */
const char *image_member_sha256(const char *path, const char *member);

#define BUILD_ID_MAX 129
/* GNU build id of an ELF file in hex; -1 if there is none. */
int image_build_id(const char *path, char id[BUILD_ID_MAX]);

#endif
