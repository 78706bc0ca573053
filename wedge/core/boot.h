/* SPDX-License-Identifier: GPL-2.0-or-later */
/* boot.h - loading the guest: container, kernel image, boot parameters. */
#ifndef WEDGE_BOOT_H
#define WEDGE_BOOT_H

#include <stddef.h>
#include <stdint.h>

struct blob {
	const uint8_t *data;
	size_t size;
};

/* A member of a newc cpio archive; data NULL: not there (or the archive is broken). */
struct blob cpio_find(struct blob archive, const char *name);

struct kernel {
	uint64_t entry; /* physical, as linked */
	uint64_t phys_start, phys_end;
	uint64_t virt_start; /* address at which phys_start is linked */
	struct blob notes;
	uint64_t notes_address; /* linked */
};
/* Check an x86-64 ELF executable; returns NULL or what is wrong with it. */
const char *elf_open(struct blob file, struct kernel *k);
/* Copy its segments to the window at @to (physical address of phys_start). */
void elf_load(struct blob file, const struct kernel *k, uint8_t *to);

/* Load the guest named by hv_memory's module and set `vcpu` to its start. */
struct args;
void boot(const struct args *args);

#endif
