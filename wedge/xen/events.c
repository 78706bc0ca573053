/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * events.c - event channels: the timer, the console's input and the interrupt
 * lines of real devices.
 *
 * A PC interrupt line n is bound as GSI n to a physical IRQ of the same number.
 * Lines that Xen keeps for itself (its console's, the cascade) cannot be bound.
 */
#include "../../fastpath/fastpath.h"
#include "../core/backend.h"
#include "../core/wedge.h"
#include "hypercall.h"

#define PORTS 256
#define LINES 16

enum {
	PORT_UNUSED,
	PORT_TIMER,
	PORT_CONSOLE,
	PORT_LINE
};
static struct {
	uint8_t use, line;
} ports[PORTS];
static int line_pirq[LINES]; /* 0: not bound; else pirq + 1 */

static void unmask(evtchn_port_t port)
{
	struct evtchn_unmask op = {port};

	hypercall2(__HYPERVISOR_event_channel_op, EVTCHNOP_unmask, &op);
}

static void bind_virq(uint32_t virq, uint8_t use)
{
	struct evtchn_bind_virq op = {.virq = virq, .vcpu = 0};

	if (hypercall2(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_virq, &op) || op.port >= PORTS)
		wedge_refuse("Xen refused virtual interrupt %u", virq);
	ports[op.port].use = use;
	unmask(op.port);
}

void events_start(void)
{
	uint64_t pte = xen_start_info->shared_info | PTE_PRESENT | PTE_RW | PTE_USER;

	if (hypercall(__HYPERVISOR_update_va_mapping, (unsigned long)&shared_info, pte, UVMF_INVLPG,
		      0))
		wedge_refuse("Xen refused to map its shared page");
	bind_virq(VIRQ_TIMER, PORT_TIMER);
	bind_virq(VIRQ_CONSOLE, PORT_CONSOLE);
}

bool hv_irq_bind(unsigned int irq)
{
	struct physdev_setup_gsi gsi = {.gsi = (int)irq, .triggering = 1, .polarity = 0};
	struct physdev_map_pirq map = {.domid = DOMID_SELF,
				       .type = MAP_PIRQ_TYPE_GSI,
				       .index = (int)irq,
				       .pirq = (int)irq};
	struct evtchn_bind_pirq bind = {.flags = BIND_PIRQ__WILL_SHARE};

	if (irq >= LINES || irq == 0 || irq == 2)
		return false;
	if (line_pirq[irq])
		return true;
	hypercall2(__HYPERVISOR_physdev_op, PHYSDEVOP_setup_gsi, &gsi);
	if (hypercall2(__HYPERVISOR_physdev_op, PHYSDEVOP_map_pirq, &map))
		return false;
	bind.pirq = (uint32_t)map.pirq;
	if (hypercall2(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_pirq, &bind) ||
	    bind.port >= PORTS)
		return false;
	ports[bind.port].use = PORT_LINE;
	ports[bind.port].line = (uint8_t)irq;
	line_pirq[irq] = map.pirq + 1;
	unmask(bind.port);
	hv_irq_eoi(irq);
	return true;
}

void hv_irq_eoi(unsigned int irq)
{
	struct physdev_eoi eoi;

	if (irq >= LINES || !line_pirq[irq])
		return;
	eoi.irq = (uint32_t)(line_pirq[irq] - 1);
	hypercall2(__HYPERVISOR_physdev_op, PHYSDEVOP_eoi, &eoi);
}

static void dispatch(unsigned int port)
{
	switch (port < PORTS ? ports[port].use : PORT_UNUSED) {
	case PORT_TIMER:
		wedge_timer();
		break;
	case PORT_CONSOLE:
		wedge_console_input();
		break;
	case PORT_LINE:
		wedge_irq(ports[port].line);
		break;
	default:
		break;
	}
}

void events_handle(void)
{
	vcpu_info_t *info = &shared_info.vcpu_info[0];

	while (info->evtchn_upcall_pending) {
		unsigned long words;

		info->evtchn_upcall_pending = 0;
		words = __atomic_exchange_n(&info->evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
		while (words) {
			unsigned int w = (unsigned int)__builtin_ctzl(words);
			unsigned long bits = shared_info.evtchn_pending[w] &
					     ~shared_info.evtchn_mask[w];

			words &= words - 1;
			__atomic_fetch_and(&shared_info.evtchn_pending[w], ~bits, __ATOMIC_SEQ_CST);
			for (; bits; bits &= bits - 1)
				dispatch(w * 64 + (unsigned int)__builtin_ctzl(bits));
		}
	}
}

/* Asked for by the fast paths: see fastpath.h. */
uint64_t fp_irq_next(void)
{
	events_handle();
	return wedge_next_interrupt();
}

void hv_interrupt_pending(void)
{
	shared_info.vcpu_info[0].evtchn_upcall_pending = 1;
}

void hv_idle(void)
{
	/* Blocking unmasks events; the upcall masks them again (entry.S). */
	hypercall2(__HYPERVISOR_sched_op, SCHEDOP_block, NULL);
	shared_info.vcpu_info[0].evtchn_upcall_mask = 1;
	events_handle();
}
