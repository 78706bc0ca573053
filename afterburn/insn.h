/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * insn.h - what one assembly statement is: which kind of sensitive operation,
 * how long its encoding is, what a pad must respect.
 *
 * Knows AT&T syntax of single statements and nothing of files or lines.
 */
#ifndef AFTERBURN_INSN_H
#define AFTERBURN_INSN_H

#include <stdbool.h>
#include <stddef.h>

#include <wedgeperf/kinds.h>

enum stmt_class {
	STMT_PLAIN,	/* an ordinary instruction, a macro call, anything unknown */
	STMT_PREFIX,	/* only prefixes: they belong to the next statement */
	STMT_SENSITIVE, /* an instruction of a kind of kinds.def */
	STMT_DIRECTIVE,
};

struct insn {
	enum stmt_class class;
	enum site_kind kind;  /* of STMT_SENSITIVE */
	unsigned char length; /* bytes; 0: only the assembler knows */
	bool no_prefix;	      /* has an fs or gs override: another one must not precede it */
	bool shadow;	      /* the next instruction runs before any interrupt */
};

/* Directives that matter. */
enum directive {
	DIR_OTHER,
	DIR_TEXT,
	DIR_DATA, /* .data and .bss: not executable */
	DIR_SECTION,
	DIR_PUSHSECTION,
	DIR_POPSECTION,
	DIR_PREVIOUS,
	DIR_CODE64,
	DIR_CODE_OTHER, /* .code32 and .code16: left alone */
	DIR_ATT,
	DIR_INTEL,
	DIR_MACRO,
	DIR_ENDM,
	DIR_REPEAT, /* .rept, .irpc */
	DIR_IRP,
	DIR_ENDR,
	DIR_BYTE,
	DIR_FILE,
	DIR_GLOBAL,
	DIR_WEAK,
	DIR_SIZE,
	DIR_SET,
	DIR_LINE_INFO, /* .loc and .cfi_*: make no code and no label */
};

/*
 * @stmt..@end: one statement without label, comment or separator, starting at
 * its mnemonic or directive.
 */
struct insn insn_classify(const char *stmt, const char *end);

/* The directive that a statement starting with '.' is. */
enum directive insn_directive(const char *stmt, const char *end);

/* `pop %rax` and the like: its length, 0 if it is something else. */
unsigned int insn_pop_register(const char *stmt, const char *end);

/* ret, a jump, an iret ...: control leaves here, or must not be delayed. */
bool insn_leaves(const char *stmt, const char *end);

/* A read-modify-write of memory (and, or, xor, bts, xchg, cmpxchg ...). */
bool insn_is_rmw(const char *stmt, const char *end);

/* %fs: or %gs: in an operand. */
bool insn_has_override(const char *stmt, const char *end);

/* Past the mnemonic or directive at @stmt, macro parameters in it included. */
const char *insn_word_end(const char *stmt, const char *end);

#endif
