// SPDX-License-Identifier: GPL-2.0-or-later
/* selection.c - see selection.h. */
#include "selection.h"

#include <stdio.h>
#include <string.h>

/* The parts of "wedge@6.12/fork/quick/0". */
struct parts {
	char system[RUN_ID_MAX], kernel[RUN_ID_MAX], workload[RUN_ID_MAX];
};

static void part(char to[RUN_ID_MAX], const char *from, const char *until)
{
	snprintf(to, RUN_ID_MAX, "%.*s", (int)strcspn(from, until), from);
}

static struct parts split(const char *id)
{
	const char *at = id + strcspn(id, "@/"), *slash = id + strcspn(id, "/");
	struct parts p = {0};

	part(p.system, id, "@/");
	part(p.kernel, *at == '@' ? at + 1 : RUN_KERNEL, "/");
	part(p.workload, *slash ? slash + 1 : slash, "/");
	return p;
}

bool selection_has(const struct selection *s, const char *id)
{
	struct parts p = split(id);
	const struct bench_system *known = bench_system_find(p.system);

	return (s->systems ? list_has(s->systems, p.system) : !known || !known->on_request) &&
	       list_has(s->kernels, p.kernel) && list_has(s->workloads, p.workload);
}

bool selection_has_static(const struct selection *s, const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->runs; i++) {
		char tree[RUN_ID_MAX + 8];

		snprintf(tree, sizeof(tree), "linux-%s/", split(r->run[i].id).kernel);
		if (r->run[i].ledger && selection_has(s, r->run[i].id) &&
		    (strncmp(name, "linux-", 6) || !strncmp(name, tree, strlen(tree))))
			return true;
	}
	return false;
}
