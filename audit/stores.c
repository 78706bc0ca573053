// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stores.c - observed stores to page tables (memsites/ptstores.c) against the
 * annotations: what did the compiler plugin miss?
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "audit.h"

#define MAGIC "wedgeperf-ptstores 1"

/* Was this instruction in an earlier file (or line)?  There are some hundred of them. */
static bool seen(struct audit *a, uint64_t addr)
{
	for (size_t i = 0; i < a->stores.instructions; i++)
		if (a->stores.addr[i] == addr)
			return true;
	a->stores.addr = wp_realloc(a->stores.addr, (a->stores.instructions + 1) * sizeof(addr));
	a->stores.addr[a->stores.instructions] = addr;
	return false;
}

static void observed(struct audit *a, uint64_t addr, unsigned int level, uint64_t count,
		     unsigned int bytes)
{
	const struct site *site = audit_site_before(a, addr);
	bool first = !seen(a, addr);

	a->stores.instructions += first;
	a->stores.executions += count;
	if (site && addr - site->addr < site->total && kind_info[site->kind].flags & KF_MEMORY) {
		a->stores.annotated += first;
		a->stores.annotated_executions += count;
	} else if (first) {
		audit_add(a, FINDING_UNMARKED, addr, "-",
			  "level %u, %u bytes, executed %" PRIu64 " times", level, bytes, count);
	}
}

/* What a complete file says; without it an empty observation would pass. */
struct heard {
	bool roots, tables, unseen, end;
};

/* One line; false if it is none of the format. */
static bool read_line(struct audit *a, const char *path, const char *line, struct heard *heard)
{
	uint64_t addr, count, roots, tables, unseen;
	unsigned int level, bytes;
	int used = -1;

	if (heard->end)
		return false;
	if (!strcmp(line, "end")) {
		heard->end = true;
		return true;
	}
	if (sscanf(line, "tables %" SCNu64 "%n", &tables, &used) == 1 && !line[used]) {
		heard->tables = true;
		return true;
	}
	if (sscanf(line, "roots %" SCNu64 "%n", &roots, &used) == 1 && !line[used]) {
		heard->roots = true;
		if (!roots)
			audit_add(a, FINDING_UNSEEN, 0, "-", "%s: no page table was seen at all",
				  path);
		return true;
	}
	if (sscanf(line, "unseen %" SCNu64 "%n", &unseen, &used) == 1 && !line[used]) {
		heard->unseen = true;
		if (unseen)
			audit_add(a, FINDING_UNSEEN, 0, "-", "%s: %" PRIu64 " entries", path,
				  unseen);
		return true;
	}
	if (sscanf(line, "store 0x%" SCNx64 " %u %" SCNu64 " %u%n", &addr, &level, &count, &bytes,
		   &used) != 4 ||
	    line[used])
		return false;
	observed(a, addr, level, count, bytes);
	return true;
}

int audit_stores(struct audit *a, const char *path)
{
	struct heard heard = {0};
	struct wp_buf text = {0};
	unsigned int number = 0;
	char *line, *next;
	int rc = 0;

	if (wp_read_file(path, &text)) {
		wp_warn("%s: %s", path, strerror(errno));
		wp_buf_free(&text);
		return -1;
	}
	for (line = text.data; !rc && line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		number++;
		if (number == 1 ? strcmp(line, MAGIC) : !read_line(a, path, line, &heard)) {
			wp_warn_at(path, number, "not a line of `" MAGIC "': %.60s", line);
			rc = -1;
		}
	}
	if (!rc && !(heard.roots && heard.tables && heard.unseen && heard.end)) {
		wp_warn_at(path, number, "cut short: run ptstores.so again");
		rc = -1;
	}
	wp_buf_free(&text);
	return rc;
}
