/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf.c - the guest's kernel: an ELF64 executable [System V gABI, chapters 4 and 5]. */
#include "boot.h"
#include "wedge.h"

#define ELF_EXEC   2
#define ELF_X86_64 62
#define SEG_LOAD   1
#define SEG_NOTE   4

struct elf_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct segment {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

static bool segment(struct blob file, const struct elf_header *h, unsigned int n, struct segment *s)
{
	uint64_t at = h->phoff + (uint64_t)n * h->phentsize;

	if (at > file.size || file.size - at < sizeof(*s))
		return false;
	memcpy(s, file.data + at, sizeof(*s));
	return s->offset <= file.size && s->filesz <= file.size - s->offset &&
	       s->filesz <= s->memsz;
}

const char *elf_open(struct blob file, struct kernel *k)
{
	struct elf_header h;
	struct segment s;

	*k = (struct kernel){.phys_start = ~0ull};
	if (file.size < sizeof(h))
		return "it is too short for an ELF file";
	memcpy(&h, file.data, sizeof(h));
	if (memcmp(h.ident, "\177ELF\2\1", 6) || h.machine != ELF_X86_64 || h.type != ELF_EXEC)
		return "it is not an x86-64 ELF executable (vmlinux, not bzImage)";
	for (unsigned int n = 0; n < h.phnum; n++) {
		if (!segment(file, &h, n, &s))
			return "its program headers are cut off";
		if (s.type == SEG_NOTE && !k->notes.data) {
			k->notes = (struct blob){file.data + s.offset, s.filesz};
			k->notes_address = s.vaddr;
		}
		if (s.type != SEG_LOAD)
			continue;
		if (s.paddr < k->phys_start) {
			k->phys_start = s.paddr;
			k->virt_start = s.vaddr;
		}
		if (s.paddr + s.memsz > k->phys_end)
			k->phys_end = s.paddr + s.memsz;
	}
	if (!k->phys_end)
		return "it has nothing to load";
	if (k->virt_start < WEDGE_BASE + WEDGE_SIZE)
		return "it is linked where the wedge is";
	k->entry = h.entry;
	return NULL;
}

void elf_load(struct blob file, const struct kernel *k, uint8_t *to)
{
	struct elf_header h;
	struct segment s;

	memcpy(&h, file.data, sizeof(h));
	memset(to, 0, k->phys_end - k->phys_start);
	for (unsigned int n = 0; n < h.phnum; n++)
		if (segment(file, &h, n, &s) && s.type == SEG_LOAD)
			memcpy(to + (s.paddr - k->phys_start), file.data + s.offset, s.filesz);
}
