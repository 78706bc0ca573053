// SPDX-License-Identifier: GPL-2.0-or-later
/* result.c - results on disk: written whole, verified before they are trusted. */
#include "result.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

char *result_path(const char *dir, const char *key)
{
	return wp_format("%s/%s.json", dir, key);
}

static char *canonical(json_t *json, size_t flags)
{
	char *text = json ? json_dumps(json, JSON_SORT_KEYS | flags) : NULL;

	if (!text)
		wp_die(WP_FAILED, "cannot write JSON: out of memory, or text that is not UTF-8");
	return text;
}

char *result_figures_text(json_t *file)
{
	return canonical(json_object_get(file, "figures"), JSON_INDENT(2));
}

/* Over the canonical text of everything but the checksum itself. */
static void checksum(json_t *file, char hex[WP_SHA256_HEX])
{
	json_t *copy = json_copy(file);
	char *text;

	json_object_del(copy, "checksum");
	text = canonical(copy, JSON_COMPACT);
	wp_sha256(text, strlen(text), hex);
	free(text);
	json_decref(copy);
}

static json_t *insns_json(const struct counts *c)
{
	json_t *json = json_object();

	for (size_t e = 0; e < EXECUTORS; e++)
		json_object_set_new(json, executor_names[e],
				    json_integer((json_int_t)c->insns[e].n));
	return json;
}

static json_t *events_json(const struct counts *c)
{
	json_t *json = json_object();

	for (size_t i = 0; i < c->nevents; i++) {
		json_t *by;

		if (!event_total(&c->event[i]).n)
			continue;
		by = json_object();
		for (size_t e = 0; e < EXECUTORS; e++)
			if (c->event[i].by[e].n)
				json_object_set_new(by, executor_names[e],
						    json_integer((json_int_t)c->event[i].by[e].n));
		json_object_set_new(json, c->event[i].class, by);
	}
	return json;
}

/* By kind, then by strategy. */
static json_t *tally_json(const struct tally *t)
{
	json_t *json = json_object();

	for (size_t i = 0; i < t->n; i++) {
		const struct tally_row *row = &t->row[i];
		json_t *kind = json_object_get(json, row->kind);

		if (!kind) {
			kind = json_object();
			json_object_set_new(json, row->kind, kind);
		}
		json_object_set_new(kind, row->strategy,
				    json_pack("{s:I, s:I}", "sites", (json_int_t)row->sites,
					      "emulated", (json_int_t)row->emulated));
	}
	return json;
}

static json_t *peer_json(const struct peer *p)
{
	if (!p->present)
		return json_null();
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "bytes", (json_int_t)p->bytes,
			 "first_ns", (json_int_t)p->first.n, "last_ns", (json_int_t)p->last.n,
			 "retransmits", (json_int_t)p->retransmits, "frames", (json_int_t)p->frames,
			 "dropped", (json_int_t)p->dropped, "connections",
			 (json_int_t)p->connections);
}

static json_t *figures_json(const struct run *r, const struct inputs *in, const struct figures *f)
{
	const struct console *c = &f->console;
	char id[RUN_ID_MAX];
	json_t *json;

	run_id(r, id);
	json = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:I, s:I, s:I, s:s, s:o, s:o, s:o, s:o}",
		"run", id, "system", r->system->id, "kernel", r->kernel, "workload",
		r->workload->name, "unit", r->workload->unit, "size", run_size_names[r->size],
		"perturbation", (int)r->k, "network", net_mode_names[in->net], "ops",
		(json_int_t)c->ops, "bytes", (json_int_t)c->bytes, "ticks", (json_int_t)c->ticks.n,
		"check", c->check, "instructions", insns_json(&f->measured), "events",
		events_json(&f->measured), "boot_instructions", insns_json(&f->boot), "peer",
		peer_json(&f->peer));
	if (f->tally.n)
		json_object_set_new(json, "sites", tally_json(&f->tally));
	return json;
}

json_t *result_json(const struct run *r, const struct inputs *in, const struct figures *f,
		    json_t *provenance, double seconds)
{
	char hex[WP_SHA256_HEX], date[32];
	time_t now = time(NULL);
	json_t *file;

	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	file = json_pack("{s:s, s:s, s:o, s:O, s:O, s:{s:s, s:f}}", "schema", RESULT_SCHEMA, "key",
			 in->key, "figures", figures_json(r, in, f), "inputs", in->json,
			 "provenance", provenance, "wall", "date", date, "seconds", seconds);
	if (!file)
		wp_die(WP_FAILED, "cannot make a result: text that is not UTF-8");
	checksum(file, hex);
	json_object_set_new(file, "checksum", json_string(hex));
	return file;
}

