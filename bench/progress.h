/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress.h - what is going on, on stderr: one line that rewrites itself on a
 * terminal, one line per finished step elsewhere.
 */
#ifndef WEDGEPERF_BENCH_PROGRESS_H
#define WEDGEPERF_BENCH_PROGRESS_H

#include <stddef.h>

void progress_begin(size_t total);
/* Step @what ended: @how is "ok", "reused", "FAILED". */
void progress_step(const char *what, const char *how, double seconds);
/* What runs now; cheap, call it as often as you like. */
void progress_now(const char *running);
/* Takes the line off a terminal, so that a message can be printed. */
void progress_clear(void);

/* Monotonic seconds. */
double now_seconds(void);

#endif
