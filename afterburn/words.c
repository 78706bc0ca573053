// SPDX-License-Identifier: GPL-2.0-or-later
/* words.c - the words that matter: mnemonics of kinds.def, prefixes, directives. */
#include "words.h"

#include <stdint.h>
#include <string.h>

#include <wedgeperf/kinds.h>
#include "insn.h"

static const struct word words[] = {
#define MNEMONIC(mnemonic, kind) {#mnemonic, WORD_KIND, SITE_##kind, 0},
#include <wedgeperf/kinds.def>
	{"mov", WORD_OPERAND, MOVE, 0},
	{"movw", WORD_OPERAND, MOVE, 0},
	{"movl", WORD_OPERAND, MOVE, 0},
	{"movq", WORD_OPERAND, MOVE, 0},
	{"push", WORD_OPERAND, PUSH, 0},
	{"pushw", WORD_OPERAND, PUSH, 0},
	{"pushq", WORD_OPERAND, PUSH, 0},
	{"pop", WORD_OPERAND, POP, 0},
	{"popw", WORD_OPERAND, POP, 0},
	{"popq", WORD_OPERAND, POP, 0},
	{"lss", WORD_KIND, SITE_wrseg, 0}, /* far pointers */
	{"lfs", WORD_KIND, SITE_wrseg, 0},
	{"lgs", WORD_KIND, SITE_wrseg, 0},
	{"lock", WORD_PREFIX, 0, 0},
	{"rep", WORD_PREFIX, 0, 0},
	{"repe", WORD_PREFIX, 0, 0},
	{"repz", WORD_PREFIX, 0, 0},
	{"repne", WORD_PREFIX, 0, 0},
	{"repnz", WORD_PREFIX, 0, 0},
	{"data16", WORD_PREFIX, 0, 0},
	{"addr32", WORD_PREFIX, 0, 0},
	{"rex64", WORD_PREFIX, 0, 0},
	{"rex.w", WORD_PREFIX, 0, 0},
	{"cs", WORD_PREFIX, 0, 0},
	{"ds", WORD_PREFIX, 0, 0},
	{"es", WORD_PREFIX, 0, 0},
	{"ss", WORD_PREFIX, 0, 0},
	{"fs", WORD_PREFIX, 1, 0},
	{"gs", WORD_PREFIX, 1, 0},
	{"xacquire", WORD_PREFIX, 0, 0},
	{"xrelease", WORD_PREFIX, 0, 0},
	{"ret", WORD_LEAVES, 0, 0},
	{"retq", WORD_LEAVES, 0, 0},
	{"jmp", WORD_LEAVES, 0, 0},
	{"jmpq", WORD_LEAVES, 0, 0},
#define RMW(stem, always)                                                                          \
	{stem, WORD_RMW, always, 0}, {stem "b", WORD_RMW, always, 0},                              \
		{stem "w", WORD_RMW, always, 0}, {stem "l", WORD_RMW, always, 0},                  \
	{                                                                                          \
		stem "q", WORD_RMW, always, 0                                                      \
	}
	RMW("and", 0),
	RMW("or", 0),
	RMW("xor", 0),
	RMW("add", 0),
	RMW("sub", 0),
	RMW("adc", 0),
	RMW("sbb", 0),
	RMW("inc", 0),
	RMW("dec", 0),
	RMW("neg", 0),
	RMW("not", 0),
	RMW("bts", 0),
	RMW("btr", 0),
	RMW("btc", 0),
	RMW("xadd", 0),
	RMW("cmpxchg", 0),
	RMW("xchg", 1),
	{"cmpxchg8b", WORD_RMW, 1, 0},
	{"cmpxchg16b", WORD_RMW, 1, 0},
	{".text", WORD_DIRECTIVE, DIR_TEXT, 0},
	{".data", WORD_DIRECTIVE, DIR_DATA, 0},
	{".bss", WORD_DIRECTIVE, DIR_DATA, 0},
	{".section", WORD_DIRECTIVE, DIR_SECTION, 0},
	{".pushsection", WORD_DIRECTIVE, DIR_PUSHSECTION, 0},
	{".popsection", WORD_DIRECTIVE, DIR_POPSECTION, 0},
	{".previous", WORD_DIRECTIVE, DIR_PREVIOUS, 0},
	{".code64", WORD_DIRECTIVE, DIR_CODE64, 0},
	{".code32", WORD_DIRECTIVE, DIR_CODE_OTHER, 0},
	{".code16", WORD_DIRECTIVE, DIR_CODE_OTHER, 0},
	{".code16gcc", WORD_DIRECTIVE, DIR_CODE_OTHER, 0},
	{".att_syntax", WORD_DIRECTIVE, DIR_ATT, 0},
	{".intel_syntax", WORD_DIRECTIVE, DIR_INTEL, 0},
	{".macro", WORD_DIRECTIVE, DIR_MACRO, 0},
	{".endm", WORD_DIRECTIVE, DIR_ENDM, 0},
	{".endmacro", WORD_DIRECTIVE, DIR_ENDM, 0},
	{".rept", WORD_DIRECTIVE, DIR_REPEAT, 0},
	{".rep", WORD_DIRECTIVE, DIR_REPEAT, 0},
	{".irp", WORD_DIRECTIVE, DIR_IRP, 0},
	{".irpc", WORD_DIRECTIVE, DIR_REPEAT, 0},
	{".endr", WORD_DIRECTIVE, DIR_ENDR, 0},
	{".byte", WORD_DIRECTIVE, DIR_BYTE, 0},
	{".file", WORD_DIRECTIVE, DIR_FILE, 0},
	{".globl", WORD_DIRECTIVE, DIR_GLOBAL, 0},
	{".global", WORD_DIRECTIVE, DIR_GLOBAL, 0},
	{".weak", WORD_DIRECTIVE, DIR_WEAK, 0},
	{".size", WORD_DIRECTIVE, DIR_SIZE, 0},
	{".set", WORD_DIRECTIVE, DIR_SET, 0},
	{".equ", WORD_DIRECTIVE, DIR_SET, 0},
	{".loc", WORD_DIRECTIVE, DIR_LINE_INFO, 0},
};

