// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * measure.c - see measure.h.
 *
 * A run is a pure function of its inputs, whose hash is its key: a run whose key is known
 * is taken from where it is known.  A few of these are executed all the same, other ones at
 * each commit, to see that it is so.
 */
#include "measure.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../bench/capture.h"
#include "../bench/image.h"
#include "../bench/ledger.h"
#include "../bench/provenance.h"
#include "environment.h"
#include "ledger-read.h"

struct plan {
	struct run *run;
	char id[RUN_ID_MAX];
	const struct rec_run *known;
	bool execute;
};

static void add_provenance(struct record *r, const struct measure *m)
{
	char *const head[] = {"git", "rev-parse", "HEAD", NULL};
	char date[32];
	time_t now = time(NULL);
	struct wp_buf changes = {0};

	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	r->date = wp_strdup(date);
	r->revision = m->revision ? wp_strdup(m->revision) : capture_line(head, "unknown");
	/* Without git nobody knows, so it is dirty. */
	r->dirty = !m->revision && (provenance_changes(&changes) || changes.len);
	if (r->dirty && m->clean)
		wp_die(WP_USAGE,
		       "there are uncommitted changes, so that no revision could be named as "
		       "measured: commit them first (DIRTY=1 measures them all the same, and the "
		       "record says so)\n%s",
		       changes.len ? changes.data : "git status says nothing: no git, or no clone");
	wp_buf_free(&changes);
}

static void add_images(struct record *r, json_t *inputs)
{
	static const char *const list[] = {"images", "plugins"};
	json_t *file;
	size_t k;

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		json_array_foreach(json_object_get(inputs, list[i]), k, file)
			record_add_image(r, json_string_value(json_object_get(file, "path")),
					 json_string_value(json_object_get(file, "sha256")));
}

/* Was the ledger of a known run made by what would make it now? */
static bool ledger_serves(struct record *r, const struct measure *m, const struct run *run,
			  const struct rec_run *known)
{
	bool same = known && known->ledger;
	char *path;

	if (!m->engine.ledger || !ledger_wanted(run))
		return true;
	for (size_t i = 0; (path = ledger_maker(m->engine.build, run, i)); i++) {
		const struct rec_image *old = m->known ? record_image(m->known, path) : NULL;
		const char *sha256 = image_sha256(path);

		if (!sha256)
			wp_die(WP_FAILED, "%s cannot be read; 'make gate-needs' builds it", path);
		record_add_image(r, path, sha256);
		same = same && old && !strcmp(old->sha256, sha256);
		free(path);
	}
	return same;
}

/* What is known of this run, if it was made from the same. */
static const struct rec_run *find_known(struct record *r, const struct measure *m,
					const struct run *run, const char *id)
{
	const struct rec_run *known = m->known ? record_run(m->known, id) : NULL, *found = NULL;
	bool serves = ledger_serves(r, m, run, known);
	int net = run_net(run);

	for (;;) {
		struct inputs in;
		char why[512];

		if (inputs_make(&in, m->engine.build, run, (enum net_mode)net, why, sizeof(why)))
			wp_die(WP_FAILED, "%s", why);
		if (net == (int)run_net(run))
			add_images(r, in.json);
		if (known && serves && !strcmp(known->key, in.key))
			found = known;
		inputs_free(&in);
		if (found || net != NET_PEER)
			return found;
		net = NET_LOOP;
	}
}

/* Which of the known ones: another place at each commit. */
static void choose_sample(struct plan *p, size_t n, const struct measure *m, const struct record *r,
			  struct measured *done)
{
	char digits[9] = "";
	size_t start;

	strncat(digits, r->revision, sizeof(digits) - 1);
	start = n ? strtoul(digits, NULL, 16) % n : 0;
	for (size_t i = 0; i < n && done->sampled < m->sample; i++) {
		struct plan *one = &p[(start + i) % n];

		if (one->known) {
			one->execute = true;
			done->sampled++;
		}
	}
}

static struct kernel *kernel_of(const char *build, const struct run *run)
{
	static struct open_kernel {
		struct open_kernel *next;
		char *path;
		struct kernel k;
	} * opened;
	char *tree = run_expand(run->system->tree, build, run, NET_NONE);
	char *path = wp_format("%s/vmlinux", tree);
	struct open_kernel *k = opened;

	while (k && strcmp(k->path, path))
		k = k->next;
	if (!k) {
		k = wp_alloc(sizeof(*k));
		k->path = wp_strdup(path);
		k->next = opened;
		opened = k;
		kernel_open(&k->k, k->path);
	}
	free(path);
	free(tree);
	return &k->k;
}

static void take(struct rec_run *run, const struct result *result)
{
	strcpy(run->unit, result->unit);
	strcpy(run->check, result->f.console.check);
	strcpy(run->key, result->key);
	run->ops = result->f.console.ops;
	run->bytes = result->f.console.bytes;
	run->measured = result->f.measured;
	memcpy(run->boot, result->f.boot.insns, sizeof(run->boot));
}

