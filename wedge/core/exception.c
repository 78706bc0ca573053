/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exception.c - exceptions of the guest: sites and sensitive instructions are
 * emulated, faults of the wedge's own making are repaired, and all others are
 * delivered through the guest's IDT [SDM vol. 3, 6.12-6.14].
 */
#include <wedgeperf/kinds.h>

#include <wedgeperf/kinds.h>

#include "backend.h"
#include "cpu.h"
#include "devices.h"
#include "gate.h"
#include "late.h"
#include "paging.h"
#include "selector.h"
#include "site.h"
#include "vcpu.h"
#include "wedge.h"

/*
 * Repeated faults at one place, with less than this traced in between: the wedge is at fault.  More
 * is traced where each of many processes faults there once.
 */
#define SAME_LIMIT  8
#define SAME_TRACED 4

struct user_work user_work;

static uint64_t tss_stack(unsigned int offset)
{
	uint64_t rsp = 0;

	if (!guest_read(vcpu.tss + offset, &rsp, 8))
		wedge_panic("the guest's task state segment at %lx is not mapped", vcpu.tss);
	return rsp;
}

/* From the guest's tables, if its own mapping cannot be used. */
static bool read_gate(unsigned int vector, struct gate *gate)
{
	uint64_t words[2], at = vcpu.idt.base + vector * sizeof(*gate);

	if (vector * sizeof(*gate) + 15 > vcpu.idt.limit)
		return false;
	if ((!hv_peek(at, &words[0]) || !hv_peek(at + 8, &words[1])) &&
	    !guest_read(at, words, sizeof(words)))
		return false;
	memcpy(gate, words, sizeof(*gate));
	return gate->type & GATE_PRESENT;
}

/* SYSRET knows no other selectors than those of STAR. */
static uint16_t star_selector(unsigned int offset)
{
	return (uint16_t)(((vcpu.star >> 48) + offset) | 3);
}

void inject(unsigned int vector, bool has_error, uint64_t error)
{
	uint64_t frame[6], rsp = vcpu.reg[R_RSP];
	unsigned int n = 0;
	struct gate gate;

	trace(EV_INJECT, vector, error);
	if (!read_gate(vector, &gate))
		wedge_panic("exception %u (error %lx, cr2 %lx), for which the guest has no gate",
			    vector, error, vcpu.cr2);
	if (gate.ist & 7)
		rsp = tss_stack(36 + 8 * (gate.ist & 7u) - 8);
	else if (vcpu.user)
		rsp = tss_stack(4);
	if (has_error)
		frame[n++] = error;
	frame[n++] = vcpu.rip;
	frame[n++] = vcpu.cs;
	frame[n++] = vcpu.rflags;
	frame[n++] = vcpu.reg[R_RSP];
	frame[n++] = vcpu.ss;
	rsp = (rsp & ~15ull) - n * 8;
	if (!guest_write(rsp, frame, n * 8))
		wedge_panic("exception %u at %lx: the guest's stack %lx is not mapped", vector,
			    vcpu.rip, rsp);
	vcpu.reg[R_RSP] = rsp;
	vcpu.rip = gate_handler(&gate);
	vcpu.cs = gate.selector & ~3;
	if (vcpu.user)
		vcpu.ss = 0;
	vcpu.user = 0;
	vcpu.rflags &= ~(uint64_t)(X86_TF | X86_NT | X86_RF);
	if ((gate.type & 15) == GATE_INTR)
		vcpu.rflags &= ~(uint64_t)X86_IF;
}

/* Which instruction stands at vcpu.rip?  Sites are known by their original bytes. */
static bool fetch(struct insn *insn)
{
	uint8_t bytes[15];
	uint64_t first = PAGE_SIZE - (vcpu.rip & (PAGE_SIZE - 1));

	if (first > sizeof(bytes))
		first = sizeof(bytes);
	if (!guest_read(vcpu.rip, bytes, first))
		return false;
	if (first < sizeof(bytes) &&
	    !guest_read(vcpu.rip + first, bytes + first, sizeof(bytes) - first))
		return insn_decode(bytes, first, insn);
	return insn_decode(bytes, sizeof(bytes), insn);
}

