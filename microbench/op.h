/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * op.h - an operation to be priced, and how it registers itself.
 *
 * One file in ops/ per sensitive operation; in it one MB_ASM or MB_FASTPATH line
 * per strategy.  A body is code that is executed many times in a row:
 *	- it may change the caller-saved registers and the status flags;
 *	- R12 points to a page of data that is its to use (64-byte aligned, zeroed);
 *	- RSP must be the same after it; memory below RSP is free.
 */
#ifndef MICROBENCH_OP_H
#define MICROBENCH_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wedgeperf/kinds.h>

struct mb_op {
	const char *operation; /* kind of site, or another name for what has none */
	const char *strategy;  /* native, inline:<variant>, or a way of doing it */
	const char *text;      /* what the body is, for people */
	/* MB_ASM: position-independent code. */
	const unsigned char *start, *end;
	/* MB_FASTPATH: code around a sequence of fastpath/. */
	const char *variant;
	unsigned int reg, total; /* register of the site; bytes of the site, 0: its length */
	uint8_t kind, arg;
	bool store;	   /* MB_STORE: the code is a store to guard */
	unsigned int line; /* of the registration */
};

/* The registered operations, by name and then by line. */
const struct mb_op *const *mb_table(size_t *count);

#define MB_REGISTER(id)                                                                            \
	static const struct mb_op *id##_registered                                                 \
		__attribute__((used, section("microbench_ops"))) = &id

/* @code: AT&T assembly in a string. */
#define MB_ASM(id, op, how, what, code)                                                            \
	__asm__(".pushsection .rodata.microbench\n" #id "_start:\n\t" code "\n" #id "_end:\n"      \
		".popsection\n");                                                                  \
	extern const unsigned char id##_start[], id##_end[];                                       \
	static const struct mb_op id = {.operation = op,                                           \
					.strategy = how,                                           \
					.text = what,                                              \
					.start = id##_start,                                       \
					.end = id##_end,                                           \
					.line = __LINE__};                                         \
	MB_REGISTER(id)

/*
 * The sequence @variant for sites of @site_kind, with @code before it (which sets up
 * what it works on) and @site_total bytes long, 0 meaning its own length.
 */
#define MB_FASTPATH(id, site_kind, how, site_reg, site_arg, site_total, what, code)                \
	MB_FASTPATH_AS(id, #site_kind, site_kind, how, site_reg, site_arg, site_total, what, code)
/* The same under the name of another operation, of which the sequence is a part. */
#define MB_FASTPATH_AS(id, op, site_kind, how, site_reg, site_arg, site_total, what, code)         \
	__asm__(".pushsection .rodata.microbench\n" #id "_start:\n\t" code "\n" #id "_end:\n"      \
		".popsection\n");                                                                  \
	extern const unsigned char id##_start[], id##_end[];                                       \
	static const struct mb_op id = {.operation = op,                                           \
					.strategy = "inline:" how,                                 \
					.text = what,                                              \
					.start = id##_start,                                       \
					.end = id##_end,                                           \
					.variant = how,                                            \
					.reg = site_reg,                                           \
					.total = site_total,                                       \
					.kind = SITE_##site_kind,                                  \
					.arg = site_arg,                                           \
					.line = __LINE__};                                         \
	MB_REGISTER(id)

/* The store @code as a guarded site, see fastpath/pte.S; the data page is a plain one. */
#define MB_STORE(id, op, what, code)                                                               \
	__asm__(".pushsection .rodata.microbench\n" #id "_start:\n\t" code "\n" #id "_end:\n"      \
		".popsection\n");                                                                  \
	extern const unsigned char id##_start[], id##_end[];                                       \
	static const struct mb_op id = {.operation = op,                                           \
					.strategy = "inline:stub",                                 \
					.text = what,                                              \
					.start = id##_start,                                       \
					.end = id##_end,                                           \
					.total = 5,                                                \
					.store = true,                                             \
					.line = __LINE__};                                         \
	MB_REGISTER(id)

#endif