/* Reads the result of an executed run; returns -1 where there is none. */
static int add_result(struct record *r, const struct measure *m, const struct plan *p)
{
	char why[512], *path;
	struct result *result = result_find(m->engine.results, m->engine.build, p->run, why,
					    sizeof(why));
	struct rec_run *run;

	if (!result)
		return -1;
	run = record_add_run(r, p->id);
	take(run, result);
	if (m->engine.ledger && ledger_wanted(p->run)) {
		path = ledger_path(m->engine.results, m->engine.build, p->run, result->key);
		ledger_read(run, path, kernel_of(m->engine.build, p->run));
		free(path);
	}
	result_free(result);
	return 0;
}

/* Are two runs of one key the same?  They must be. */
static bool same_run(const struct rec_run *a, const struct rec_run *b)
{
	struct record x = {.revision = "", .date = ""}, y = x;
	struct wp_buf s = {0}, t = {0};
	bool same;

	x.run = (struct rec_run *)a;
	y.run = (struct rec_run *)b;
	x.runs = y.runs = 1;
	record_print(&x, &s);
	record_print(&y, &t);
	same = !strcmp(s.data, t.data);
	wp_buf_free(&s);
	wp_buf_free(&t);
	return same;
}

static uint64_t code_bytes(const struct image *img)
{
	uint64_t n = 0;

	for (size_t i = 1; i < img->nsections; i++)
		if (img->section[i].exec)
			n += img->section[i].size;
	return n;
}

static void add_wedge_statics(struct record *r, const char *build)
{
	char *path = wp_format("%s/wedge/wedge.elf", build), *error;
	struct image img;

	if (image_open(&img, path, &error))
		wp_die(WP_FAILED, "%s: %s; 'make wedge' builds it", path, error);
	record_add_static(r, "wedge/code_bytes", code_bytes(&img));
	image_close(&img);
	free(path);
}

static void add_kernel_statics(struct record *r, const char *build, const struct run *run)
{
	struct kernel *k;
	uint64_t pads = 0;
	char *name = wp_format("linux-%s/code_bytes", run->kernel);

	if (!record_static(r, name)) {
		k = kernel_of(build, run);
		for (size_t i = 0; i < k->sites.n; i++)
			pads += (uint64_t)(k->sites.site[i].total - k->sites.site[i].length);
		record_add_static(r, name, image_function_bytes(&k->image));
		free(name);
		name = wp_format("linux-%s/pad_bytes", run->kernel);
		record_add_static(r, name, pads);
	}
	free(name);
}

static void add_statics(struct record *r, const struct measure *m, const struct plan *p, size_t n)
{
	bool wedge = false;

	for (size_t i = 0; i < n; i++) {
		if (!ledger_wanted(p[i].run))
			continue;
		if (!wedge)
			add_wedge_statics(r, m->engine.build);
		wedge = true;
		add_kernel_statics(r, m->engine.build, p[i].run);
	}
}

static void execute(struct record *r, const struct measure *m, struct plan *p, size_t n,
		    struct measured *done)
{
	struct run *now = wp_alloc((n + 1) * sizeof(*now)), *anew;
	struct engine_options fresh = m->engine;
	size_t a = 0, b = 0;

	anew = wp_alloc((n + 1) * sizeof(*anew));
	for (size_t i = 0; i < n; i++) {
		if (p[i].known && p[i].execute)
			anew[b++] = *p[i].run;
		else if (p[i].execute)
			now[a++] = *p[i].run;
	}
	fresh.reuse = false;
	if (a)
		done->failed += engine_run(&m->engine, now, a);
	if (b)
		done->failed += engine_run(&fresh, anew, b);
	free(anew);
	free(now);
	for (size_t i = 0; i < n && !done->failed; i++) {
		if (!p[i].execute) {
			record_copy_run(r, p[i].known);
			continue;
		}
		if (add_result(r, m, &p[i])) {
			done->failed++;
			wp_warn("%s: there is no result of it", p[i].id);
		} else if (p[i].known && !same_run(p[i].known, &r->run[r->runs - 1])) {
			done->differs++;
			wp_warn("%s: it is not what was recorded of the same inputs: this machine "
				"or the record is wrong",
				p[i].id);
		}
	}
}

struct measured measure(struct record *r, const struct measure *m)
{
	struct measured done = {0};
	struct workloads w;
	struct run *runs;
	struct plan *p;
	size_t n;

	*r = (struct record){0};
	add_provenance(r, m);
	environment_add(r, m->engine.build, m->cc);
	workloads_load(&w, m->engine.build);
	n = run_matrix(&runs, &w, m->size, m->kernels, m->systems, m->workloads, 0);
	p = wp_alloc((n + 1) * sizeof(*p));
	for (size_t i = 0; i < n; i++) {
		runs[i].k = m->perturb;
		p[i].run = &runs[i];
		run_id(&runs[i], p[i].id);
		p[i].known = find_known(r, m, &runs[i], p[i].id);
		p[i].execute = !p[i].known;
		done.known += p[i].known != NULL;
	}
	done.runs = n;
	choose_sample(p, n, m, r, &done);
	add_statics(r, m, p, n);
	execute(r, m, p, n, &done);
	free(p);
	free(runs);
	workloads_free(&w);
	return done;
}
