/* SPDX-License-Identifier: GPL-2.0-or-later */
/* features.h - what a Xen must have for the wedge; apart from the hypercalls, for the tests. */
#ifndef WEDGE_XEN_FEATURES_H
#define WEDGE_XEN_FEATURES_H

#include <stddef.h>
#include <stdint.h>

struct xen_offer {
	uint32_t version;  /* XENVER_version: major << 16 | minor */
	uint32_t features; /* XENVER_get_features, word 0 */
	/* A hypercall with three arguments. */
	long (*call)(unsigned long nr, unsigned long a, unsigned long b, unsigned long c);
};

/* Writes what is missing and what for to @why; false: nothing is. */
_Bool features_missing(const struct xen_offer *offer, char *why, size_t size);

#endif
