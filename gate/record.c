// SPDX-License-Identifier: GPL-2.0-or-later
/* record.c - see record.h: what a record holds; record-text.c reads and writes it. */
#include "record.h"

#include <stdlib.h>
#include <string.h>

const char *const site_how_names[HOWS] = {"native", "trap", "call", "inline"};

#define GROW(list, n) (list) = wp_realloc((list), ((n) + 1) * sizeof(*(list)))

struct rec_input *record_add_input(struct record *r, const char *name, const char *sha256,
				   const char *text)
{
	GROW(r->input, r->inputs);
	r->input[r->inputs] = (struct rec_input){wp_strdup(name), wp_strdup(sha256),
						 wp_strdup(text)};
	return &r->input[r->inputs++];
}

void record_add_image(struct record *r, const char *path, const char *sha256)
{
	if (record_image(r, path))
		return;
	GROW(r->image, r->images);
	r->image[r->images++] = (struct rec_image){wp_strdup(path), wp_strdup(sha256)};
}

void record_add_static(struct record *r, const char *name, uint64_t value)
{
	GROW(r->stat, r->stats);
	r->stat[r->stats++] = (struct rec_static){wp_strdup(name), value};
}

struct rec_run *record_add_run(struct record *r, const char *id)
{
	struct rec_run *run;

	GROW(r->run, r->runs);
	run = &r->run[r->runs++];
	*run = (struct rec_run){0};
	snprintf(run->id, sizeof(run->id), "%s", id);
	return run;
}

struct rec_site *record_add_site(struct rec_run *run, const char *name)
{
	struct rec_site *s;

	GROW(run->site, run->sites);
	s = &run->site[run->sites++];
	*s = (struct rec_site){.name = wp_strdup(name)};
	return s;
}

void record_copy_run(struct record *to, const struct rec_run *run)
{
	struct rec_run *copy = record_add_run(to, run->id);

	*copy = *run;
	copy->site = NULL;
	copy->sites = 0;
	for (size_t i = 0; i < run->sites; i++) {
		struct rec_site *s = record_add_site(copy, run->site[i].name);
		char *name = s->name;

		*s = run->site[i];
		s->name = name;
	}
}

const struct rec_run *record_run(const struct record *r, const char *id)
{
	for (size_t i = 0; i < r->runs; i++)
		if (!strcmp(r->run[i].id, id))
			return &r->run[i];
	return NULL;
}

const struct rec_input *record_input(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->inputs; i++)
		if (!strcmp(r->input[i].name, name))
			return &r->input[i];
	return NULL;
}

const struct rec_image *record_image(const struct record *r, const char *path)
{
	for (size_t i = 0; i < r->images; i++)
		if (!strcmp(r->image[i].path, path))
			return &r->image[i];
	return NULL;
}

const struct rec_static *record_static(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->stats; i++)
		if (!strcmp(r->stat[i].name, name))
			return &r->stat[i];
	return NULL;
}

void record_free(struct record *r)
{
	for (size_t i = 0; i < r->inputs; i++) {
		free(r->input[i].name);
		free(r->input[i].sha256);
		free(r->input[i].text);
	}
	for (size_t i = 0; i < r->images; i++) {
		free(r->image[i].path);
		free(r->image[i].sha256);
	}
	for (size_t i = 0; i < r->stats; i++)
		free(r->stat[i].name);
	for (size_t i = 0; i < r->runs; i++) {
		for (size_t k = 0; k < r->run[i].sites; k++)
			free(r->run[i].site[k].name);
		free(r->run[i].site);
	}
	free(r->input);
	free(r->image);
	free(r->stat);
	free(r->run);
	free(r->revision);
	free(r->date);
	*r = (struct record){0};
}
