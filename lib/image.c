// SPDX-License-Identifier: GPL-2.0-or-later
/* image.c - read an x86-64 ELF file into checked tables. See image.h. */
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include "image.h"

/* Distance of the made-up addresses of a relocatable file's sections. */
#define LAYOUT_START 0x10000
#define LAYOUT_ALIGN 0x1000

static int fail(char **error, char *message)
{
	*error = message;
	return -1;
}

static int read_sections(struct image *img, const GElf_Ehdr *ehdr, char **error)
{
	size_t count, names;
	uint64_t layout = LAYOUT_START;

	if (elf_getshdrnum(img->elf, &count) || elf_getshdrstrndx(img->elf, &names))
		return fail(error, wp_format("broken section table: %s", elf_errmsg(-1)));
	/* libelf takes a table outside of the file for none. */
	if (!count || ehdr->e_shoff >= img->bytes.len)
		return fail(error, wp_format("no section table: cut short or stripped of it"));
	/* The count may come from a field of the null section: believe what fits in the file. */
	if (count > img->bytes.len / sizeof(Elf64_Shdr))
		return fail(error, wp_format("more sections (%zu) than fit in the file", count));
	img->section = wp_alloc((count + 1) * sizeof(*img->section));
	img->nsections = count;
	for (size_t i = 1; i < count; i++) {
		struct image_section *s = &img->section[i];
		GElf_Shdr shdr;

		if (!gelf_getshdr(elf_getscn(img->elf, i), &shdr))
			return fail(error, wp_format("section %zu: %s", i, elf_errmsg(-1)));
		s->name = elf_strptr(img->elf, names, shdr.sh_name);
		if (!s->name)
			s->name = "?";
		s->addr = shdr.sh_addr;
		s->size = shdr.sh_size;
		s->type = shdr.sh_type;
		s->alloc = shdr.sh_flags & SHF_ALLOC;
		s->exec = s->alloc && (shdr.sh_flags & SHF_EXECINSTR);
		if (s->type != SHT_NOBITS && s->type != SHT_NULL) {
			if (shdr.sh_offset > img->bytes.len ||
			    shdr.sh_size > img->bytes.len - shdr.sh_offset)
				return fail(error,
					    wp_format("section %s lies outside the file", s->name));
			if (!(shdr.sh_flags & SHF_COMPRESSED))
				s->data = (const uint8_t *)img->bytes.data + shdr.sh_offset;
		}
		if (s->addr + s->size < s->addr || s->size > UINT64_MAX / 2)
			return fail(error, wp_format("section %s wraps around", s->name));
		if (img->relocatable && s->alloc) {
			s->addr = layout;
			layout = (layout + s->size + LAYOUT_ALIGN) & ~(uint64_t)(LAYOUT_ALIGN - 1);
		}
	}
	return 0;
}

/* Data of section @i as libelf sees it, if it is in the file and of the given entry size. */
static Elf_Data *table(struct image *img, size_t i, GElf_Shdr *shdr)
{
	Elf_Scn *scn = elf_getscn(img->elf, i);

	if (!scn || !gelf_getshdr(scn, shdr) || !img->section[i].data)
		return NULL;
	return elf_getdata(scn, NULL);
}

static Elf_Data *extended_indexes(struct image *img, size_t symtab)
{
	for (size_t i = 1; i < img->nsections; i++) {
		GElf_Shdr shdr;

		if (img->section[i].type == SHT_SYMTAB_SHNDX &&
		    gelf_getshdr(elf_getscn(img->elf, i), &shdr) && shdr.sh_link == symtab)
			return elf_getdata(elf_getscn(img->elf, i), NULL);
	}
	return NULL;
}

