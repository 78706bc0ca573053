/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fastpath_step.h - runs guest code in this process, one instruction at a time,
 * with a model of Xen that may raise an interrupt between any two of them.
 *
 * The CPU's trap flag gives a SIGTRAP after every instruction; the signal handler,
 * on a stack of its own, sees and edits the guest's registers.  So the code under
 * test runs on the real CPU, and its stack is touched by nothing else.
 */
#ifndef FASTPATH_STEP_H
#define FASTPATH_STEP_H

#include <stdbool.h>
#include <stdint.h>

#define STACK_SIZE 65536
#define FLAG_TF	   0x100u
#define FLAG_IF	   0x200u
#define FLAG_DF	   0x400u
#define STATUS	   0x8d5u /* CF PF AF ZF SF OF */

/* The guest's architectural state: what a specification works on. */
struct cpu {
	uint64_t gpr[16]; /* hardware numbering */
	uint64_t rip;
	uint32_t flags; /* status flags and DF; not IF, not TF */
	bool iflag;	/* the guest's interrupt flag */
};

struct run {
	struct cpu cpu;		     /* in: the start; out: the end */
	uint64_t stop;		     /* in: ends when RIP gets here */
	bool eager;		     /* in: Xen is entered, and delivers, at every boundary */
	int raise_at[2];	     /* in: boundaries at which an interrupt is raised; -1: none */
	int storm;		     /* in: raise one whenever none is outstanding, so many times */
	uint64_t storm_at;	     /* in: ... but only when RIP is there; 0: anywhere */
	bool hypercall_stops;	     /* in: end at a hypercall */
	bool opens;		     /* in: about to set IF without ever clearing the mask */
	bool spurious;		     /* in: what was outstanding is gone, pending is still set */
	uint64_t frame_cs, frame_ss; /* in: selectors in interrupt frames; 0: the kernel's */

	const char *error; /* out: NULL, or what went wrong ... */
	uint64_t error_rip;
	int boundaries;	     /* ... instruction boundaries seen */
	int raised, handled; /* interrupts */
	int upcalls;	     /* of which by Xen */
	int steps;	     /* instructions executed */
	uint64_t lowest_rsp;
};

extern unsigned char guest_stack[STACK_SIZE];
extern struct {
	volatile unsigned char pending, mask;
	unsigned char rest[62];
} fp_vcpu_info;
extern const unsigned char guest_handler[], fp_upcall_user[], fp_iret_slow[], fp_site_call[],
	fp_sysret_slow[], guest_syscall[];

/* Interrupts raised and not yet taken by the guest. */
extern int outstanding;

/* The FS base that was last set by a hypercall. */

/* Where sites and stubs are put: executable, within reach of a disp32. */
unsigned char *site_memory(void);
void step_run(struct run *r);

#endif
