/* SPDX-License-Identifier: GPL-2.0-or-later */
/* panic.c - ends of the road: what the guest was doing, and the last events. */
#include "backend.h"
#include "site.h"
#include "vcpu.h"
#include "wedge.h"

#define RING 32

static struct {
	uint64_t rip, a, b;
	enum event what;
} ring[RING];
uint32_t debug_events;
unsigned int traced;

static void print_event(enum event what, uint64_t rip, uint64_t a, uint64_t b)
{
	const struct site *site;
	/* What the two numbers are. */
	static const struct {
		const char *name, *a, *b;
	} events[] = {
		[EV_EXCEPTION] = {"exception", "vector", "address or error"},
		[EV_SITE] = {"site", "kind", NULL},
		[EV_IRQ] = {"interrupt", "vector", NULL},
		[EV_INJECT] = {"inject", "vector", "error"},
		[EV_ROOT] = {"new root", "cr3", "table"},
		[EV_EMULATE] = {"emulate", "at", "operation"},
		[EV_LINE] = {"line", "irq", NULL},
		[EV_TABLE] = {"table", "of frame", "level"},
		[EV_NO_TABLE] = {"no table", "formerly at", "level"},
	};

	site = site_at(rip);
	print("wedge: %-9s at %016lx: %s %lx", events[what].name, rip, events[what].a, a);
	if (events[what].b)
		print(", %s %lx", events[what].b, b);
	if (site)
		print(" (%s)", site_name(site));
	print("\n");
}

void trace(enum event what, uint64_t a, uint64_t b)
{
	unsigned int n = traced++ % RING;

	ring[n].what = what;
	ring[n].rip = vcpu.rip;
	ring[n].a = a;
	ring[n].b = b;
	if (__builtin_expect(debug_events & EVENT(what), 0))
		print_event(what, vcpu.rip, a, b);
}

static void print_registers(void)
{
	static const char *const name[16] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp",
					     "rsi", "rdi", "r8",  "r9",	 "r10", "r11",
					     "r12", "r13", "r14", "r15"};

	print("wedge: %s rip %016lx rflags %08lx cs %04x\n", vcpu.user ? "user" : "kernel",
	      vcpu.rip, vcpu.rflags, vcpu.cs);
	for (unsigned int i = 0; i < 16; i += 4)
		print("wedge: %-3s %016lx %-3s %016lx %-3s %016lx %-3s %016lx\n", name[i],
		      vcpu.reg[i], name[i + 1], vcpu.reg[i + 1], name[i + 2], vcpu.reg[i + 2],
		      name[i + 3], vcpu.reg[i + 3]);
	print("wedge: cr0 %lx cr2 %lx cr3 %lx cr4 %lx gs %lx\n", vcpu.cr0, vcpu.cr2, vcpu.cr3,
	      vcpu.cr4, vcpu.gs_base);
}

static void print_events(void)
{
	for (unsigned int i = 0; i < RING; i++) {
		unsigned int n = (traced + i) % RING;

		if (ring[n].what)
			print_event(ring[n].what, ring[n].rip, ring[n].a, ring[n].b);
	}
}

void wedge_panic(const char *fmt, ...)
{
	static bool again;
	const struct site *site;
	char line[200];
	va_list ap;

	va_start(ap, fmt);
	format(line, sizeof(line), fmt, ap);
	va_end(ap);
	print("\nwedge: panic: %s\n", line);
	if (again)
		hv_shutdown(true);
	again = true;
	print_registers();
	site = site_at(vcpu.rip);
	if (site)
		print("wedge: at site %lx, %s\n", site->address, site_name(site));
	print_events();
	hv_shutdown(true);
}

void wedge_refuse(const char *fmt, ...)
{
	char line[240];
	va_list ap;

	va_start(ap, fmt);
	format(line, sizeof(line), fmt, ap);
	va_end(ap);
	print("wedge: cannot start: %s\n", line);
	hv_shutdown(true);
}
