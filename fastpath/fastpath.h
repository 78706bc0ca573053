/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fastpath.h - the hand-written sequences that replace sensitive instructions,
 * as data for whoever patches sites (the wedge) and prices them (the tuner).
 *
 * A sequence is ordinary linked code: all its references are resolved where it
 * stands, so a copy only needs its PC-relative fields moved along (fp_emit).
 * Three parts, of which a sequence may lack the last two:
 *	inline	copied over the site, at most as long as the site's total;
 *	stub	copied once per site to memory within +-2 GB of it;
 *	out of line	shared by all sites, reached by a call or jump.
 *
 * The sequences run in the guest kernel's privilege (ring 3 on Xen PV64) on a
 * single virtual CPU.  The guest's interrupt flag *is* Xen's upcall mask:
 * IF = !evtchn_upcall_mask, which is 0 or 1 and never anything else.  The
 * pending byte is non-zero whenever an interrupt might be deliverable: Xen sets
 * it, fp_irq_next() clears it, and sets it again if it leaves work behind.
 */
#ifndef WEDGEPERF_FASTPATH_H
#define WEDGEPERF_FASTPATH_H

/* Offsets in struct vcpu_info (Xen's public ABI, xen.h and arch-x86/xen.h). */
#define FP_VCPU_PENDING 0
#define FP_VCPU_MASK	1

/* fp_sequence.flags */
#define FP_F_STATUS_FLAGS  0x1	/* leaves CF PF AF ZF SF OF undefined; the instruction does not */
#define FP_F_PENDING_LOCAL 0x2	/* only where no other CPU can set the pending byte meanwhile */
#define FP_F_ABSOLUTE	   0x4	/* no PC-relative field: runs at any address */
#define FP_F_NOFALL	   0x8	/* control does not continue after it */
#define FP_F_NO_TF	   0x10 /* only in a kernel that does not single-step itself */

#define FP_NO_REG 0xff

/*
 * fp_sequence.arg of a rdseg: the segment register (1 CS, 2 SS), and this if its
 * instruction writes only 16 bits.
 */
#define FP_ARG_WORD 8

#define FP_PAGES      256 /* see pte.S */
#define FP_LOG	      512 /* stores that can be noted until the wedge looks */
#define FP_STORE_STUB 72  /* bytes that the stub of a store needs at most */

/* fp_fixup.type: a 32-bit PC-relative field that refers to ... */
#define FP_FIX_REL  0 /* something fixed: data, or an out-of-line routine */
#define FP_FIX_STUB 1 /* inline part only: the start of this site's stub */
#define FP_FIX_END  2 /* stub only: the end of this site */

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct fp_fixup {
	uint8_t offset; /* of the field: in the inline part, or in the stub if >= length */
	uint8_t type;	/* FP_FIX_* */
};

/* One sequence.  Static, read only, in the section `fastpath`. */
struct fp_sequence {
	const unsigned char *bytes; /* inline part, directly followed by the stub */
	const char *variant;	    /* what plans call it: `inline:<variant>` */
	const struct fp_fixup *fixups;
	uint8_t fixup_count;
	uint8_t kind;	     /* enum site_kind */
	uint8_t length;	     /* of the inline part, bytes */
	uint8_t stub_length; /* bytes; 0: none */
	uint8_t first;	     /* length of its first instruction: room for prefixes */
	uint8_t reg;	     /* the site's register (0..15, hardware numbering) or FP_NO_REG */
	uint8_t arg;	     /* kind-specific: the number of the control register */
	uint8_t insns;	     /* executed when nothing is pending, out-of-line part included */
	uint8_t stack;	     /* bytes used below RSP when nothing is pending */
	uint8_t flags;	     /* FP_F_* */
	uint8_t pad[6];
};

/* All sequences, in link order; of several for one kind the first is the default. */
const struct fp_sequence *fp_table(size_t *count);

