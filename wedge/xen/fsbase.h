/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fsbase.h - the FS base that is loaded, as fastpath/wrmsr.S asks for it. */
#ifndef WEDGE_XEN_FSBASE_H
#define WEDGE_XEN_FSBASE_H

#include <stdbool.h>
#include <stdint.h>

/* fp_fs_loaded, fp_fs_magic and fp_fs_probe of fastpath.h (link.ld). */
extern uint64_t fs_loaded, fs_magic, fs_probe;

/* @value has been loaded. */
void fs_base_is(uint64_t value);
/* May a word be read at @start, and at all addresses up to 4 GB above? */
bool fs_may_read(uint64_t start);

#endif
