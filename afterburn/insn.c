// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * insn.c - statements by table: a small hash of every word that matters
 * (mnemonics of kinds.def, prefixes, directives), so that the common statement
 * costs one look-up that finds nothing.
 */
#include "insn.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORD 15

enum word_type {
	WORD_NONE,
	WORD_KIND,    /* arg: the kind */
	WORD_OPERAND, /* mov, push, pop: the operands decide; arg: MOVE, PUSH or POP */
	WORD_PREFIX,  /* arg: 1 for lock */
	WORD_LEAVES,
	WORD_RMW,      /* arg: 1 if it always writes its memory operand, wherever it stands */
	WORD_DIRECTIVE /* arg: enum directive */
};

enum {
	MOVE,
	PUSH,
	POP
};

struct word {
	char name[MAX_WORD + 1]; /* lower case, zero padded */
	unsigned char type, arg, length;
};

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
	{"lock", WORD_PREFIX, 1, 0},
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
	{"fs", WORD_PREFIX, 2, 0},
	{"gs", WORD_PREFIX, 2, 0},
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
	{".end", WORD_DIRECTIVE, DIR_END, 0},
	{".loc", WORD_DIRECTIVE, DIR_LINE_INFO, 0},
};

static const struct {
	const char *name;
	unsigned char length;
} lengths[] = {
#define LENGTH(mnemonic, bytes) {#mnemonic, bytes},
#include "lengths.def"
};

/* `.byte` encodings.  A fourth byte counts only when the row says so. */
static const struct {
	unsigned char kind, length, byte[4];
} encodings[] = {
#define BYTES(kind, length, b0, b1, b2, b3) {SITE_##kind, length, {b0, b1, b2, b3}},
#include <wedgeperf/kinds.def>
};

#define SLOTS 1024 /* a power of two, at least four times the words */
static struct word table[SLOTS];

_Static_assert(sizeof(words) / sizeof(words[0]) * 3 < SLOTS, "the hash table is too full");

