// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * check-plan.c - read plans as the afterburner and the tuner do, and say what is wrong with
 * them, before one is packed for the wedge: there the message would come at the boot.
 *
 * usage: check-plan <plan>...
 * Exit status 0: fine; otherwise that of the message (lib/wp.h), which names file and line.
 */
#include "plan.h"
#include "wp.h"

int main(int argc, char **argv)
{
	wp_program = "check-plan";
	if (argc < 2)
		wp_die(WP_USAGE, "usage: check-plan <plan>...");
	for (int i = 1; i < argc; i++) {
		struct plan *p = plan_read(argv[i]);

		if (!p)
			return WP_FAILED;
		plan_free(p);
	}
	return 0;
}
