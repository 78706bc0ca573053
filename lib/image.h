/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * image.h - an x86-64 ELF file as flat, checked tables: sections, symbols,
 * relocations.  Kernels and programs (ET_EXEC, ET_DYN) and objects and modules
 * (ET_REL) look alike: the sections of a relocatable file, which have no address
 * yet, are laid out one after the other, so that an address is unique in both.
 *
 * Everything that the tables say lies inside the file was checked to do so.
 */
#ifndef WEDGEPERF_LIB_IMAGE_H
#define WEDGEPERF_LIB_IMAGE_H

#include <libelf.h>
#include "wp.h"

struct image_section {
	const char *name;
	uint64_t addr, size; /* see above for relocatable files */
	const uint8_t *data; /* `size` bytes, or NULL: no bytes in the file */
	uint32_t type;	     /* SHT_* */
	bool alloc, exec;
	struct image_reloc *reloc; /* by ascending offset; relocatable files only */
	size_t nrelocs;
};

struct image_symbol {
	const char *name;
	const char *file; /* the STT_FILE that a local symbol stands under; else NULL */
	uint64_t addr, size;
	unsigned int section; /* index into section[]; 0: undefined, absolute, common */
	uint8_t type, bind;   /* STT_*, STB_* */
};

struct image_reloc {
	uint64_t offset; /* of the field in its section */
	uint32_t type;	 /* R_X86_64_* */
	uint32_t symbol; /* index into symbol[] */
	int64_t addend;
};

struct image {
	const char *path; /* for messages; the caller's */
	bool relocatable;
	struct image_section *section; /* [0] is the null section */
	size_t nsections;
	struct image_symbol *symbol; /* in the file's order; [0] is the null symbol */
	size_t nsymbols;

	/* private */
	struct wp_buf bytes;
	Elf *elf;
	uint32_t *function; /* symbols that cover code, by address */
	uint64_t *reach;    /* reach[i]: the highest end of function[0..i] */
	size_t nfunctions;
};

/*
 * Returns 0, or -1 with a message (without the path) in *@error, to be freed;
 * the image needs no image_close() then.  image_parse() takes @bytes over in
 * either case.
 */
int image_open(struct image *img, const char *path, char **error);
int image_parse(struct image *img, const char *path, struct wp_buf *bytes, char **error);
void image_close(struct image *img);

/* The allocated section that holds @addr, or NULL. */
const struct image_section *image_section_at(const struct image *img, uint64_t addr);

/* Bytes that functions cover: their symbols' sizes, each byte once. */
uint64_t image_function_bytes(const struct image *img);

/*
 * The function that holds @addr: a symbol of type FUNC, or of none (assembly
 * code), with a size, that covers it.  Of several, the one that starts last; of
 * several names for the same code, FUNC before NOTYPE, then global before weak
 * before local, then the first by strcmp().  NULL: in no function.
 */
const struct image_symbol *image_function_at(const struct image *img, uint64_t addr);

/* The relocation of the 4-byte field at @offset, or NULL. */
const struct image_reloc *image_reloc_at(const struct image_section *s, uint64_t offset);

/*
 * The address that a PC-relative 32-bit field at @offset of @s means, by its
 * relocation if it has one.  Returns -1 if the field is outside the section or
 * its relocation is of another type or against an undefined symbol.
 */
int image_pcrel(const struct image *img, const struct image_section *s, uint64_t offset,
		uint64_t *target);

#endif
