/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ports.c - who answers at which port.  Whatever no model claims is the
 * machine's: PCI configuration and devices, CMOS, keyboard controller.
 */
#include "backend.h"
#include "cpu.h"
#include "devices.h"
#include "wedge.h"

#define LOW_PORTS 256

static uint8_t elcr[2];

/* Edge/level control: real lines have their trigger mode from the hypervisor. */
static uint8_t elcr_in(uint16_t port)
{
	return elcr[port & 1];
}

static void elcr_out(uint16_t port, uint8_t value)
{
	elcr[port & 1] = value;
}

/* The POST code port: systems write to it when some time shall pass. */
static uint8_t post_in(uint16_t port)
{
	(void)port;
	return 0xff;
}

static void post_out(uint16_t port, uint8_t value)
{
	(void)port;
	(void)value;
}

/* In the order of their use. */
static const struct range {
	uint16_t first, last;
	uint8_t (*in)(uint16_t port);
	void (*out)(uint16_t port, uint8_t value);
} ranges[] = {
	{0x20, 0x21, pic_in, pic_out},	     {0xa0, 0xa1, pic_in, pic_out},
	{0x40, 0x43, pit_in, pit_out},	     {0x80, 0x80, post_in, post_out},
	{0x61, 0x61, pit_in, pit_out},	     {0x3f8, 0x3ff, uart_in, uart_out},
	{0x4d0, 0x4d1, elcr_in, elcr_out},   {0x64, 0x64, reset_in, reset_out},
	{0xcf9, 0xcf9, reset_in, reset_out},
};

static const struct range *search(uint16_t port)
{
	for (const struct range *r = ranges; r < ranges + ARRAY_SIZE(ranges); r++)
		if (port >= r->first && port <= r->last)
			return r;
	return NULL;
}

/* The PC's own ports are found at once the second time. */
static const struct range *find(uint16_t port)
{
	static const struct range *low[LOW_PORTS];

	if (port >= LOW_PORTS)
		return search(port);
	if (!low[port])
		low[port] = search(port);
	return low[port];
}

uint32_t port_in(uint16_t port, unsigned int size)
{
	const struct range *r = find(port);
	uint32_t value = 0;

	if (!r || (r->in == reset_in && size > 1))
		return hv_port_in(port, size);
	for (unsigned int i = 0; i < size; i++)
		value |= (uint32_t)r->in((uint16_t)(port + i)) << (8 * i);
	return value;
}

void port_out(uint16_t port, unsigned int size, uint32_t value)
{
	const struct range *r = find(port);

	if (!r || (r->in == reset_in && size > 1)) {
		hv_port_out(port, size, value);
		return;
	}
	for (unsigned int i = 0; i < size; i++)
		r->out((uint16_t)(port + i), (uint8_t)(value >> (8 * i)));
}

uint8_t wedge_port_in(uint16_t port)
{
	const struct range *r = find(port);

	return r ? r->in(port) : (uint8_t)hv_port_in(port, 1);
}

void wedge_port_out(uint16_t port, uint8_t value)
{
	const struct range *r = find(port);

	if (r)
		r->out(port, value);
	else
		hv_port_out(port, 1, value);
}

bool wedge_port_is_inert(uint16_t port)
{
	const struct range *r = find(port);

	return r && r->out == post_out;
}
