/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * result.h - a run's result on disk: one JSON file, named by its key.
 *
 * Schema: docs/results.md.  A file carries the checksum of its own content and
 * the inputs that its name is the hash of, so a damaged, edited or renamed file
 * is found out and refused.
 */
#ifndef WEDGEPERF_BENCH_RESULT_H
#define WEDGEPERF_BENCH_RESULT_H

#include "figures.h"
#include "inputs.h"

struct result {
	char id[RUN_ID_MAX], system[WORD_MAX], kernel[WORD_MAX], workload[WORD_MAX], unit[WORD_MAX];
	char network[WORD_MAX]; /* a net_mode_names entry */
	char key[WP_SHA256_HEX];
	enum run_size size;
	unsigned int k;
	struct figures f;
	json_t *json; /* the whole file */
};

struct results {
	struct result **list;
	size_t n;
};

/* "<dir>/<key>.json"; the caller frees it. */
char *result_path(const char *dir, const char *key);

/* The part that must be the same in every repetition, as canonical text; the caller frees it. */
char *result_figures_text(json_t *file);

/*
 * Builds the whole file.  Takes over neither argument; @seconds and the date
 * are kept outside of the figures.
 */
json_t *result_json(const struct run *r, const struct inputs *in, const struct figures *f,
		    json_t *provenance, double seconds);

/* Writes it, all or nothing.  Returns 0, or -1 with errno set. */
int result_store(const char *dir, const char *key, json_t *file);

/*
 * Reads and verifies one.  Returns NULL with the reason in @why; where there is
 * no such file, *@why is empty.
 */
struct result *result_load(const char *path, char *why, size_t len);
void result_free(struct result *r);

/*
 * The stored result of a run, with whichever network it could be made.  Returns NULL
 * where there is none; a damaged one is warned about first.  *@why is empty unless
 * that is for images that are not fit.
 */
struct result *result_find(const char *dir, const char *build, const struct run *r, char *why,
			   size_t len);

/* All results in @dir, sorted by name; damaged ones are warned about and left out. */
void results_load(struct results *all, const char *dir);
void results_add(struct results *all, struct result *r); /* takes it over */
void results_free(struct results *all);

#endif