/* Second half of a site of two instructions: `sti;hlt`, `pushf;pop`. */
static enum outcome second_half(const struct site *s, unsigned int at)
{
	struct insn next;
	enum outcome o;

	if (!insn_decode(s->original + at, s->total - at, &next))
		wedge_panic("second instruction of the site at %lx is unknown", s->address);
	vcpu.rip += at;
	o = emulate(&next);
	vcpu.rip -= at;
	return o;
}

/* Emulate the whole site @s; vcpu.rip is its address. */
static enum outcome emulate_site(struct site *s)
{
	unsigned int bytes = AB_PREFIXES(s->flags) + s->length;
	enum outcome o;

	s->count++;
	user_work.any |= kind_info[s->kind].flags & KF_MEMORY ? 1 : 0;
	o = emulate(&s->insn);
	if (o == DONE && s->insn.length < bytes)
		o = second_half(s, s->insn.length);
	if (o == UNKNOWN)
		wedge_panic("the site at %lx cannot be emulated", s->address);
	if (o == DONE)
		vcpu.rip += bytes;
	return o;
}

static void breakpoint(void)
{
	struct site *s = vcpu.user ? NULL : site_at(vcpu.rip - 1);

	if (!s && !vcpu.user)
		s = site_copied(vcpu.rip - 1);
	if (!s || s->strategy != STRATEGY_TRAP) {
		inject(VECTOR_BP, false, 0);
		return;
	}
	vcpu.rip--;
	sites_seen(vcpu.rip);
	emulate_site(s);
}

/* #GP and #UD in kernel mode: a sensitive instruction without a site. */
static void privileged(unsigned int vector, uint64_t error)
{
	struct insn insn;
	enum outcome o = UNKNOWN;

	if (vcpu.user && vector == VECTOR_GP && !(error & 7) && selector_missed((uint16_t)error))
		return; /* the guest has changed that descriptor */
	if (!vcpu.user && error == 0 && fetch(&insn) && insn.op != OP_UNDEFINED) {
		trace(EV_EMULATE, vcpu.rip, insn.op);
		o = emulate(&insn);
	}
	if (o == DONE)
		vcpu.rip += insn.length;
	else if (o == UNKNOWN)
		inject(vector, vector == VECTOR_GP, error);
}

/* Did the wedge cause this page fault (stale shadow, protected table)? */
static bool repair(uint64_t va, uint64_t error, const struct walk *w)
{
	static uint64_t last_rip, last_va;
	static unsigned int same, last_traced;
	struct insn insn;

	if (!w->present || ((error & PF_WRITE) && !w->writable) ||
	    ((error & PF_FETCH) && !w->executable))
		return false;
	if ((error & PF_USER) && (va >> 63))
		return false;
	if ((error & PF_FETCH) && w->level == 1 && (w->entry & PTE_UNREAD)) {
		late_admit();
		return true;
	}
	if (paging_sync(va))
		return true;
	same = vcpu.rip == last_rip && va == last_va && traced - last_traced < SAME_TRACED
		       ? same + 1
		       : 0;
	last_traced = traced;
	last_rip = vcpu.rip;
	last_va = va;
	if (!guest_memory(w->pa) && hv_is_own(w->pa))
		wedge_panic("the guest uses %lx, which is memory of the wedge's, at %lx", w->pa,
			    va);
	if (same > SAME_LIMIT)
		wedge_panic("page fault at %lx comes again and again (error %lx, entry %lx)", va,
			    error, w->entry);
	if (!(error & PF_WRITE) || paging_allow_write(va, w))
		return true;
	user_work.any = 1;
	if (!fetch(&insn) || emulate_store(&insn, w->pa) != DONE)
		wedge_panic("store to the page table at %lx is not understood", va);
	vcpu.rip += insn.length;
	return true;
}

