/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * boot.c - load the guest as a boot loader would, by the 64-bit boot protocol
 * [Linux Documentation/x86/boot.rst]: paging with an identity map, boot_params
 * in rsi, flat segments, interrupts off.
 *
 * Layout of the first range of RAM: the kernel at its start; at its end, from the top
 * down, the initrd, the initial page tables, the command line, boot_params.
 */
#include "boot.h"
#include "args.h"
#include "backend.h"
#include "paging.h"
#include "plan.h"
#include "site.h"
#include "vcpu.h"
#include "wedge.h"

#define E820_RAM       1
#define LOW_RAM_END    0x80000 /* above: the BIOS's data and the adapters' */
#define BOOT_CS	       0x10
#define BOOT_DS	       0x18
#define CMDLINE_SIZE   2048
#define IDENTITY_GB    4
#define INITIAL_TABLES (2 + IDENTITY_GB)

/* Offsets in boot_params [Documentation/x86/zero-page.rst]. */
#define BP_EXT_INITRD	0x0c0
#define BP_EXT_CMDLINE	0x0c8
#define BP_E820_ENTRIES 0x1e8
#define BP_BOOT_FLAG	0x1fe
#define BP_MAGIC	0x202
#define BP_VERSION	0x206
#define BP_LOADER	0x210
#define BP_LOADFLAGS	0x211
#define BP_INITRD	0x218
#define BP_INITRD_SIZE	0x21c
#define BP_CMDLINE	0x228
#define BP_E820		0x2d0

struct e820_entry {
	uint64_t start, size;
	uint32_t type;
} __attribute__((packed));

static void put(uint8_t *at, uint64_t value, unsigned int size)
{
	memcpy(at, &value, size);
}

/* Take @size bytes from the top of the guest's RAM. */
static uint64_t take(uint64_t *top, uint64_t size)
{
	*top = (*top - size) & -(uint64_t)PAGE_SIZE;
	return *top;
}

static uint64_t identity_map(uint64_t *top)
{
	uint64_t root = take(top, INITIAL_TABLES * PAGE_SIZE);
	uint64_t *l4 = window(root), *l3 = l4 + 512, *l2 = l3 + 512;

	memset(l4, 0, INITIAL_TABLES * PAGE_SIZE);
	l4[0] = (root + PAGE_SIZE) | PTE_PRESENT | PTE_RW;
	for (uint64_t g = 0; g < IDENTITY_GB; g++)
		l3[g] = (root + (2 + g) * PAGE_SIZE) | PTE_PRESENT | PTE_RW;
	for (uint64_t n = 0; n < IDENTITY_GB * 512; n++)
		l2[n] = n * CHUNK_SIZE | PTE_PRESENT | PTE_RW | PTE_PSE;
	return root;
}

static uint64_t boot_parameters(uint64_t *top, const char *cmdline, uint64_t initrd,
				uint64_t initrd_size)
{
	uint64_t pa = take(top, PAGE_SIZE), text = take(top, CMDLINE_SIZE);
	struct e820_entry map[1 + HV_RANGES] = {{0, LOW_RAM_END, E820_RAM}};
	uint8_t *bp = window(pa);

	for (unsigned int i = 0; i < hv_memory.nr_ram; i++)
		map[1 + i] = (struct e820_entry){hv_memory.ram[i].start,
						 hv_memory.ram[i].end - hv_memory.ram[i].start,
						 E820_RAM};
	if (strlen(cmdline) >= CMDLINE_SIZE)
		wedge_refuse("the guest's command line is longer than %u bytes", CMDLINE_SIZE - 1);
	memset(bp, 0, PAGE_SIZE);
	memcpy(window(text), cmdline, strlen(cmdline) + 1);
	put(bp + BP_BOOT_FLAG, 0xaa55, 2);
	put(bp + BP_MAGIC, 0x53726448, 4); /* "HdrS" */
	put(bp + BP_VERSION, 0x020f, 2);
	put(bp + BP_LOADER, 0xff, 1); /* no number assigned */
	put(bp + BP_LOADFLAGS, 1, 1); /* loaded high */
	put(bp + BP_CMDLINE, text, 4);
	put(bp + BP_EXT_CMDLINE, text >> 32, 4);
	put(bp + BP_INITRD, initrd, 4);
	put(bp + BP_EXT_INITRD, initrd >> 32, 4);
	put(bp + BP_INITRD_SIZE, initrd_size, 4);
	put(bp + BP_E820_ENTRIES, 1 + hv_memory.nr_ram, 1);
	memcpy(bp + BP_E820, map, (1 + hv_memory.nr_ram) * sizeof(map[0]));
	return pa;
}

void boot(const struct args *args)
{
	struct blob archive = {hv_memory.module, hv_memory.module_size}, file, initrd;
	uint64_t top = hv_memory.ram[0].end, base = hv_memory.ram[0].start, initrd_pa;
	struct kernel k;
	struct blob names;
	unsigned int line;
	const char *error;

	if (!archive.size)
		wedge_refuse(
			"no module: give Xen a second one, a cpio archive with vmlinux and initrd");
	file = cpio_find(archive, "vmlinux");
	if (!file.data)
		wedge_refuse("the module is not a newc cpio archive with a member `vmlinux`");
	error = elf_open(file, &k);
	if (!error)
		error = sites_read(k.notes.data, k.notes.size, k.notes_address);
	if (error)
		wedge_refuse("vmlinux: %s", error);
	names = cpio_find(archive, "names");
	error = names.data ? sites_name((const char *)names.data, names.size) : NULL;
	if (error)
		wedge_refuse("names of sites: %s; make the container with wedge/pack", error);
	error = plan_read(cpio_find(archive, "plan"), &line);
	if (error)
		wedge_refuse("plan line %u: %s", line, error);
	if (plan_has_sites() && !names.data)
		wedge_refuse("the plan names sites, but the container has no member `names`: make "
			     "it with wedge/pack");
	initrd = cpio_find(archive, "initrd");
	initrd_pa = take(&top, initrd.size);
	if (base + (k.phys_end - k.phys_start) + (16 << 20) > top)
		wedge_refuse("%lu MB of RAM are too little for the kernel and its initrd",
			     (hv_memory.ram[0].end - base) >> 20);
	elf_load(file, &k, window(base));
	memcpy(window(initrd_pa), initrd.data, initrd.size);
	/* All that the container has to say has been read. */
	memory_add(hv_memory.module_start, hv_memory.module_end);
	sites_trap(base - k.virt_start, args->strategy);

	vcpu.cr0 = 0x80050033; /* PG AM WP NE ET MP PE */
	vcpu.cr4 = 0x20;       /* PAE */
	vcpu.efer = 0xd00;     /* NXE LMA LME */
	vcpu.kernel_cs = BOOT_CS;
	vcpu.kernel_ss = BOOT_DS;
	vcpu.rflags = 2;
	vcpu.rip = base + (k.entry - k.phys_start);
	vcpu.cr3 = identity_map(&top);
	vcpu.reg[R_RSI] = boot_parameters(&top, args->guest, initrd_pa, initrd.size);
	vcpu.reg[R_RSP] = vcpu.reg[R_RSI];
	print("wedge: kernel at %lx-%lx, initrd at %lx, entry %lx\n", base,
	      base + (k.phys_end - k.phys_start), initrd_pa, vcpu.rip);
	paging_load_root(vcpu.cr3);
}
