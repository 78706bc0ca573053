// SPDX-License-Identifier: GPL-2.0-or-later
/* operand.c - the operands of one AT&T statement. */
#include "operand.h"

#include <stdlib.h>
#include <string.h>

const char *operand_skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

const char *operand_trim(const char *p, const char *end)
{
	while (end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	return end;
}

int operand_split(const char *p, const char *end, struct operand op[MAX_OPERANDS])
{
	const char *start = p = operand_skip_blanks(p, end);
	int n = 0, depth = 0;

	if (p == end)
		return 0;
	for (;; p++) {
		if (p < end && (*p != ',' || depth > 0)) {
			depth += (*p == '(') - (*p == ')');
			continue;
		}
		if (n == MAX_OPERANDS)
			return -1;
		op[n].p = operand_skip_blanks(start, p);
		op[n].end = operand_trim(op[n].p, p);
		n++;
		start = p + 1;
		if (p == end)
			return n;
	}
}

static bool digits(const char *p, const char *end)
{
	if (p == end)
		return false;
	for (; p < end; p++)
		if (*p < '0' || *p > '9')
			return false;
	return true;
}

enum reg_class operand_special_register(const struct operand *op)
{
	const char *p = op->p;
	char a, b;

	if (op->end - p < 3 || *p != '%')
		return REG_NONE;
	p = operand_skip_blanks(p + 1, op->end);
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

unsigned int operand_reg64(const struct operand *op)
{
	static const char *const low[] = {"%rax", "%rbx", "%rcx", "%rdx",
					  "%rsi", "%rdi", "%rbp", "%rsp"};
	static const char *const high[] = {"%r8",  "%r9",  "%r10", "%r11",
					   "%r12", "%r13", "%r14", "%r15"};
	size_t i;

	if (op->end - op->p < 3 || op->p[1] != 'r')
		return 0;
	for (i = 0; i < 8; i++) {
		if (operand_is(op, low[i]))
			return 1;
		if (operand_is(op, high[i]))
			return 2;
	}
	return 0;
}

bool operand_is_memory(const struct operand *op)
{
	size_t len = (size_t)(op->end - op->p);

	if (!len || *op->p == '$')
		return false;
	/* %gs:8(%rax) only starts like a register. */
	return *op->p != '%' || memchr(op->p, ':', len) || memchr(op->p, '(', len);
}

bool operand_is(const struct operand *op, const char *text)
{
	size_t len = (size_t)(op->end - op->p);

	return len == strlen(text) && !memcmp(op->p, text, len);
}

int operand_byte(const struct operand *op)
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