/*
 * What the user of the sequences (the wedge) provides:
 *
 *	fp_vcpu_info	Xen's struct vcpu_info of the one virtual CPU.
 *	fp_cr0, fp_cr2, fp_cr3, fp_cr4	64-bit: the registers as the guest sees them.
 *	fp_kernel_cs, fp_kernel_ss	16-bit: the selectors that the guest sees in its
 *			frames when kernel mode was interrupted.
 *	fp_host_cs, fp_host_ss	absolute symbols: the selectors that kernel mode
 *			really runs with (Xen: 0xe033, 0xe02b).
 *	fp_user_cs, fp_user_ss	16-bit: the guest's selectors of 64-bit user mode, as last
 *			returned to (0: not yet).  What SYSRET loads, unless fp_user_work is set.
 *	fp_host_user_cs, fp_host_user_ss	absolute symbols: the real ones.
 *	fp_fs_base	64-bit: the FS base that the guest last wrote.
 *	fp_fs_loaded	64-bit: the one that is loaded, unless user mode has changed it; or one that
 *			none can be.  fp_fs_magic, 64-bit: a word not to be guessed;
 *			fp_fs_probe, 64-bit: its address less fp_fs_loaded, so chosen that nothing
 *			is harmed by a read through any base below 4 GB either.
 *	fp_fs_stale	8-bit, behind fp_user_work: 1 if fp_fs_base has to be loaded before user
 *			mode runs.
 *	fp_lstar	64-bit: the guest's SYSCALL entry (MSR_LSTAR).
 *	fp_user_work	16-bit: the first byte is not 0 if something must be done before user
 *			mode runs (as committing queued page-table writes).
 *	fp_irq_next()	called masked, on the guest's stack, with the C ABI.  Clears
 *			pending, then looks for work (in that order: an event that
 *			comes in between is then seen or sets pending again), and
 *			returns the entry address of the guest's handler, or 0 if
 *			nothing is deliverable.  Leaves pending set if more is.
 *	fp_site_call	jumped to for what a called sequence leaves alone: the return address
 *			is that of a call at the site, with prefixes up to AB_MAX_INSN, also for
 *			a store to a page that is not plain.
 *	fp_upcall_user	jumped to when an upcall interrupted user mode; the stack is
 *			as Xen left it.
 *	fp_sysret_slow	jumped to for a SYSRET with fp_user_work, all registers as they were.
 *	fp_iret_slow	jumped to, masked, for a return that fp_iret leaves alone: user mode with
 *			selectors other than those, an address that no program has, with IF clear,
 *			or with fp_user_work.  The stack holds the guest's frame, fp_iret_site
 *			the address behind the call that stands at the site.
 */
uint64_t fp_irq_next(void);

/* Out-of-line entry points that the wedge hooks up itself. */
extern const unsigned char fp_upcall[];	       /* event callback to register with Xen */
extern const unsigned char fp_iret[];	       /* returns from the guest's frame at RSP */
extern const unsigned char fp_fs_probing[];    /* a load that may fault ... */
extern const unsigned char fp_fs_probed[];     /* ... and where to go on if it does */
extern uint64_t fp_iret_site;		       /* address behind the last call from an iret */
extern const unsigned char fp_syscall_entry[]; /* syscall callback to register with Xen */

/* The sequence for a site, or NULL.  @variant NULL: the first that fits in @total bytes. */
const struct fp_sequence *fp_find(unsigned int kind, const char *variant, unsigned int reg,
				  unsigned int arg, size_t total);

enum fp_result {
	FP_OK,
	FP_TOO_LONG,   /* the sequence does not fit into @total bytes */
	FP_TOO_FAR,    /* a PC-relative field cannot reach its target */
	FP_UNSUPPORTED /* fp_emit_store: not a form of instruction that it knows */
};

/*
 * Writes @seq into @out (@total bytes) so that it runs at address @site, and its
 * stub, if it has one, into @stub_out so that that runs at @stub.  What @total
 * leaves over becomes redundant prefixes of the first instruction, as far as
 * AB_MAX_INSN allows, and NOPs at the end.  On failure nothing is written.
 */
enum fp_result fp_emit(const struct fp_sequence *seq, unsigned char *out, uint64_t site,
		       size_t total, unsigned char *stub_out, uint64_t stub);

/*
 * The same for a store that may hit a page table: @insn (@length bytes, without pad,
 * standing at @insn_at) becomes a jump to a stub of at most FP_STORE_STUB bytes that
 * executes and notes it if its page is in fp_pages, and else goes to the wedge.  Known are mov,
 * xchg, cmpxchg, xadd, bt* with an immediate and the two-operand arithmetic, with or without
 * lock, on any memory operand whose base is not RSP; nor is RSP what is stored.
 */
enum fp_result fp_emit_store(const unsigned char *insn, size_t length, uint64_t insn_at,
			     unsigned char *out, uint64_t site, size_t total,
			     unsigned char *stub_out, uint64_t stub);

/*
 * The stub alone, for a site that calls it: it returns to the site, or goes to fp_site_call with
 * that return address.
 */
enum fp_result fp_emit_called_store(const unsigned char *insn, size_t length, uint64_t insn_at,
				    unsigned char *stub_out, uint64_t stub);

/*
 * Pages (their virtual addresses)
 * to which stores are noted only, direct-mapped by the low bits
 * of the page number.  0: none, since page 0 is never asked for.  The wedge adds a page when it
 * was asked to emulate a store there that any store could have done, and must forget all
 * addresses of a frame before stores to it are its business again.
 *
 * The notes: of the first fp_log_next places of the log (at most FP_LOG), those whose fp_log_done
 * is 1 hold the address of a store that is done.  0: one that was interrupted; that place must stay
 * taken, and fp_log_next above it.  The user may set 1 to anything else.
 */
extern uint64_t fp_pages[FP_PAGES];
extern uint64_t fp_log[FP_LOG];
extern uint8_t fp_log_done[FP_LOG];
extern uint32_t fp_log_next;

/* NOPs for @n bytes, as few as there can be. */
void fp_fill_nops(unsigned char *out, size_t n);

#endif
#endif
