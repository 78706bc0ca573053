// SPDX-License-Identifier: GPL-2.0-or-later
/* image.c - files that are booted: checksums, build ids, and are they whole? */
#include "image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uint32_t le32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Linux Documentation/x86/boot.rst: HdrS at 0x202, setup_sects, syssize in 16-byte units. */
static const char *check_bzimage(const unsigned char *p, size_t len)
{
	size_t need;

	if (len < 0x240 || memcmp(p + 0x202, "HdrS", 4))
		return "not a Linux bzImage";
	need = ((p[0x1f1] ? p[0x1f1] : 4) + (size_t)1) * 512 + (size_t)le32(p + 0x1f4) * 16;
	return len < need ? "cut off" : NULL;
}

/* The newc format ends with an entry of this name. */
static const char *check_cpio(const unsigned char *p, size_t len)
{
	static const char trailer[] = "TRAILER!!!";

	if (len < 110 || (memcmp(p, "070701", 6) && memcmp(p, "070702", 6)))
		return "not a newc cpio archive";
	return memmem(p, len, trailer, sizeof(trailer)) ? NULL : "cut off";
}

static const char *check_elf(const unsigned char *p, size_t len)
{
	size_t n, end = 0;
	Elf *elf;

	if (len < EI_NIDENT || memcmp(p, ELFMAG, SELFMAG))
		return "not an ELF file";
	elf_version(EV_CURRENT);
	elf = elf_memory((char *)p, len);
	if (!elf || elf_getphdrnum(elf, &n)) {
		elf_end(elf);
		return "cut off";
	}
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr ph;

		if (!gelf_getphdr(elf, (int)i, &ph))
			end = SIZE_MAX;
		else if (ph.p_type == PT_LOAD && ph.p_offset + ph.p_filesz > end)
			end = ph.p_offset + ph.p_filesz;
	}
	elf_end(elf);
	return !n ? "an ELF file with nothing to load" : len < end ? "cut off" : NULL;
}

/* What is wrong with it, and the remedy; NULL: nothing.  The caller frees it. */
static char *verdict(enum image_type type, const char *path)
{
	static const char *(*const check[])(const unsigned char *p, size_t len) = {
		[IMAGE_BZIMAGE] = check_bzimage,
		[IMAGE_ELF] = check_elf,
		[IMAGE_CPIO] = check_cpio,
		[IMAGE_CONTAINER] = check_cpio,
	};
	struct wp_buf b = {0};
	const char *bad;
	char *text = NULL;

	if (wp_read_file(path, &b)) {
		text = wp_format("%s: %s; 'make bench' builds it", path, strerror(errno));
	} else {
		bad = check[type]((const unsigned char *)b.data, b.len);
		if (bad)
			text = wp_format("%s: %s; remove it and run 'make bench', which builds it "
					 "again",
					 path, bad);
	}
	wp_buf_free(&b);
	return text;
}

int image_check(enum image_type type, const char *path, char *why, size_t len)
{
	static struct checked {
		struct checked *next;
		enum image_type type;
		char *path, *bad;
	} * checked;
	struct checked *c = checked;

	while (c && (c->type != type || strcmp(c->path, path)))
		c = c->next;
	if (!c) {
		c = wp_alloc(sizeof(*c));
		c->type = type;
		c->path = wp_strdup(path);
		c->bad = verdict(type, path);
		c->next = checked;
		checked = c;
	}
	if (c->bad)
		snprintf(why, len, "%s", c->bad);
	return c->bad ? -1 : 0;
}

static struct known {
	struct known *next;
	char *path;
	char hex[WP_SHA256_HEX];
	struct stat st;
} * known;

const char *image_changed(void)
{
	for (const struct known *k = known; k; k = k->next) {
		struct stat st;

		if (stat(k->path, &st) || st.st_ino != k->st.st_ino ||
		    st.st_size != k->st.st_size || st.st_mtim.tv_sec != k->st.st_mtim.tv_sec ||
		    st.st_mtim.tv_nsec != k->st.st_mtim.tv_nsec)
			return k->path;
	}
	return NULL;
}

const char *image_sha256(const char *path)
{
	struct known *k;

	for (k = known; k; k = k->next)
		if (!strcmp(k->path, path))
			return k->hex;
	k = wp_alloc(sizeof(*k));
	if (stat(path, &k->st) || wp_sha256_file(path, k->hex)) {
		free(k);
		return NULL;
	}
	k->path = wp_strdup(path);
	k->next = known;
	known = k;
	return k->hex;
}

static int note_build_id(Elf_Data *data, char id[BUILD_ID_MAX])
{
	size_t off = 0, name, desc;
	GElf_Nhdr n;

	while ((off = gelf_getnote(data, off, &n, &name, &desc))) {
		const unsigned char *p = (const unsigned char *)data->d_buf;

		if (n.n_type != NT_GNU_BUILD_ID || n.n_namesz != 4 || memcmp(p + name, "GNU", 4) ||
		    n.n_descsz > (BUILD_ID_MAX - 1) / 2)
			continue;
		for (size_t i = 0; i < n.n_descsz; i++)
			sprintf(id + 2 * i, "%02x", p[desc + i]);
		return 0;
	}
	return -1;
}

int image_build_id(const char *path, char id[BUILD_ID_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = -1;
	Elf *elf;
	size_t n;

	if (fd < 0)
		return -1;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	for (size_t i = 0; elf && ret && !elf_getphdrnum(elf, &n) && i < n; i++) {
		GElf_Phdr ph;
		Elf_Data *data;

		if (!gelf_getphdr(elf, (int)i, &ph) || ph.p_type != PT_NOTE)
			continue;
		data = elf_getdata_rawchunk(elf, (int64_t)ph.p_offset, ph.p_filesz, ELF_T_NHDR);
		if (data)
			ret = note_build_id(data, id);
	}
	elf_end(elf);
	close(fd);
	return ret;
}