static const struct {
	const char *name;
	unsigned char length;
} lengths[] = {
#define LENGTH(mnemonic, bytes) {#mnemonic, bytes},
#include "lengths.def"
};

#define SLOTS 1024 /* a power of two */
static struct word table[SLOTS];

_Static_assert(sizeof(words) / sizeof(words[0]) * 3 < SLOTS, "the hash table is too full");

const unsigned char word_char[256] = {
	['a' ... 'z'] = 1, ['A' ... 'Z'] = 1, ['0' ... '9'] = 1,   ['_'] = 1,
	['.'] = 1,	   ['$'] = 1,	      [0x80 ... 0xff] = 1,
};

static uint64_t load8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v;
}

/* @name is zero padded to 16 bytes. */
static unsigned int hash(const char *name)
{
	uint64_t v = load8(name) ^ load8(name + 8) * 31;

	return (unsigned int)((v * 0x9e3779b97f4a7c15ull) >> 32) & (SLOTS - 1);
}

static struct word *slot(const char *name)
{
	unsigned int i = hash(name);

	while (table[i].type && memcmp(table[i].name, name, MAX_WORD + 1))
		i = (i + 1) & (SLOTS - 1);
	return &table[i];
}

void words_init(void)
{
	char name[MAX_WORD + 1];
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		*slot(words[i].name) = words[i];
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		memset(name, 0, sizeof(name));
		strncpy(name, lengths[i].name, MAX_WORD);
		slot(name)->length = lengths[i].length;
	}
}

/* gas ignores the case of mnemonics and directives. */
const struct word *word_find(const char *p, size_t len)
{
	static const struct word none;
	char name[MAX_WORD + 1] = {0};
	size_t i;

	if (len > MAX_WORD || !len)
		return &none;
	for (i = 0; i < len; i++) {
		char c = p[i];

		name[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	return slot(name);
}

const struct word *word_find_mnemonic(const char *p, size_t len)
{
	const struct word *w = word_find(p, len), *stem;

	if (w->type || len < 3 || !strchr("wlqWLQ", p[len - 1]))
		return w;
	stem = word_find(p, len - 1);
	return stem->type == WORD_KIND ? stem : w;
}
