/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * words.h - every word of assembly that matters, in one small hash table, so that
 * the common statement costs one look-up that finds nothing.
 */
#ifndef AFTERBURN_WORDS_H
#define AFTERBURN_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#define MAX_WORD 15

enum word_type {
	WORD_NONE,
	WORD_KIND,     /* a mnemonic of kinds.def; arg: the kind */
	WORD_OPERAND,  /* the operands decide; arg: MOVE, PUSH or POP */
	WORD_PREFIX,   /* arg: 1 if it is an fs or gs override */
	WORD_LEAVES,   /* a return or jump */
	WORD_RMW,      /* arg: 1 if either operand may be the memory that it changes */
	WORD_DIRECTIVE /* arg: enum directive */
};

enum {
	MOVE,
	PUSH,
	POP
};

struct word {
	char name[MAX_WORD + 1]; /* lower case, zero padded */
	unsigned char type, arg;
	unsigned char length; /* bytes without explicit operands; 0: not known */
};

/* Call once before anything else. */
void words_init(void);

/* Never NULL: an unknown word is of type WORD_NONE.  Case makes no difference, as in gas. */
const struct word *word_find(const char *p, size_t len);

/* The same for mnemonics, where one with a size suffix may be known without it: lgdtq. */
const struct word *word_find_mnemonic(const char *p, size_t len);

/* Characters that mnemonics, directives and symbols consist of. */
extern const unsigned char word_char[256];
#define is_symbol_char(c) (word_char[(unsigned char)(c)])

/* Past the symbol characters at @p. */
static inline const char *word_end(const char *p, const char *end)
{
	while (p < end && is_symbol_char(*p))
		p++;
	return p;
}

#endif
