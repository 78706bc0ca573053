/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sites.h - the annotated sites of an ELF image, and their stable names.
 *
 * Reads the notes that include/wedgeperf/annotation.h defines.  A name is
 * `function/kind#n`: n counts from 0, by address, the sites of that kind in that
 * function.  A local function's name is qualified by its source file:
 * `file.c:function/kind#n`.  A site in no function is `(section)/kind#n`,
 * counted within the section.
 */
#ifndef WEDGEPERF_LIB_SITES_H
#define WEDGEPERF_LIB_SITES_H

#include <wedgeperf/annotation.h>
#include <wedgeperf/kinds.h>
#include "image.h"

struct site {
	uint64_t addr; /* as in struct image: unique in relocatable files too */
	uint8_t kind, length, total, flags;  /* as in struct ab_site */
	const struct image_section *section; /* NULL: the address is in none */
	const struct image_symbol *function; /* NULL: in no function */
	const char *name;		     /* see above; several sites may share one */
};

struct sites {
	struct site *site; /* by ascending address */
	size_t n;
	size_t notes;	   /* one for each assembled object that has sites */
	char *names;	   /* private: what the names point into */
	uint32_t *by_name; /* private */
};

/*
 * All sites of @img, which must outlive them.  Returns 0 (a file without
 * annotations has n == 0), or -1 with a message in *@error, to be freed, if a
 * note is malformed, of an unknown version, or has a kind that is not in
 * kinds.def.  What the annotated bytes are is not looked at.
 */
int sites_load(struct sites *sites, const struct image *img, char **error);
void sites_free(struct sites *sites);

/* The site that starts at @addr, or NULL. */
const struct site *sites_at(const struct sites *sites, uint64_t addr);

/*
 * The sites with that name: their number, and in *@index (to be freed) their
 * places in site[], by ascending address.
 */
size_t sites_named(const struct sites *sites, const char *name, size_t **index);

/* How many sites share their name with another one. */
size_t sites_ambiguous(const struct sites *sites);

/* "function", "file.c:function" or "(section)": the part of a name before the slash. */
char *sites_place(const struct image_symbol *function, const struct image_section *section);

#endif
