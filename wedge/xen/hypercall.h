/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hypercall.h - Xen's hypercalls, and what the files of this back end share.
 *
 * A 64-bit PV guest may execute SYSCALL in kernel mode with the hypercall's
 * number in rax and arguments in rdi, rsi, rdx, r10, r8; rcx and r11 are lost.
 */
#ifndef WEDGE_XEN_HYPERCALL_H
#define WEDGE_XEN_HYPERCALL_H

#define FLAT_CS	       0xe033 /* Xen's FLAT_RING3_CS64 */
#define FLAT_KERNEL_CS 0xe030 /* as in frames that Xen makes and takes: RPL 0 means kernel mode */
#define FLAT_SS	       0xe02b
#define HYPERCALL_IRET 23

/* For assembly: vcpu_info[0] starts the shared page. */
#define EVENTS_PENDING shared_info
#define EVENTS_MASK    shared_info + 1
#define SHARED_CR2     16 /* bytes from there */

/* Bytes of a routine that reads a control register (calls.S). */
#define READ_CR 16

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include <xen/xen.h>
#include <xen/event_channel.h>
#include <xen/physdev.h>
#include <xen/sched.h>
#include <xen/callback.h>
#include <xen/vcpu.h>
#include <xen/version.h>

static inline long hypercall(unsigned long nr, unsigned long a, unsigned long b, unsigned long c,
			     unsigned long d)
{
	register unsigned long r10 __asm__("r10") = d;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret), "+D"(a), "+S"(b), "+d"(c), "+r"(r10)
			 : "a"(nr)
			 : "rcx", "r11", "r8", "r9", "memory");
	return ret;
}

static inline long hypercall2(unsigned long nr, unsigned long a, const void *b)
{
	return hypercall(nr, a, (unsigned long)b, 0, 0);
}

extern shared_info_t shared_info; /* entry.S: a page whose mapping is replaced */
extern const start_info_t *xen_start_info;
extern char wedge_stack_top[];
extern char _image_start[], _image_end[], _guest_text_start[], _guest_text_end[];
extern char _constants_end[], _stubs_start[], _stubs_end[];

/* mmu.c: build the window and our own root; fills in hv_memory. */
void mmu_start(void);
/* Store to a stub, where the image is read-only. */
void mmu_write_stub(void *stub, const void *code, size_t size);
/* descriptors.c */
void descriptors_start(void);
uint32_t user_selectors(void);
void user_selectors_left(uint16_t cs, uint16_t ss);
/* events.c, entry.S */
void events_start(void);
void events_handle(void);
void entry_start(void);

#endif
#endif