/* Guest and wedge share their privilege: only what is mapped read-only stops a stray store. */
static bool is_wedge(uint64_t va)
{
	return va - WEDGE_BASE < WEDGE_SIZE || va - WINDOW_BASE < WINDOW_SIZE;
}

static void page_fault(uint64_t error, uint64_t va)
{
	struct walk w;

	guest_walk(va, &w);
	if (repair(va, error, &w))
		return;
	if (!vcpu.user && (error & PF_WRITE) && is_wedge(va))
		wedge_panic("the guest stores to %lx, which is the wedge's, at %lx", va, vcpu.rip);
	/* The machine's tables may lag behind, or lack the kernel's half: the guest's say. */
	error = w.present ? error | PF_PRESENT : error & ~(uint64_t)PF_PRESENT;
	vcpu.cr2 = va;
	inject(VECTOR_PF, true, error);
}

void wedge_exception(unsigned int vector, uint64_t error, uint64_t cr2)
{
	static const uint32_t with_error = 1 << 8 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 |
					   1 << 14 | 1 << 17;

	vcpu.cs = vcpu.user ? vcpu.user_cs : vcpu.kernel_cs;
	vcpu.ss = vcpu.user ? vcpu.user_ss : vcpu.kernel_ss;
	trace(EV_EXCEPTION, vector, vector == VECTOR_PF ? cr2 : error);
	switch (vector) {
	case VECTOR_BP:
		breakpoint();
		break;
	case VECTOR_UD:
	case VECTOR_GP:
		privileged(vector, error);
		break;
	case VECTOR_PF:
		page_fault(error, cr2);
		break;
	case VECTOR_DB:
		vcpu.dr6 = hv_get_debugreg(6);
		hv_set_debugreg(6, 0);
		inject(vector, false, 0);
		break;
	default:
		inject(vector, with_error >> vector & 1, error);
		break;
	}
}

bool wedge_call(void)
{
	struct site *s = site_called(vcpu.rip);

	vcpu.cs = vcpu.kernel_cs;
	vcpu.ss = vcpu.kernel_ss;
	if (!s)
		wedge_panic("called from before %lx, which is no site", vcpu.rip);
	vcpu.rip = s->address;
	trace(EV_SITE, s->kind, 0);
	return emulate_site(s) == DONE;
}

void wedge_user_work(bool sysret)
{
	if (sysret)
		wedge_sysret(8);
	if (user_work.fs_base)
		hv_set_base(HV_FS_BASE, vcpu.fs_base);
	paging_commit();
	user_work.any = vcpu.user_cs != star_selector(16) || vcpu.user_ss != star_selector(8) ||
			selectors_refresh();
}

void wedge_sysret(unsigned int size)
{
	vcpu.user_cs = star_selector(size == 8 ? 16 : 0);
	vcpu.user_ss = star_selector(8);
}

uint64_t wedge_next_interrupt(void)
{
	int vector = pic_accept();
	struct gate gate;

	if (vector < 0)
		return 0;
	trace(EV_IRQ, (uint64_t)vector, 0);
	if (!read_gate((unsigned int)vector, &gate))
		wedge_panic("interrupt %d, for which the guest has no gate", vector);
	if ((gate.ist & 7) || (gate.type & 15) != GATE_INTR)
		wedge_panic("gate %d of the guest is not a plain interrupt gate: boot it with "
			    "wedge.strategy=trap",
			    vector);
	return gate_handler(&gate);
}

void wedge_before_resume(void)
{
	if (vcpu.rflags & X86_IF) {
		int vector = pic_accept();

		if (vector >= 0) {
			vcpu.cs = vcpu.user ? vcpu.user_cs : vcpu.kernel_cs;
			vcpu.ss = vcpu.user ? vcpu.user_ss : vcpu.kernel_ss;
			trace(EV_IRQ, (uint64_t)vector, 0);
			inject((unsigned int)vector, false, 0);
		}
	}
	if (vcpu.user) {
		wedge_user_work(false);
	}
}

void halt(void)
{
	while (!pic_pending()) {
		hv_pt_flush();
		hv_idle();
	}
}
