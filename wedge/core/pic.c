/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pic.c - the two 8259A interrupt controllers of a PC [Intel 8259A data sheet,
 * 231468]: initialisation, masks, fully nested priorities, specific and
 * non-specific EOI, special mask mode, AEOI, polling of ISR and IRR.
 *
 * A line that the guest unmasks for the first time is connected to the real
 * device; the guest's EOI is passed on to it.
 */
#include "backend.h"
#include "devices.h"
#include "wedge.h"

#define SLAVE_COMMAND 0xa0
#define CASCADE	      2

struct chip {
	uint8_t irr, isr, imr, base;
	uint8_t init; /* next ICW expected; 0: none */
	bool icw4, aeoi, read_isr, special_mask, poll;
};
static struct chip chips[2] = {{.imr = 0xff}, {.imr = 0xff}};
static uint16_t connected, external; /* by line; external: a device of the machine */
static uint16_t owed;		     /* lines whose EOI the hypervisor has not been told */
static bool request;		     /* the INTR output */

static void owe(const struct chip *c, int n)
{
	owed |= (uint16_t)(1 << (n + (c == &chips[1] ? 8 : 0))) & external;
}

/*
 * A guest acknowledges a line before it has served the device, with the line masked:
 * told at once, the hypervisor would report the same interrupt again.
 */
static void pay(void)
{
	unsigned int lines = owed & ~(chips[0].imr | (unsigned int)chips[1].imr << 8);

	owed &= (uint16_t)~lines;
	for (; lines; lines &= lines - 1)
		hv_irq_eoi((unsigned int)__builtin_ctz(lines));
}

/* Highest request that beats what is in service; -1: none. */
static int best(const struct chip *c)
{
	unsigned int requests = c->irr & ~(unsigned int)c->imr;
	unsigned int service = c->special_mask ? c->isr & ~(unsigned int)c->imr : c->isr;
	int n;

	/* Special fully nested: the slave may interrupt itself. */
	if (c == &chips[0] && chips[1].irr && best(&chips[1]) >= 0) {
		requests |= (1 << CASCADE) & ~(unsigned int)c->imr;
		service &= ~(1u << CASCADE);
	}
	n = __builtin_ctz(requests | 0x100);
	return n < __builtin_ctz(service | 0x100) ? n : -1;
}

static void acknowledge(struct chip *c, int n)
{
	c->irr &= (uint8_t) ~(1 << n);
	if (c->aeoi)
		owe(c, n);
	else
		c->isr |= (uint8_t)(1 << n);
}

/* Recompute what the pair asks of the processor; after every change. */
static void update(void)
{
	if (owed)
		pay();
	request = (chips[0].irr | chips[1].irr) && best(&chips[0]) >= 0;
	if (request)
		hv_interrupt_pending();
}

bool pic_pending(void)
{
	return request;
}

void pic_raise(unsigned int irq)
{
	chips[irq >> 3].irr |= (uint8_t)(1 << (irq & 7));
	update();
}

void pic_lower(unsigned int irq)
{
	chips[irq >> 3].irr &= (uint8_t) ~(1 << (irq & 7));
	update();
}

int pic_accept(void)
{
	int n, m;

	if (!request)
		return -1;
	n = best(&chips[0]);
	if (n != CASCADE) {
		acknowledge(&chips[0], n);
		update();
		return chips[0].base + n;
	}
	m = best(&chips[1]);
	acknowledge(&chips[0], n);
	acknowledge(&chips[1], m);
	update();
	return chips[1].base + m;
}

static void eoi(struct chip *c, unsigned int n)
{
	c->isr &= (uint8_t) ~(1 << n);
	owe(c, (int)n);
}

/* Lines without a device of the machine: what the models raise, and the cascade. */
#define MODELS (1u << IRQ_PIT | 1u << CASCADE | 1u << IRQ_UART)

static void connect(void)
{
	unsigned int masked = chips[0].imr | (unsigned int)chips[1].imr << 8;
	unsigned int lines = ~(masked | connected | MODELS) & 0xffff;

	connected |= (uint16_t)lines;
	for (; lines; lines &= lines - 1) {
		unsigned int irq = (unsigned int)__builtin_ctz(lines);

		if (hv_irq_bind(irq))
			external |= (uint16_t)(1 << irq);
		else
			print("wedge: interrupt line %u is not available\n", irq);
	}
}

static void operation(struct chip *c, uint8_t value)
{
	unsigned int n;

	switch (value >> 5) {
	case 1: /* non-specific EOI: the highest in service */
	case 5:
		for (n = 0; n < 8 && !(c->isr >> n & 1); n++)
			;
		if (n < 8)
			eoi(c, n);
		break;
	case 3: /* specific EOI */
	case 7:
		eoi(c, value & 7);
		break;
	default: /* rotation: no PC system uses it */
		break;
	}
}

static void command(struct chip *c, uint8_t value)
{
	if (value & 0x10) {
		*c = (struct chip){.init = 2, .icw4 = value & 1};
		return;
	}
	if (!(value & 8)) {
		operation(c, value);
		return;
	}
	if (value & 2)
		c->read_isr = value & 1;
	if (value & 0x40)
		c->special_mask = value >> 5 & 1;
	c->poll = value >> 2 & 1;
}

void pic_out(uint16_t port, uint8_t value)
{
	struct chip *c = &chips[port >= SLAVE_COMMAND];

	if (!(port & 1)) {
		command(c, value);
		update();
		return;
	}
	switch (c->init) {
	case 2:
		c->base = value & 0xf8;
		c->init = 3;
		break;
	case 3:
		c->init = c->icw4 ? 4 : 0;
		break;
	case 4:
		c->aeoi = value >> 1 & 1;
		c->init = 0;
		break;
	default:
		c->imr = value;
		connect();
		break;
	}
	update();
}

uint8_t pic_in(uint16_t port)
{
	struct chip *c = &chips[port >= SLAVE_COMMAND];
	int n;

	if (c->poll) {
		c->poll = false;
		n = best(c);
		if (n < 0)
			return 0;
		acknowledge(c, n);
		update();
		return (uint8_t)(0x80 | n);
	}
	if (port & 1)
		return c->imr;
	return c->read_isr ? c->isr : c->irr;
}

void wedge_irq(unsigned int irq)
{
	trace(EV_LINE, irq, 0);
	pic_raise(irq);
}
