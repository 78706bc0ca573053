// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * systems.c - the table of systems.  A new system is a new row.
 *
 * The memory of a run is {mb} for the guest everywhere; a hypervisor gets its
 * own on top.  Native kernels run without ACPI and APIC: the XT-PIC platform of
 * the papers, which is also the one that an in-place VMM shows its guest.
 * A XenoLinux dom0 gets its interrupts from Xen and needs ACPI to be left alone; it
 * is loaded as a vmlinux, since Xen takes longer to unpack a bzImage than to boot.
 */
#include "systems.h"

#include <string.h>

#define TREES "{build}/linux-{kernel}"

#define COMMON "rdinit=/init panic=-1 nokaslr norandmaps"
#define PC     "console=ttyS0 " COMMON " acpi=off noapic nolapic {guest}"
#define DOM0   "console=hvc0 " COMMON " {guest}"

#define XEN_OPTIONS "dom0_mem={mb}M xpti=off spec-ctrl=off console=com1 com1=115200,8n1"
/* Xen's half of the address space, as the PV ABI reserves it. */
#define XEN_REGION "hypervisor:ffff800000000000-ffff87ffffffffff"
/* The 16 MB that the wedge occupies in the guest kernel's address space. */
#define WEDGE_REGION "wedge:ffffffff80000000-ffffffff80ffffff"

#define BZIMAGE "{tree}/arch/x86/boot/bzImage"
#define VMLINUX "{tree}/vmlinux"

/*
 * Xen reads the RTC at start and waits for the next full second, polling: 0.7 s
 * of virtual time and a third of a run's wall time.  The firmware sleeps for most
 * of it instead, which costs nothing.
 */
#define UNTIL_RTC_TICKS "menu=on,splash-time=640"
/* The padded kernel in the wedge; @word is one for the wedge, with a blank behind it. */
#define WEDGE(word)                                                                                \
	.tree = TREES "/padded", .kernel = "{build}/xen/xen", .append = XEN_OPTIONS,               \
	.initrd = "{build}/wedge/wedge.elf " word PC ",{module}", .hypervisor_mb = 512,            \
	.boot = UNTIL_RTC_TICKS,                                                                   \
	.image = {{IMAGE_ELF, VMLINUX},                                                            \
		  {IMAGE_CONTAINER, "{module}"},                                                   \
		  {IMAGE_ELF, "{build}/wedge/wedge.elf"},                                          \
		  {IMAGE_ELF, "{build}/xen/xen"}},                                                 \
	.region = {WEDGE_REGION, XEN_REGION}

const struct bench_system bench_systems[] = {
	{
		.id = "native",
		.label = "native, raw",
		.tree = TREES "/native",
		.kernel = BZIMAGE,
		.append = PC,
		.initrd = "{initrd}",
		.image = {{IMAGE_BZIMAGE, BZIMAGE}, {IMAGE_CPIO, "{initrd}"}},
	},
	{
		.id = "padded",
		.label = "NOPs, raw",
		.tree = TREES "/padded",
		.kernel = BZIMAGE,
		.append = PC,
		.initrd = "{initrd}",
		.image = {{IMAGE_BZIMAGE, BZIMAGE}, {IMAGE_CPIO, "{initrd}"}},
	},
	{
		.id = "xenolinux",
		.label = "XenoLinux",
		.tree = TREES "/xenolinux",
		.kernel = "{build}/xen/xen",
		.append = XEN_OPTIONS,
		.initrd = VMLINUX " " DOM0 ",{initrd}",
		.hypervisor_mb = 512,
		.boot = UNTIL_RTC_TICKS,
		.image = {{IMAGE_ELF, VMLINUX},
			  {IMAGE_CPIO, "{initrd}"},
			  {IMAGE_ELF, "{build}/xen/xen"}},
		.region = {XEN_REGION},
	},
	{.id = "wedge", .label = "Xen in-place VMM", WEDGE("")},
	/* One strategy for every site: what the tuner's plan and each other are compared with. */
	{.id = "wedge-call",
	 .label = "VMM, all called",
	 WEDGE("wedge.strategy=call "),
	 .on_request = true},
	{.id = "wedge-trap",
	 .label = "VMM, all trapped",
	 WEDGE("wedge.strategy=trap "),
	 .on_request = true},
};

const size_t bench_nsystems = sizeof(bench_systems) / sizeof(bench_systems[0]);

const struct bench_system *bench_system_find(const char *id)
{
	for (size_t i = 0; i < bench_nsystems; i++)
		if (!strcmp(bench_systems[i].id, id))
			return &bench_systems[i];
	return NULL;
}
