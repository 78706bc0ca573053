/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wedge.h - what every file of the core uses: printing, panic, memory, strings. */
#ifndef WEDGE_H
#define WEDGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define PTE_PRESENT   1ull
#define PTE_RW	      2ull
#define PTE_USER      4ull
#define PTE_ACCESSED  0x20ull
#define PTE_DIRTY     0x40ull
#define PTE_UNCACHED  0x18ull
#define PTE_PSE	      0x80ull
#define PTE_GLOBAL    0x100ull
#define PTE_NX	      (1ull << 63)
#define PTE_ADDR      0x000ffffffffff000ull
/*
 * Ours: the guest wants this leaf entry writable, but it maps a page table.
 * Bit 53 is ignored by the processor and used neither by the guest nor (as
 * bits 52 and 62 are) by Xen.
 */
#define PTE_WITHHELD (1ull << 53)
/* Ours, too: it wants it executable, but no sites have been looked for there (late.c). */
#define PTE_UNREAD (1ull << 54)

/* printf to the hypervisor's console: %s %c %d %u %x %p, l, width, 0, -. */
void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int format(char *to, size_t size, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

/* A bug or a state from which there is no way on: print everything, reboot. */
_Noreturn void wedge_panic(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The surroundings do not fit: say what and what to do, reboot. */
_Noreturn void wedge_refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Ring of the last events, printed by a panic; and as they happen, those of wedge.debug=. */
enum event {
	EV_EXCEPTION = 1,
	EV_SITE,
	EV_IRQ,
	EV_INJECT,
	EV_ROOT,
	EV_EMULATE,
	EV_PATCH, /* not of the ring: what becomes of each site, at the start */
	EV_LINE,
	EV_TABLE,
	EV_NO_TABLE
};
#define EVENT(what) (1u << (what))
extern uint32_t debug_events;
void trace(enum event what, uint64_t a, uint64_t b);
extern unsigned int traced; /* so many, modulo 2^32 */

static inline void *window(uint64_t pa)
{
	return (void *)(WINDOW_BASE + pa);
}

void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
int strncmp(const char *a, const char *b, size_t n);

#endif
