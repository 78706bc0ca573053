/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * checker.h - what runs while interrupts come: a checker does something whose outcome
 * it knows, and looks.  Each is a file that registers itself and runs as a process of
 * its own, over and over.
 */
#ifndef STORM_CHECKER_H
#define STORM_CHECKER_H

#include <stdint.h>

struct checker {
	const char *name;
	void (*once)(uint64_t round); /* ends in wrong() if something is not as it must be */
};

/* Says what is wrong, and ends the process so that the whole storm fails. */
_Noreturn void wrong(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#define CHECKER(id)                                                                                \
	static const struct checker *id##_registered                                               \
		__attribute__((used, section("storm_checkers"))) = &id

#endif
