/* SPDX-License-Identifier: GPL-2.0-or-later */
/* workdir.h - the directory of results, and one of its own for each running QEMU. */
#ifndef WEDGEPERF_BENCH_WORKDIR_H
#define WEDGEPERF_BENCH_WORKDIR_H

void make_dir(const char *path);   /* with its parents; ends the program on failure */
void remove_dir(const char *path); /* and the files in it; no deeper */

/* Creates @dir, checks that its disk has room, removes what killed harnesses left. */
void prepare_results(const char *dir);

/* "<results>/run.<host>.<pid>.<n>", new and empty; the caller frees it. */
char *new_workdir(const char *results);

#endif
