// SPDX-License-Identifier: GPL-2.0-or-later
/* table.c - the operations that have registered themselves, see op.h. */
#include "op.h"

extern const struct mb_op *const table_start[] __asm__("__start_microbench_ops");
extern const struct mb_op *const table_end[] __asm__("__stop_microbench_ops");

const struct mb_op *const *mb_table(size_t *count)
{
	*count = ((uintptr_t)table_end - (uintptr_t)table_start) / sizeof(*table_start);
	return table_start;
}
