/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reset.c - the guest resets the machine: by the keyboard controller's pulse (fe
 * to port 64) or the chip set's reset control register (cf9, bit 2).
 */
#include "backend.h"
#include "devices.h"
#include "late.h"
#include "paging.h"
#include "site.h"
#include "wedge.h"

#define KEYBOARD_PULSE 0xfe
#define RESET_CPU      4

static bool report;

void reset_report(bool wanted)
{
	report = wanted;
}

void reset_machine(void)
{
	struct paging_counts c;

	uart_flush();
	if (report) {
		paging_count(&c);
		print("wedge: %lu tables in use, %lu free, %lu roots, %lu leaf tables\n", c.tables,
		      c.free_tables, c.roots, c.leaves);
		sites_report();
		late_report();
	}
	hv_shutdown(true);
}

uint8_t reset_in(uint16_t port)
{
	return (uint8_t)hv_port_in(port, 1);
}

void reset_out(uint16_t port, uint8_t value)
{
	if (port == 0x64 ? value == KEYBOARD_PULSE : value & RESET_CPU)
		reset_machine();
	hv_port_out(port, 1, value);
}