int result_store(const char *dir, const char *key, json_t *file)
{
	char *path = result_path(dir, key), *text = canonical(file, JSON_INDENT(2));
	struct wp_buf b = {0};
	int ret;

	wp_buf_str(&b, text);
	wp_buf_str(&b, "\n");
	ret = wp_write_file(path, b.data, b.len);
	wp_buf_free(&b);
	free(text);
	free(path);
	return ret;
}

static uint64_t get_number(json_t *json, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(json, key));
}

static int get_insns(json_t *json, struct counts *c)
{
	for (size_t e = 0; e < EXECUTORS; e++) {
		json_t *n = json_object_get(json, executor_names[e]);

		if (!json_is_integer(n))
			return -1;
		c->insns[e].n = (uint64_t)json_integer_value(n);
	}
	return 0;
}

static int get_events(json_t *json, struct counts *c)
{
	const char *class;
	json_t *by;

	json_object_foreach(json, class, by) {
		struct event_count *e = &c->event[c->nevents];

		if (c->nevents == EVENT_CLASSES || strlen(class) >= WORD_MAX)
			return -1;
		c->nevents++;
		strcpy(e->class, class);
		for (size_t i = 0; i < EXECUTORS; i++)
			e->by[i].n = get_number(by, executor_names[i]);
	}
	return 0;
}

/* Results of systems without a wedge have none, nor have older ones. */
static int get_tally(json_t *json, struct tally *t)
{
	const char *kind, *strategy;
	json_t *by_strategy, *row;

	json_object_foreach(json, kind, by_strategy) {
		json_object_foreach(by_strategy, strategy, row) {
			struct tally_row *r = &t->row[t->n];

			if (t->n == TALLY_ROWS || strlen(kind) >= sizeof(r->kind) ||
			    strlen(strategy) >= sizeof(r->strategy))
				return -1;
			t->n++;
			strcpy(r->kind, kind);
			strcpy(r->strategy, strategy);
			r->sites = get_number(row, "sites");
			r->emulated = get_number(row, "emulated");
		}
	}
	return 0;
}

static int copy_text(char *out, size_t len, json_t *json, const char *key)
{
	const char *s = json_string_value(json_object_get(json, key));

	return !s || (size_t)snprintf(out, len, "%s", s) >= len ? -1 : 0;
}

static void get_peer(json_t *json, struct peer *p)
{
	p->present = p->ok = json_is_object(json);
	p->bytes = get_number(json, "bytes");
	p->first.n = get_number(json, "first_ns");
	p->last.n = get_number(json, "last_ns");
	p->retransmits = get_number(json, "retransmits");
	p->frames = get_number(json, "frames");
	p->dropped = get_number(json, "dropped");
	p->connections = get_number(json, "connections");
}

static int get_figures(struct result *r, json_t *j)
{
	struct console *c = &r->f.console;
	json_int_t ops, bytes, ticks;
	char size[WORD_MAX];
	int k;

	if (copy_text(r->id, sizeof(r->id), j, "run") ||
	    copy_text(r->system, sizeof(r->system), j, "system") ||
	    copy_text(r->kernel, sizeof(r->kernel), j, "kernel") ||
	    copy_text(r->workload, sizeof(r->workload), j, "workload") ||
	    copy_text(r->unit, sizeof(r->unit), j, "unit") ||
	    copy_text(r->network, sizeof(r->network), j, "network") ||
	    copy_text(size, sizeof(size), j, "size") ||
	    copy_text(c->check, sizeof(c->check), j, "check") ||
	    json_unpack(j, "{s:i, s:I, s:I, s:I}", "perturbation", &k, "ops", &ops, "bytes", &bytes,
			"ticks", &ticks))
		return -1;
	r->size = strcmp(size, run_size_names[SIZE_FULL]) ? SIZE_QUICK : SIZE_FULL;
	r->k = (unsigned int)k;
	c->ops = (uint64_t)ops;
	c->bytes = (uint64_t)bytes;
	c->ticks.n = (uint64_t)ticks;
	get_peer(json_object_get(j, "peer"), &r->f.peer);
	return !ops || get_insns(json_object_get(j, "instructions"), &r->f.measured) ||
			       get_insns(json_object_get(j, "boot_instructions"), &r->f.boot) ||
			       get_events(json_object_get(j, "events"), &r->f.measured) ||
			       get_tally(json_object_get(j, "sites"), &r->f.tally)
		       ? -1
		       : 0;
}

