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

static bool wanted;

void reset_report(bool on)
{
	wanted = on;
}

/* What is not the guest's RAM is the wedge's cost, be it used or not. */
static void report_memory(void)
{
	uint64_t guest = 0;

	for (unsigned int i = 0; i < hv_memory.nr_ram; i++)
		guest += hv_memory.ram[i].end - hv_memory.ram[i].start;
	print("wedge: memory: %lu KB in all, %lu KB the guest's, %lu KB the wedge's, %lu KB of "
	      "these never used\n",
	      hv_memory.total >> 10, guest >> 10, (hv_memory.total - guest) >> 10,
	      hv_memory_left() >> 10);
}

static void report(void)
{
	struct paging_counts c;

	report_memory();
	paging_count(&c);
	print("wedge: tables: %lu in use, %lu free, %lu roots, %lu leaf tables of the kernel's\n",
	      c.tables, c.free_tables, c.roots, c.leaves);
	sites_report();
}

void reset_machine(void)
{
	uart_flush();
	if (wanted)
		report();
	sites_tally();
	late_report();
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
