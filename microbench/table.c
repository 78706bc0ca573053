// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * table.c - the operations that have registered themselves, see op.h.  A compiler may
 * emit them in any order; they are sorted, so that lists and results do not depend on it.
 */
#include <stdlib.h>
#include <string.h>

#include "op.h"

extern const struct mb_op *table_start[] __asm__("__start_microbench_ops");
extern const struct mb_op *table_end[] __asm__("__stop_microbench_ops");

static int by_name_and_line(const void *a, const void *b)
{
	const struct mb_op *x = *(const struct mb_op *const *)a;
	const struct mb_op *y = *(const struct mb_op *const *)b;
	const int names = strcmp(x->operation, y->operation);

	return names ? names : (x->line > y->line) - (x->line < y->line);
}

const struct mb_op *const *mb_table(size_t *count)
{
	*count = ((uintptr_t)table_end - (uintptr_t)table_start) / sizeof(*table_start);
	qsort(table_start, *count, sizeof(*table_start), by_name_and_line);
	return table_start;
}