const unsigned char insn_symbol_char[256] = {
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

void insn_init(void)
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
static const struct word *find(const char *p, size_t len)
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

/* A sensitive mnemonic with a size suffix that the table does not have: lgdtq. */
static const struct word *find_mnemonic(const char *p, size_t len)
{
	const struct word *w = find(p, len), *stem;

	if (w->type || len < 3 || !strchr("wlqWLQ", p[len - 1]))
		return w;
	stem = find(p, len - 1);
	return stem->type == WORD_KIND ? stem : w;
}

static const char *word_end(const char *p, const char *end)
{
	while (p < end && is_symbol_char(*p))
		p++;
	return p;
}

const char *insn_word_end(const char *stmt, const char *end)
{
	while (stmt < end && *stmt != ' ' && *stmt != '\t')
		stmt++;
	return stmt;
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

static const char *trim(const char *p, const char *end)
{
	while (end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	return end;
}

/* Operands of one statement, split at the commas outside of parentheses. */
#define MAX_OPERANDS 4

struct operand {
	const char *p, *end;
};

static int split(const char *p, const char *end, struct operand op[MAX_OPERANDS])
{
	int n = 0, depth = 0;
	const char *start;

	p = skip_blanks(p, end);
	if (p == end)
		return 0;
	for (start = p;; p++) {
		if (p == end || (*p == ',' && depth <= 0)) {
			if (n == MAX_OPERANDS)
				return -1;
			op[n].p = skip_blanks(start, p);
			op[n].end = trim(op[n].p, p);
			n++;
			start = p + 1;
			if (p == end)
				return n;
		} else if (*p == '(') {
			depth++;
		} else if (*p == ')') {
			depth--;
		}
	}
}

/* Registers that make a mov, push or pop sensitive. */
enum reg_class {
	REG_NONE,
	REG_CONTROL,
	REG_DEBUG,
	REG_SEGMENT
};

static const unsigned char operand_kind[][2] = {
#define CLASS_cr		       REG_CONTROL
#define CLASS_db		       REG_DEBUG
#define CLASS_seg		       REG_SEGMENT
#define DIRECTION_R		       0
#define DIRECTION_W		       1
#define OPERAND(regs, direction, kind) [CLASS_##regs][DIRECTION_##direction] = SITE_##kind,
#include <wedgeperf/kinds.def>
};

static bool digits(const char *p, const char *end)
{
	if (p == end)
		return false;
	for (; p < end; p++)
		if (*p < '0' || *p > '9')
			return false;
	return true;
}

/* The whole operand must be the register: %gs:8(%rax) is memory. */
static enum reg_class reg_class(const struct operand *op)
{
	const char *p = op->p;
	char a, b;

	if (op->end - p < 3 || *p != '%')
		return REG_NONE;
	p = skip_blanks(p + 1, op->end);
	if (op->end - p < 2)
		return REG_NONE;
	a = (char)(p[0] | 0x20);
	b = (char)(p[1] | 0x20);
	if (op->end - p == 2)
		return b == 's' && strchr("cdefgs", a) ? REG_SEGMENT : REG_NONE;
	if (!digits(p + 2, op->end))
		return REG_NONE;
	if (a == 'c' && b == 'r')
		return REG_CONTROL;
	if (a == 'd' && (b == 'r' || b == 'b'))
		return REG_DEBUG;
	return REG_NONE;
}

/* %rax..%r15: 0 when it is none, else 1, or 2 if it takes a REX bit. */
static unsigned int reg64(const struct operand *op)
{
	const char *p = op->p;

	if (op->end - p < 3 || op->end - p > 4 || p[0] != '%' || p[1] != 'r')
		return 0;
	if (p[2] >= '8' && p[2] <= '9')
		return op->end - p == 3 ? 2 : 0;
	if (p[2] == '1')
		return op->end - p == 4 && p[3] >= '0' && p[3] <= '5' ? 2 : 0;
	return op->end - p == 4 && p[2] >= 'a' && p[2] <= 'z' && p[3] >= 'a' && p[3] <= 'z' ? 1 : 0;
}

/* mov between a general and a control or debug register: 0f 20-23 /r, REX if needed. */
static unsigned int special_mov_length(const struct operand *special, const struct operand *general)
{
	unsigned int rex = reg64(general);
	bool high = special->end - special->p > 4 || special->p[3] >= '8';

	if (!rex)
		return 0;
	return rex == 2 || high ? 4 : 3;
}

static void classify_move(struct insn *in, unsigned int arg, const char *p, const char *end)
{
	struct operand op[MAX_OPERANDS];
	enum reg_class class;
	int n, i;

	if (!memchr(p, '%', (size_t)(end - p)))
		return;
	n = split(p, end, op);
	if (n != (arg == MOVE ? 2 : 1))
		return;
	for (i = 0; i < n; i++) {
		class = reg_class(&op[i]);
		if (!class)
			continue;
		in->class = STMT_SENSITIVE;
		in->kind = operand_kind[class][arg == POP || (arg == MOVE && i == 1)];
		if (class == REG_SEGMENT)
			in->shadow = in->kind == SITE_wrseg && (op[i].p[1] | 0x20) == 's';
		else if (arg == MOVE)
			in->length = (unsigned char)special_mov_length(&op[i], &op[!i]);
		return;
	}
}

/* in and out: one byte, one more for an immediate port, one more for 16 bits. */
static unsigned int port_length(const char *mnemonic, size_t len, const char *p, const char *end)
{
	struct operand op[MAX_OPERANDS];
	int n = split(p, end, op);
	bool word = mnemonic[len - 1] == 'w', sized = strchr("bwl", mnemonic[len - 1]) != NULL;
	unsigned int length = 1;
	int i;

	if (n < 1 || n > 2)
		return 0;
	for (i = 0; i < n; i++) {
		size_t size = (size_t)(op[i].end - op[i].p);

		if (size && op[i].p[0] == '$') {
			length++;
		} else if (size == 3 && !memcmp(op[i].p, "%ax", 3)) {
			word = sized = true;
		} else if ((size == 3 && !memcmp(op[i].p, "%al", 3)) ||
			   (size == 4 && !memcmp(op[i].p, "%eax", 4))) {
			sized = true;
		} else if (!(size == 3 && !memcmp(op[i].p, "%dx", 3)) &&
			   !(size == 5 && !memcmp(op[i].p, "(%dx)", 5))) {
			return 0;
		}
	}
	return sized ? length + word : 0;
}

/* A number as gas writes them; -1 if it is an expression. */
static int byte_value(const struct operand *op)
{
	char text[8] = {0}, *rest;
	size_t len = (size_t)(op->end - op->p);
	long v;

	if (!len || len >= sizeof(text) || *op->p < '0' || *op->p > '9')
		return -1;
	memcpy(text, op->p, len);
	v = strtol(text, &rest, 0);
	return *rest || v < 0 || v > 255 ? -1 : (int)v;
}

static void classify_bytes(struct insn *in, const char *p, const char *end)
{
	unsigned char bytes[16];
	unsigned int n = 0, i;
	struct operand op;
	int v;

	while (p < end && n < sizeof(bytes)) {
		const char *comma = memchr(p, ',', (size_t)(end - p));

		op.p = skip_blanks(p, end);
		op.end = trim(op.p, comma ? comma : end);
		v = byte_value(&op);
		if (v < 0)
			return;
		bytes[n++] = (unsigned char)v;
		p = comma ? comma + 1 : end;
	}
	if (p < end)
		return;
	for (i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
		if (n < encodings[i].length ||
		    memcmp(bytes, encodings[i].byte, encodings[i].length))
			continue;
		in->class = STMT_SENSITIVE;
		in->kind = encodings[i].kind;
		in->length = (unsigned char)n;
		return;
	}
}

bool insn_has_override(const char *p, const char *end)
{
	const char *start = p;

	while ((p = memchr(p, ':', (size_t)(end - p)))) {
		if (p - start >= 2 && p[-1] == 's' && (p[-2] == 'f' || p[-2] == 'g'))
			return true;
		p++;
	}
	return false;
}

struct insn insn_classify(const char *stmt, const char *end)
{
	struct insn in = {.class = STMT_PLAIN};
	const struct word *w;
	const char *p = stmt, *e = word_end(stmt, end);

	if (p < end && *p == '.') {
		in.class = STMT_DIRECTIVE;
		if (insn_directive(p, end) == DIR_BYTE)
			classify_bytes(&in, skip_blanks(e, end), end);
		return in;
	}
	w = find_mnemonic(p, (size_t)(e - p));
	while (w->type == WORD_PREFIX) {
		in.locked |= w->arg == 1;
		in.no_prefix |= w->arg == 2;
		p = skip_blanks(e, end);
		/* "lock/btsl": gas takes a slash for the blank. */
		if (p < end && *p == '/')
			p = skip_blanks(p + 1, end);
		if (p == end) {
			in.class = STMT_PREFIX;
			return in;
		}
		e = word_end(p, end);
		w = find_mnemonic(p, (size_t)(e - p));
	}
	if (!w->type || (skip_blanks(e, end) < end && *skip_blanks(e, end) == '='))
		return in;
	if (w->type == WORD_OPERAND) {
		classify_move(&in, w->arg, e, end);
	} else if (w->type == WORD_KIND) {
		const char *operands = skip_blanks(e, end);

		in.class = STMT_SENSITIVE;
		in.kind = w->arg;
		in.shadow = kind_info[in.kind].flags & KF_SHADOW;
		if (in.kind == SITE_in || in.kind == SITE_out)
			in.length = (unsigned char)port_length(p, (size_t)(e - p), operands, end);
		else if (trim(operands, end) == operands && w->name[e - p - 1])
			in.length = w->length;
	}
	if (p != stmt)
		in.length = 0;
	if (in.class == STMT_SENSITIVE)
		in.no_prefix |= insn_has_override(e, end);
	return in;
}

enum directive insn_directive(const char *stmt, const char *end)
{
	const char *e = word_end(stmt, end);
	const struct word *w = find(stmt, (size_t)(e - stmt));

	if (w->type == WORD_DIRECTIVE)
		return w->arg;
	if (e - stmt > 5 && !memcmp(stmt, ".cfi_", 5))
		return DIR_LINE_INFO;
	return DIR_OTHER;
}

enum site_kind insn_mnemonic_kind(const char *name, size_t len)
{
	const struct word *w = find(name, len);

	return w->type == WORD_KIND ? w->arg : SITE_NONE;
}

unsigned int insn_pop_register(const char *stmt, const char *end)
{
	const char *e = word_end(stmt, end);
	const struct word *w = find(stmt, (size_t)(e - stmt));
	struct operand op[MAX_OPERANDS];

	if (w->type != WORD_OPERAND || w->arg != POP || (e[-1] | 0x20) == 'w' ||
	    split(e, end, op) != 1)
		return 0;
	return reg64(&op[0]);
}

bool insn_leaves(const char *stmt, const char *end)
{
	const struct word *w = find(stmt, (size_t)(word_end(stmt, end) - stmt));

	if (w->type == WORD_KIND)
		return w->arg == SITE_hlt || w->arg == SITE_mwait ||
		       kind_info[w->arg].flags & KF_NOFALL;
	return w->type == WORD_LEAVES;
}

/* Neither a register nor an immediate; %gs:8(%rax) only starts like a register. */
static bool is_memory(const struct operand *op)
{
	size_t len = (size_t)(op->end - op->p);

	if (!len || *op->p == '$')
		return false;
	return *op->p != '%' || memchr(op->p, ':', len) || memchr(op->p, '(', len);
}

bool insn_is_rmw(const char *stmt, const char *end)
{
	const char *p = stmt, *e = word_end(stmt, end);
	const struct word *w = find(p, (size_t)(e - p));
	struct operand op[MAX_OPERANDS];
	int n, i;

	while (w->type == WORD_PREFIX) {
		p = skip_blanks(e, end);
		e = word_end(p, end);
		w = find(p, (size_t)(e - p));
	}
	if (w->type != WORD_RMW)
		return false;
	n = split(e, end, op);
	for (i = w->arg || n < 1 ? 0 : n - 1; i < n; i++)
		if (is_memory(&op[i]))
			return true;
	return false;
}
