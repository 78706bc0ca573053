/* SPDX-License-Identifier: GPL-2.0-or-later */
/* operand.h - the operands of one AT&T statement, as far as they matter. */
#ifndef AFTERBURN_OPERAND_H
#define AFTERBURN_OPERAND_H

#include <stdbool.h>
#include <stddef.h>

#define MAX_OPERANDS 4

struct operand {
	const char *p, *end;
};

/* Registers that make a mov, push or pop sensitive. */
enum reg_class {
	REG_NONE,
	REG_CONTROL,
	REG_DEBUG,
	REG_SEGMENT
};

/* Splits @p..@end at its commas.  Returns their number, -1 if there are too many. */
int operand_split(const char *p, const char *end, struct operand op[MAX_OPERANDS]);

/* The whole operand must be the register: %gs:8(%rax) is memory. */
enum reg_class operand_special_register(const struct operand *op);

/* %rax..%r15: 1, or 2 if it takes a REX bit; 0 when it is something else. */
unsigned int operand_reg64(const struct operand *op);

/* Neither a register nor an immediate. */
bool operand_is_memory(const struct operand *op);

/* The operand is exactly this text. */
bool operand_is(const struct operand *op, const char *text);

/* A number from 0 to 255, as gas writes them; -1 if it is anything else. */
int operand_byte(const struct operand *op);

const char *operand_skip_blanks(const char *p, const char *end);
const char *operand_trim(const char *p, const char *end);

#endif
