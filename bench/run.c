// SPDX-License-Identifier: GPL-2.0-or-later
/* run.c - run ids and the matrix of runs. */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wp.h>

const char *const run_size_names[] = {"full", "quick"};

/*
 * How many boots, each with another perturbation, stand behind a figure.  The workload
 * says it for full size.  The papers' gigabyte costs half a minute a boot, so its noise is
 * taken from short transfers: boots of the quick size beside one full one.  BOOTS= replaces
 * the number of quick boots where there are such, and the other one elsewhere.
 */
struct boots {
	unsigned int full, quick;
};

uint64_t run_ops(const struct run *r)
{
	return r->size == SIZE_FULL ? r->workload->full_ops : r->workload->quick_ops;
}

/* Ids are older than the second kernel: those of the first name none. */
void run_system_id(const struct run *r, char id[RUN_ID_MAX])
{
	bool first = !strcmp(r->kernel, RUN_KERNEL);

	snprintf(id, RUN_ID_MAX, "%s%s%s", r->system->id, first ? "" : "@", first ? "" : r->kernel);
}

void run_id(const struct run *r, char id[RUN_ID_MAX])
{
	char system[RUN_ID_MAX];

	run_system_id(r, system);
	if (snprintf(id, RUN_ID_MAX, "%s/%s/%s/%u", system, r->workload->name,
		     run_size_names[r->size], r->k) >= RUN_ID_MAX)
		wp_die(WP_FAILED, "the id of a run of %s is too long", r->workload->name);
}

static int parse_kernel(const char *s, char kernel[RUN_KERNEL_MAX])
{
	size_t len = strspn(s, "0123456789abcdefghijklmnopqrstuvwxyz.-");

	/* It becomes part of a path: no "..", nothing hidden. */
	if (!len || len >= RUN_KERNEL_MAX || s[len] || *s == '.' || *s == '-')
		return -1;
	strcpy(kernel, s);
	return 0;
}

/* "system" or "system@kernel"; cuts @s. */
static int parse_system(struct run *r, char *s)
{
	char *kernel = strchr(s, '@');

	if (kernel)
		*kernel++ = '\0';
	r->system = bench_system_find(s);
	/* One spelling for one run. */
	if (kernel && !strcmp(kernel, RUN_KERNEL))
		return -1;
	return !r->system || parse_kernel(kernel ? kernel : RUN_KERNEL, r->kernel) ? -1 : 0;
}

static int parse_size(const char *s, enum run_size *size)
{
	for (int i = SIZE_FULL; i <= SIZE_QUICK; i++) {
		if (!strcmp(s, run_size_names[i])) {
			*size = (enum run_size)i;
			return 0;
		}
	}
	return -1;
}

static int parse_k(const char *s, unsigned int *k)
{
	size_t digits = strspn(s, "0123456789");

	/* One spelling for one run: no leading zeros, no sign, nothing after. */
	if (!digits || digits > 2 || s[digits] || (digits > 1 && s[0] == '0'))
		return -1;
	*k = (unsigned int)strtoul(s, NULL, 10);
	return *k > RUN_PERTURB_MAX ? -1 : 0;
}

int run_parse(struct run *r, const char *id, const struct workloads *w, char *why, size_t len)
{
	char *copy = wp_strdup(id), *rest = copy, *part[4];
	int ret = -1;

	for (size_t i = 0; i < 4; i++)
		part[i] = strsep(&rest, "/");
	if (!part[3] || rest)
		snprintf(why, len, "'%s' is not system/workload/size/k; 'bench list' shows some",
			 id);
	else if (parse_system(r, part[0]))
		snprintf(why, len, "'%s': no system '%.*s'", id, (int)strcspn(id, "/"), id);
	else if (!(r->workload = workload_find(w, part[1])))
		snprintf(why, len, "'%s': no workload '%s'", id, part[1]);
	else if (parse_size(part[2], &r->size))
		snprintf(why, len, "'%s': size '%s' is neither full nor quick", id, part[2]);
	else if (parse_k(part[3], &r->k))
		snprintf(why, len, "'%s': perturbation '%s' is not a number from 0 to %d", id,
			 part[3], RUN_PERTURB_MAX);
	else
		ret = 0;
	free(copy);
	return ret;
}

bool list_has(const char *list, const char *name)
{
	size_t len = strlen(name);

	if (!list)
		return true;
	for (const char *s = list; *s; s += strcspn(s, ","), s += *s == ',')
		if (strcspn(s, ",") == len && !strncmp(s, name, len))
			return true;
	return false;
}

static bool known_system(const struct workloads *w, const char *name)
{
	(void)w;
	return bench_system_find(name);
}

static bool known_workload(const struct workloads *w, const char *name)
{
	return workload_find(w, name);
}

static bool known_kernel(const struct workloads *w, const char *name)
{
	char kernel[RUN_KERNEL_MAX];

	(void)w;
	return !parse_kernel(name, kernel);
}

static void check_list(const char *what, const char *list, const struct workloads *w,
		       bool (*known)(const struct workloads *w, const char *name))
{
	char *copy, *rest, *name;

	if (!list)
		return;
	copy = rest = wp_strdup(list);
	while ((name = strsep(&rest, ",")))
		if (!known(w, name))
			wp_die(WP_USAGE, "no %s '%s'; 'bench list' shows what there is", what,
			       name);
	free(copy);
}

static struct boots boots_of(const struct workload *w, enum run_size size, unsigned int boots)
{
	if (size == SIZE_QUICK)
		return (struct boots){.quick = boots ? boots : 1};
	if (w->peer != PEER_NONE)
		return (struct boots){.full = 1, .quick = boots ? boots : w->boots - 1};
	return (struct boots){.full = boots ? boots : w->boots};
}

static void add_runs(struct run **list, size_t *n, struct run r, unsigned int first,
		     unsigned int boots)
{
	for (r.k = first; r.k < first + boots; r.k++) {
		*list = wp_realloc(*list, (*n + 1) * sizeof(**list));
		(*list)[(*n)++] = r;
	}
}

/* One workload on one kernel (up to a comma): every system that is asked for. */
static size_t add_systems(struct run **list, size_t n, const struct workload *w, const char *kernel,
			  enum run_size size, const char *systems, unsigned int boots)
{
	const struct boots b = boots_of(w, size, boots);

	for (size_t s = 0; s < bench_nsystems; s++) {
		struct run r = {.system = &bench_systems[s], .workload = w, .size = SIZE_FULL};

		memcpy(r.kernel, kernel, strcspn(kernel, ","));
		if (systems ? !list_has(systems, r.system->id) : r.system->on_request)
			continue;
		add_runs(list, &n, r, 0, b.full);
		r.size = SIZE_QUICK;
		/* The full one was the unperturbed one. */
		add_runs(list, &n, r, b.full, b.quick);
	}
	return n;
}

size_t run_matrix(struct run **list, const struct workloads *w, enum run_size size,
		  const char *kernels, const char *systems, const char *workloads,
		  unsigned int boots)
{
	size_t n = 0;

	*list = NULL;
	if (!kernels)
		kernels = RUN_KERNEL;
	check_list("kernel", kernels, w, known_kernel);
	check_list("system", systems, w, known_system);
	check_list("workload", workloads, w, known_workload);
	for (size_t i = 0; i < w->n; i++) {
		if (!list_has(workloads, w->list[i].name))
			continue;
		for (const char *k = kernels; *k; k += strcspn(k, ","), k += *k == ',')
			n = add_systems(list, n, &w->list[i], k, size, systems, boots);
	}
	return n;
}
