// SPDX-License-Identifier: GPL-2.0-or-later
/* insn.c - what one statement is, by its first word and, where needed, its operands. */
#include "insn.h"

#include <string.h>

#include "operand.h"
#include "words.h"

static const unsigned char operand_kind[][2] = {
#define CLASS_cr		       REG_CONTROL
#define CLASS_db		       REG_DEBUG
#define CLASS_seg		       REG_SEGMENT
#define DIRECTION_R		       0
#define DIRECTION_W		       1
#define OPERAND(regs, direction, kind) [CLASS_##regs][DIRECTION_##direction] = SITE_##kind,
#include <wedgeperf/kinds.def>
};

/* `.byte` encodings. */
static const struct {
	unsigned char kind, length, byte[4];
} encodings[] = {
#define BYTES(kind, length, b0, b1, b2, b3) {SITE_##kind, length, {b0, b1, b2, b3}},
#include <wedgeperf/kinds.def>
};

const char *insn_word_end(const char *stmt, const char *end)
{
	while (stmt < end && *stmt != ' ' && *stmt != '\t')
		stmt++;
	return stmt;
}

/* mov between a general and a control or debug register: 0f 20-23 /r, REX if needed. */
static unsigned int special_mov_length(const struct operand *special, const struct operand *general)
{
	unsigned int rex = operand_reg64(general);
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
	n = operand_split(p, end, op);
	if (n != (arg == MOVE ? 2 : 1))
		return;
	for (i = 0; i < n; i++) {
		class = operand_special_register(&op[i]);
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
	char suffix = (char)(mnemonic[len - 1] | 0x20);
	bool word = suffix == 'w', sized = word || suffix == 'b' || suffix == 'l';
	struct operand op[MAX_OPERANDS];
	int n = operand_split(p, end, op), i;
	unsigned int length = 1;

	if (n < 1 || n > 2)
		return 0;
	for (i = 0; i < n; i++) {
		if (op[i].p < op[i].end && *op[i].p == '$')
			length++;
		else if (operand_is(&op[i], "%ax"))
			word = sized = true;
		else if (operand_is(&op[i], "%al") || operand_is(&op[i], "%eax"))
			sized = true;
		else if (!operand_is(&op[i], "%dx") && !operand_is(&op[i], "(%dx)"))
			return 0;
	}
	return sized ? length + word : 0;
}

static void classify_bytes(struct insn *in, const char *p, const char *end)
{
	unsigned char bytes[16] = {0};
	unsigned int n = 0, i;
	struct operand op;
	int v;

	while (p < end && n < sizeof(bytes)) {
		const char *comma = memchr(p, ',', (size_t)(end - p));

		op.p = operand_skip_blanks(p, end);
		op.end = operand_trim(op.p, comma ? comma : end);
		v = operand_byte(&op);
		if (v < 0)
			return;
		bytes[n++] = (unsigned char)v;
		p = comma ? comma + 1 : end;
	}
	if (n == sizeof(bytes)) /* longer than an instruction */
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

bool insn_has_override(const char *stmt, const char *end)
{
	const char *p = stmt;

	while ((p = memchr(p, ':', (size_t)(end - p)))) {
		if (p - stmt >= 2 && p[-1] == 's' && (p[-2] == 'f' || p[-2] == 'g'))
			return true;
		p++;
	}
	return false;
}

/*
 * Steps over prefixes.  *@p comes to stand at the mnemonic behind them, or at @end
 * if there is none; *@e behind it.  "lock/btsl": gas takes a slash for the blank.
 */
static const struct word *skip_prefixes(const char **p, const char **e, const char *end,
					bool *override)
{
	const struct word *w;

	*e = word_end(*p, end);
	w = word_find_mnemonic(*p, (size_t)(*e - *p));
	while (w->type == WORD_PREFIX) {
		*override |= w->arg;
		*p = operand_skip_blanks(*e, end);
		if (*p < end && **p == '/')
			*p = operand_skip_blanks(*p + 1, end);
		*e = word_end(*p, end);
		w = word_find_mnemonic(*p, (size_t)(*e - *p));
	}
	return w;
}

struct insn insn_classify(const char *stmt, const char *end)
{
	struct insn in = {.class = STMT_PLAIN};
	const char *p = stmt, *e, *operands;
	const struct word *w;

	if (p < end && *p == '.') {
		in.class = STMT_DIRECTIVE;
		if (insn_directive(p, end) == DIR_BYTE)
			classify_bytes(&in, operand_skip_blanks(word_end(p, end), end), end);
		return in;
	}
	w = skip_prefixes(&p, &e, end, &in.no_prefix);
	if (p == end && p != stmt) {
		in.class = STMT_PREFIX;
		return in;
	}
	operands = operand_skip_blanks(e, end);
	if (!w->type || (operands < end && *operands == '='))
		return in;
	if (w->type == WORD_OPERAND) {
		classify_move(&in, w->arg, e, end);
	} else if (w->type == WORD_KIND) {
		in.class = STMT_SENSITIVE;
		in.kind = w->arg;
		in.shadow = kind_info[in.kind].flags & KF_SHADOW;
		if (in.kind == SITE_in || in.kind == SITE_out)
			in.length = (unsigned char)port_length(p, (size_t)(e - p), operands, end);
		else if (operand_trim(operands, end) == operands && w->name[e - p - 1])
			in.length = w->length; /* that of the very word, not of a suffixed one */
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
	const struct word *w = word_find(stmt, (size_t)(e - stmt));

	if (w->type == WORD_DIRECTIVE)
		return w->arg;
	if (e - stmt > 5 && !memcmp(stmt, ".cfi_", 5))
		return DIR_LINE_INFO;
	return DIR_OTHER;
}

unsigned int insn_pop_register(const char *stmt, const char *end)
{
	const char *e = word_end(stmt, end);
	const struct word *w = word_find(stmt, (size_t)(e - stmt));
	struct operand op[MAX_OPERANDS];

	if (w->type != WORD_OPERAND || w->arg != POP || operand_split(e, end, op) != 1)
		return 0;
	return operand_reg64(&op[0]);
}

bool insn_leaves(const char *stmt, const char *end)
{
	const struct word *w = word_find_mnemonic(stmt, (size_t)(word_end(stmt, end) - stmt));

	if (w->type == WORD_KIND)
		return w->arg == SITE_hlt || w->arg == SITE_mwait ||
		       kind_info[w->arg].flags & KF_NOFALL;
	return w->type == WORD_LEAVES;
}

bool insn_is_rmw(const char *stmt, const char *end)
{
	struct operand op[MAX_OPERANDS];
	const char *p = stmt, *e;
	const struct word *w;
	bool override = false;
	int n, i;

	w = skip_prefixes(&p, &e, end, &override);
	if (w->type != WORD_RMW)
		return false;
	n = operand_split(e, end, op);
	for (i = w->arg || n < 1 ? 0 : n - 1; i < n; i++)
		if (operand_is_memory(&op[i]))
			return true;
	return false;
}
