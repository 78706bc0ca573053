/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * internals.h - QEMU's own functions that the plugins call beside the plugin API.
 *
 * Debian's QEMU exports its internal symbols.  Only functions are used here, by
 * their signatures in QEMU 7.2; no layout of any of QEMU's structures.  Every
 * symbol is looked up by name first, so that a QEMU that lacks one is refused
 * by a message instead of a failed load.
 */
#ifndef WEDGEPERF_INTERNALS_H
#define WEDGEPERF_INTERNALS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct CPUState;

/* What count.so needs.  Filled in by internals_init(). */
struct internals {
	struct CPUState *(*get_cpu)(int index);
	void (*dump_state)(struct CPUState *cpu, FILE *f, int flags);
	int (*memory_rw)(struct CPUState *cpu, uint64_t addr, void *buf, size_t len, bool write);
	int (*read_register)(struct CPUState *cpu, GByteArray *buf, int number);
	void (*tb_flush)(struct CPUState *cpu);
	void (*icount_update)(struct CPUState *cpu);
	int64_t (*icount_get_raw)(void);
	int *use_icount;
};

extern struct internals qemu;

/* Ends QEMU with exit code 3 if a symbol is missing. */
void internals_init(void);

/*
 * "This QEMU does not fit": message, then QEMU ends at once with exit code 3,
 * without running the other exit handlers, from whatever thread.
 */
_Noreturn void internals_misfit(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* dlsym() that does not return on failure. */
void *internals_symbol(const char *name);

/*
 * Guest instructions executed since power-on as -icount sees them, the whole of
 * the translation block that is executing now included.  vCPU thread only.
 */
uint64_t icount_now(void);

/* RSP at the first instruction of a translation block.  vCPU thread only. */
uint64_t read_rsp(void);

/* Guest-virtual memory.  False if any of it is not mapped. */
bool read_guest(uint64_t addr, void *buf, size_t len);

/* IDTR.  False unless the CPU is in long mode. */
bool read_idtr(uint64_t *base, uint32_t *limit);

#endif