static const char *verify(json_t *file, const char *path)
{
	const char *key = json_string_value(json_object_get(file, "key"));
	const char *stored = json_string_value(json_object_get(file, "checksum"));
	const char *schema = json_string_value(json_object_get(file, "schema"));
	const char *base = strrchr(path, '/');
	char hex[WP_SHA256_HEX];

	base = base ? base + 1 : path;
	if (!schema || strcmp(schema, RESULT_SCHEMA))
		return "not of schema " RESULT_SCHEMA;
	if (!stored || !key)
		return "no checksum or key";
	checksum(file, hex);
	if (strcmp(stored, hex))
		return "damaged or edited: its checksum does not fit its content";
	inputs_key(json_object_get(file, "inputs"), hex);
	if (strcmp(key, hex))
		return "its key is not the hash of its inputs";
	if (strncmp(base, key, strlen(key)))
		return "renamed: its name is not its key";
	return NULL;
}

/* Files from when there was one kernel do not name it. */
static void add_kernel(json_t *figures)
{
	if (figures && !json_object_get(figures, "kernel"))
		json_object_set_new(figures, "kernel", json_string(RUN_KERNEL));
}

struct result *result_load(const char *path, char *why, size_t len)
{
	struct wp_buf b = {0};
	struct result *r = NULL;
	json_error_t error;
	const char *bad = NULL;
	json_t *file;

	*why = '\0';
	if (wp_read_file(path, &b)) {
		if (errno != ENOENT)
			snprintf(why, len, "%s: %s", path, strerror(errno));
		wp_buf_free(&b);
		return NULL;
	}
	file = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES, &error);
	wp_buf_free(&b);
	if (!file) {
		snprintf(why, len, "%s:%d: damaged: %s", path, error.line, error.text);
		return NULL;
	}
	bad = verify(file, path);
	if (!bad)
		add_kernel(json_object_get(file, "figures"));
	if (!bad) {
		r = wp_alloc(sizeof(*r));
		r->json = file;
		copy_text(r->key, sizeof(r->key), file, "key");
		if (!get_figures(r, json_object_get(file, "figures")))
			return r;
		free(r);
		bad = "figures are missing or malformed";
	}
	snprintf(why, len, "%s: %s", path, bad);
	json_decref(file);
	return NULL;
}

struct result *result_find(const char *dir, const char *build, const struct run *r, char *why,
			   size_t len)
{
	struct result *found = NULL;

	*why = '\0';
	for (int net = run_net(r); !found; net = NET_LOOP) {
		struct inputs in;
		char *path;

		if (inputs_make(&in, build, r, (enum net_mode)net, why, len))
			return NULL;
		path = result_path(dir, in.key);
		found = result_load(path, why, len);
		if (!found && *why)
			wp_warn("%s; left out", why);
		*why = '\0';
		free(path);
		inputs_free(&in);
		if (net != NET_PEER)
			break;
	}
	return found;
}

void result_free(struct result *r)
{
	if (r)
		json_decref(r->json);
	free(r);
}

void results_add(struct results *all, struct result *r)
{
	all->list = wp_realloc(all->list, (all->n + 1) * sizeof(struct result *));
	all->list[all->n++] = r;
}

void results_load(struct results *all, const char *dir)
{
	char *pattern = wp_format("%s/*.json", dir), why[512];
	glob_t g;

	*all = (struct results){0};
	if (!glob(pattern, 0, NULL, &g)) {
		for (size_t i = 0; i < g.gl_pathc; i++) {
			struct result *r;

			/* Only names that are keys: tables lie in the same directory. */
			if (strlen(strrchr(g.gl_pathv[i], '/') + 1) != WP_SHA256_HEX - 1 + 5)
				continue;
			r = result_load(g.gl_pathv[i], why, sizeof(why));
			if (r)
				results_add(all, r);
			else
				wp_warn("%s; left out", why);
		}
		globfree(&g);
	}
	free(pattern);
}

void results_free(struct results *all)
{
	for (size_t i = 0; i < all->n; i++)
		result_free(all->list[i]);
	free(all->list);
	*all = (struct results){0};
}
