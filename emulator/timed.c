// SPDX-License-Identifier: GPL-2.0-or-later
/* timed.c - numbers from the command line, and the clock that they are times of. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "internals.h"
#include "timed.h"
#include "wp.h"

uint64_t timed_number(const char *arg, uint64_t least, uint64_t most)
{
	const char *value = strchr(arg, '=') + 1;
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(value, &end, 10);
	if (errno || end == value || *end || *value == '-' || n < least || n > most)
		wp_die(WP_USAGE, "%s: not a number from %" PRIu64 " to %" PRIu64, arg, least, most);
	return n;
}

void timed_on_vcpu(qemu_plugin_id_t plugin, unsigned int vcpu)
{
	const int *use_icount = internals_symbol("use_icount");

	(void)plugin;
	(void)vcpu;
	if (*use_icount != 1) {
		wp_warn("virtual time needs QEMU's instruction clock: -icount shift=0,sleep=off");
		_exit(WP_USAGE);
	}
}
