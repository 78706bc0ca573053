// SPDX-License-Identifier: GPL-2.0-or-later
/* plan_file.c - plans from files; apart from plan.c, which needs no files. */
#include "plan.h"

#include <errno.h>
#include <string.h>

#include "wp.h"

struct plan *plan_read(const char *path)
{
	struct wp_buf b = {0};
	struct plan *p = NULL;

	if (wp_read_file(path, &b))
		wp_warn_at(path, 0, "cannot read this plan: %s", strerror(errno));
	else
		p = plan_parse(path, b.data, b.len);
	wp_buf_free(&b);
	return p;
}
