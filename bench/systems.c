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

#define PC   "{pc} {guest}"
#define DOM0 "{dom0} {guest}"
#define XEN  "dom0_mem={mb}M {xen}"
/* Xen's half of the address space, as the PV ABI reserves it. */
#define XEN_REGION "hypervisor:ffff800000000000-ffff87ffffffffff"
/* The 16 MB that the wedge occupies in the guest kernel's address space. */
#define WEDGE_REGION "wedge:ffffffff80000000-ffffffff80ffffff"

#define BZIMAGE "{tree}/arch/x86/boot/bzImage"
#define VMLINUX "{tree}/vmlinux"
#define MODULE	"{build}/wedge/{kernel}/{container}.module"

/* A kernel on bare hardware. */
#define BARE(of)                                                                                   \
	.tree = TREES of, .kernel = BZIMAGE, .append = PC, .initrd = "{initrd}",                   \
	.image = {{IMAGE_BZIMAGE, BZIMAGE}, {IMAGE_CPIO, "{initrd}"}}

/* A padded kernel and its container in the wedge; @word is one for it, with a blank behind. */
#define WEDGE(of, module, word)                                                                    \
	.tree = TREES of, .kernel = "{build}/{hypervisor}/xen", .append = XEN,                     \
	.initrd = "{build}/wedge/wedge.elf " word PC "," module, .on_xen = true,                   \
	.image = {{IMAGE_ELF, VMLINUX},                                                            \
		  {IMAGE_CONTAINER, module},                                                       \
		  {IMAGE_ELF, "{build}/wedge/wedge.elf"},                                          \
		  {IMAGE_ELF, "{build}/{hypervisor}/xen"}},                                        \
	.region = {WEDGE_REGION, XEN_REGION}

const struct bench_system bench_systems[] = {
	{.id = "native", .label = "native, raw", BARE("/native")},
	{.id = "padded", .label = "NOPs, raw", BARE("/padded")},
	{
		.id = "xenolinux",
		.label = "XenoLinux",
		.tree = TREES "/xenolinux",
		.kernel = "{build}/{hypervisor}/xen",
		.append = XEN,
		.initrd = VMLINUX " " DOM0 ",{initrd}",
		.on_xen = true,
		.image = {{IMAGE_ELF, VMLINUX},
			  {IMAGE_CPIO, "{initrd}"},
			  {IMAGE_ELF, "{build}/{hypervisor}/xen"}},
		.region = {XEN_REGION},
	},
	{.id = "wedge", .label = "Xen in-place VMM", WEDGE("/padded", MODULE, "")},
	/* One strategy for every site: what the tuner's plan and each other are compared with. */
	{.id = "wedge-call",
	 .label = "VMM, all called",
	 WEDGE("/padded", MODULE, "wedge.strategy=call "),
	 .on_request = true},
	{.id = "wedge-trap",
	 .label = "VMM, all trapped",
	 WEDGE("/padded", MODULE, "wedge.strategy=trap "),
	 .on_request = true},
	/* The kernel with the pads of the plan that make tune has made: bare, and by that plan. */
	{.id = "tuned", .label = "NOPs, tuned pads", BARE("/tuned"), .on_request = true},
	{.id = "wedge-tuned",
	 .label = "VMM, tuned plan",
	 WEDGE("/tuned", "{tree}/{container}.module", ""),
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
