/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wp.h - what every host tool of Wedgeperf needs: errors that name file, line
 * and remedy, growing buffers, whole-file reads and all-or-nothing writes.
 *
 * Exit codes are one convention for all tools:
 *	0 done   1 the thing asked about is bad (audit finding, regression)
 *	2 wrong usage or bad input   3 the tool or its surroundings failed
 */
#ifndef WEDGEPERF_LIB_H
#define WEDGEPERF_LIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WP_OK = 0,
	WP_FINDING = 1,
	WP_USAGE = 2,
	WP_FAILED = 3
};

/* Name put before every message; set it first thing in main(). */
extern const char *wp_program;

/* "program: message" on stderr. */
void wp_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same, then exit(code). */
_Noreturn void wp_die(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "file:line: message", as compilers do, so that editors can jump there. */
void wp_warn_at(const char *file, unsigned int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
_Noreturn void wp_die_at(int code, const char *file, unsigned int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* malloc and friends that end the program when memory is out. */
void *wp_alloc(size_t size); /* zeroed */
void *wp_realloc(void *p, size_t size);
char *wp_strdup(const char *s);
char *wp_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A growing byte buffer; always NUL-terminated once anything was added. */
struct wp_buf {
	char *data;
	size_t len, size;
};

void wp_buf_add(struct wp_buf *b, const void *data, size_t len);
void wp_buf_str(struct wp_buf *b, const char *s);
void wp_buf_printf(struct wp_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void wp_buf_free(struct wp_buf *b);

/*
 * The whole of a file (or of an open descriptor, for pipes) into @b.
 * Returns 0, or -1 with errno set.
 */
int wp_read_file(const char *path, struct wp_buf *b);
int wp_read_fd(int fd, struct wp_buf *b);

/*
 * All or nothing: writes `path.tmp.<pid>`, syncs, renames.  A reader sees the
 * old file or the new one, never a part.  Returns 0, or -1 with errno set and
 * the temporary removed.
 */
int wp_write_file(const char *path, const void *data, size_t len);

/* SHA-256 as 64 hex digits and a NUL.  The file form returns -1 with errno set. */
#define WP_SHA256_HEX 65
void wp_sha256(const void *data, size_t len, char hex[WP_SHA256_HEX]);
int wp_sha256_file(const char *path, char hex[WP_SHA256_HEX]);

#endif