static int read_symbols(struct image *img, size_t index, char **error)
{
	GElf_Shdr shdr;
	Elf_Data *data = table(img, index, &shdr), *extended = extended_indexes(img, index);
	const char *file = NULL;
	size_t count = data ? data->d_size / sizeof(Elf64_Sym) : 0;

	img->symbol = wp_alloc((count + 1) * sizeof(*img->symbol));
	img->nsymbols = count;
	for (size_t i = 0; i < count; i++) {
		struct image_symbol *symbol = &img->symbol[i];
		Elf32_Word section = 0;
		GElf_Sym sym;

		if (!gelf_getsymshndx(data, extended, i, &sym, &section))
			return fail(error, wp_format("symbol %zu: %s", i, elf_errmsg(-1)));
		if (sym.st_shndx != SHN_XINDEX)
			section = sym.st_shndx < SHN_LORESERVE ? sym.st_shndx : 0;
		if (section >= img->nsections)
			return fail(error,
				    wp_format("symbol %zu is in section %u, which does not exist",
					      i, section));
		symbol->name = elf_strptr(img->elf, shdr.sh_link, sym.st_name);
		if (!symbol->name)
			symbol->name = "";
		symbol->type = GELF_ST_TYPE(sym.st_info);
		symbol->bind = GELF_ST_BIND(sym.st_info);
		symbol->section = section;
		symbol->addr = sym.st_value;
		symbol->size = sym.st_size;
		if (img->relocatable && section)
			symbol->addr += img->section[section].addr;
		if (symbol->type == STT_FILE)
			file = *symbol->name ? symbol->name : NULL;
		else if (symbol->bind == STB_LOCAL)
			symbol->file = file;
	}
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	const struct image_reloc *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int read_relocs(struct image *img, size_t index, char **error)
{
	GElf_Shdr shdr;
	Elf_Data *data = table(img, index, &shdr);
	struct image_section *s;
	size_t count = data ? data->d_size / sizeof(Elf64_Rela) : 0;

	if (!count || shdr.sh_info >= img->nsections)
		return 0;
	s = &img->section[shdr.sh_info];
	if (s->reloc)
		return fail(error, wp_format("section %s has two relocation tables", s->name));
	s->reloc = wp_alloc(count * sizeof(*s->reloc));
	s->nrelocs = count;
	for (size_t i = 0; i < count; i++) {
		GElf_Rela rela;

		if (!gelf_getrela(data, i, &rela))
			return fail(error, wp_format("relocation %zu of %s: %s", i, s->name,
						     elf_errmsg(-1)));
		s->reloc[i] = (struct image_reloc){.offset = rela.r_offset,
						   .type = GELF_R_TYPE(rela.r_info),
						   .symbol = GELF_R_SYM(rela.r_info),
						   .addend = rela.r_addend};
		if (s->reloc[i].symbol >= img->nsymbols)
			return fail(error, wp_format("relocation %zu of %s names symbol %u, which "
						     "does not exist",
						     i, s->name, s->reloc[i].symbol));
	}
	qsort(s->reloc, count, sizeof(*s->reloc), by_offset);
	return 0;
}

/* Best name last, so that the first match found going down is the best one. */
static int by_preference(const void *a, const void *b, void *arg)
{
	static const uint8_t rank[] = {[STB_LOCAL] = 1, [STB_WEAK] = 2, [STB_GLOBAL] = 3};
	const struct image *img = arg;
	const struct image_symbol *x = &img->symbol[*(const uint32_t *)a];
	const struct image_symbol *y = &img->symbol[*(const uint32_t *)b];
	int xrank = x->bind < sizeof(rank) ? rank[x->bind] : 0;
	int yrank = y->bind < sizeof(rank) ? rank[y->bind] : 0;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	if (x->type != y->type)
		return x->type == STT_FUNC ? 1 : -1;
	if (xrank != yrank)
		return xrank - yrank;
	return -strcmp(x->name, y->name);
}

static void index_functions(struct image *img)
{
	uint64_t reach = 0;

	img->function = wp_alloc((img->nsymbols + 1) * sizeof(*img->function));
	img->reach = wp_alloc((img->nsymbols + 1) * sizeof(*img->reach));
	for (size_t i = 1; i < img->nsymbols; i++) {
		const struct image_symbol *s = &img->symbol[i];

		if ((s->type == STT_FUNC || s->type == STT_NOTYPE) && s->size && *s->name &&
		    img->section[s->section].exec && s->addr + s->size > s->addr)
			img->function[img->nfunctions++] = (uint32_t)i;
	}
	qsort_r(img->function, img->nfunctions, sizeof(*img->function), by_preference, img);
	for (size_t i = 0; i < img->nfunctions; i++) {
		const struct image_symbol *s = &img->symbol[img->function[i]];

		if (s->addr + s->size > reach)
			reach = s->addr + s->size;
		img->reach[i] = reach;
	}
}

static int read_tables(struct image *img, const GElf_Ehdr *ehdr, char **error)
{
	bool symbols = false;

	if (read_sections(img, ehdr, error))
		return -1;
	for (size_t i = 1; i < img->nsections; i++) {
		if (img->section[i].type != SHT_SYMTAB)
			continue;
		if (symbols)
			return fail(error, wp_format("two symbol tables"));
		symbols = true;
		if (read_symbols(img, i, error))
			return -1;
	}
	for (size_t i = 1; img->relocatable && i < img->nsections; i++)
		if (img->section[i].type == SHT_RELA && read_relocs(img, i, error))
			return -1;
	index_functions(img);
	return 0;
}

int image_parse(struct image *img, const char *path, struct wp_buf *bytes, char **error)
{
	GElf_Ehdr ehdr;
	int rc;

	memset(img, 0, sizeof(*img));
	img->path = path;
	img->bytes = *bytes;
	memset(bytes, 0, sizeof(*bytes));
	elf_version(EV_CURRENT);
	if (img->bytes.len)
		img->elf = elf_memory(img->bytes.data, img->bytes.len);
	if (!img->elf || elf_kind(img->elf) != ELF_K_ELF || !gelf_getehdr(img->elf, &ehdr)) {
		rc = fail(error, wp_format("not an ELF file"));
	} else if (ehdr.e_ident[EI_CLASS] != ELFCLASS64 || ehdr.e_ident[EI_DATA] != ELFDATA2LSB ||
		   ehdr.e_machine != EM_X86_64) {
		rc = fail(error, wp_format("not an x86-64 ELF file"));
	} else {
		img->relocatable = ehdr.e_type == ET_REL;
		rc = read_tables(img, &ehdr, error);
	}
	if (rc)
		image_close(img);
	return rc;
}

int image_open(struct image *img, const char *path, char **error)
{
	struct wp_buf bytes = {0};

	if (wp_read_file(path, &bytes)) {
		wp_buf_free(&bytes);
		return fail(error, wp_format("%s", strerror(errno)));
	}
	return image_parse(img, path, &bytes, error);
}

void image_close(struct image *img)
{
	for (size_t i = 0; img->section && i < img->nsections; i++)
		free(img->section[i].reloc);
	free(img->section);
	free(img->symbol);
	free(img->function);
	free(img->reach);
	elf_end(img->elf);
	wp_buf_free(&img->bytes);
	memset(img, 0, sizeof(*img));
}

const struct image_section *image_section_at(const struct image *img, uint64_t addr)
{
	for (size_t i = 1; i < img->nsections; i++) {
		const struct image_section *s = &img->section[i];

		if (s->alloc && addr >= s->addr && addr - s->addr < s->size)
			return s;
	}
	return NULL;
}

const struct image_symbol *image_function_at(const struct image *img, uint64_t addr)
{
	size_t low = 0, high = img->nfunctions;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (img->symbol[img->function[mid]].addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	while (low-- && img->reach[low] > addr) {
		const struct image_symbol *s = &img->symbol[img->function[low]];

		if (addr - s->addr < s->size)
			return s;
	}
	return NULL;
}

uint64_t image_function_bytes(const struct image *img)
{
	uint64_t bytes = 0, end = 0;

	for (size_t i = 0; i < img->nfunctions; i++) {
		const struct image_symbol *s = &img->symbol[img->function[i]];
		uint64_t start = s->addr > end ? s->addr : end;

		if (s->addr + s->size > start) {
			bytes += s->addr + s->size - start;
			end = s->addr + s->size;
		}
	}
	return bytes;
}

const struct image_reloc *image_reloc_at(const struct image_section *s, uint64_t offset)
{
	struct image_reloc key = {.offset = offset};

	if (!s->nrelocs)
		return NULL;
	return bsearch(&key, s->reloc, s->nrelocs, sizeof(key), by_offset);
}

int image_pcrel(const struct image *img, const struct image_section *s, uint64_t offset,
		uint64_t *target)
{
	const struct image_reloc *reloc;
	const struct image_symbol *symbol;
	int32_t value;

	if (!s->data || s->size < sizeof(value) || offset > s->size - sizeof(value))
		return -1;
	reloc = image_reloc_at(s, offset);
	if (!reloc) {
		memcpy(&value, s->data + offset, sizeof(value));
		*target = s->addr + offset + (uint64_t)(int64_t)value;
		return 0;
	}
	symbol = &img->symbol[reloc->symbol];
	if (reloc->type != R_X86_64_PC32 || !symbol->section)
		return -1;
	*target = symbol->addr + (uint64_t)reloc->addend;
	return 0;
}
