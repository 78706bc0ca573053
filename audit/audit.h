/* SPDX-License-Identifier: GPL-2.0-or-later */
/* audit.h - what the audit's parts share: findings and the state of one audit. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "decode.h"
#include "sites.h"
#include "wp.h"

/* FINDING(id, name, text) */
#define FINDINGS                                                                                   \
	FINDING(UNANNOTATED, "unannotated", "sensitive instruction without an annotation")         \
	FINDING(OUTSIDE, "outside", "annotation outside of executable code")                       \
	FINDING(NOT_SENSITIVE, "not-sensitive", "annotation on no sensitive instruction")          \
	FINDING(WRONG_KIND, "wrong-kind", "annotation of another kind than the instruction")       \
	FINDING(WRONG_LENGTH, "wrong-length", "length, prefixes or total do not fit the bytes")    \
	FINDING(WRONG_PAD, "wrong-pad", "the pad is not made of NOPs")                             \
	FINDING(OVERLAP, "overlap", "site overlaps the one before it")                             \
	FINDING(ALTERNATIVE, "alternative", "site is not wholly in or out of an alternative")      \
	FINDING(JUMP_INTO, "jump-into", "a jump leads into the middle of a site")                  \
	FINDING(EXCEPTION, "exception-table", "exception table entry for the middle of a site")    \
	FINDING(UNREADABLE, "unreadable", "a table of the kernel could not be read")               \
	FINDING(UNMARKED, "unmarked-store",                                                        \
		"observed store to a page table without an annotation")                            \
	FINDING(UNSEEN, "unseen-stores",                                                           \
		"observation with a hole: entries changed by no store that was seen")              \
	FINDING(NO_KIND, "no-kind",                                                                \
		"sensitive instruction that no kind describes: nothing handles it")                \
	FINDING(UNMATCHED, "unmatched-plan", "line of the plan for a site that is not there")      \
	FINDING(NOT_PLANNED, "not-as-planned",                                                     \
		"site without the pad that its line of the plan asks")                             \
	FINDING(UNUSED, "unused-exception", "line of the exceptions file that excuses nothing")

enum finding_type {
#define FINDING(id, name, text) FINDING_##id,
	FINDINGS
#undef FINDING
		FINDING_TYPES
};

struct finding_info {
	const char *name, *text;
};
extern const struct finding_info finding_info[FINDING_TYPES];

struct finding {
	enum finding_type type;
	uint64_t addr;
	char *place;	  /* sites_place(), or a file:line */
	const char *kind; /* name of the kind it is about, or "-" */
	char *detail;
	char *excuse; /* reason from the exceptions file; NULL: none */
};

struct audit {
	const struct image *img;
	const struct sites *sites;
	struct decoder decoder;
	struct finding *finding;
	size_t nfindings;
	uint64_t exec_bytes;	  /* in executable sections */
	uint64_t undecoded_bytes; /* that are no instruction known to us */
	uint64_t data_bytes;	  /* of objects in executable sections, by their symbols */
	size_t instructions;	  /* decoded outside of sites */
	struct {
		size_t instructions, annotated; /* that were observed to store to page tables */
		uint64_t executions, annotated_executions;
		uint64_t *addr; /* of those instructions */
	} stores;
};

void audit_add(struct audit *a, enum finding_type type, uint64_t addr, const char *kind,
	       const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* check.c: all the checks below. */
void audit_run(struct audit *a);
/* scan.c: unannotated instructions, jumps into sites. */
void audit_scan(struct audit *a);
/* check.c: every site against the bytes it is on. */
void audit_check_sites(struct audit *a);
/* tables.c: sites against .altinstructions and __ex_table. */
void audit_check_tables(struct audit *a);

/*
 * stores.c: a file of ptstores.so against the sites.  Returns 0, or -1 after a
 * message with file and line.
 */
int audit_stores(struct audit *a, const char *path);

/*
 * plan.c: the `site` lines of the plan that the file was made with.  Returns 0, or -1
 * after a message with file and line.
 */
int audit_plan(struct audit *a, const char *path);

/* The last site that starts at or before @addr, or NULL. */
const struct site *audit_site_before(const struct audit *a, uint64_t addr);

/*
 * finding.c: mark the findings that the file excuses; lines that excuse none
 * become findings.  Returns 0, or -1 after a message with file and line.
 */
int audit_excuse(struct audit *a, const char *path);

/* report.c */
size_t audit_open_findings(const struct audit *a);
void audit_free(struct audit *a);

void audit_report(const struct audit *a, const struct image *base, struct wp_buf *out);
void audit_report_stores(const struct audit *a, struct wp_buf *out);
void audit_names(const struct audit *a, struct wp_buf *out);

#endif
