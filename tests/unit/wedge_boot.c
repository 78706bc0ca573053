// SPDX-License-Identifier: GPL-2.0-or-later
/* wedge_boot.c - what the wedge reads at start: container, ELF, notes, arguments. */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../wedge/core/args.h"
#include "../../wedge/core/boot.h"
#include "../../wedge/core/site.h"
#include "wedge_machine.h"

static size_t add_member(uint8_t *to, const char *name, const char *data)
{
	size_t at = 0;

	at += (size_t)sprintf((char *)to,
			      "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", 1,
			      0100644, 0, 0, 1, 0, strlen(data), 0, 0, 0, 0, strlen(name) + 1, 0);
	strcpy((char *)to + at, name);
	at = (at + strlen(name) + 1 + 3) & ~3ul;
	memcpy(to + at, data, strlen(data));
	return (at + strlen(data) + 3) & ~3ul;
}

static void cpio_members(void **state)
{
	uint8_t buffer[1024] = {0};
	size_t size = add_member(buffer, "vmlinux", "kernel");
	struct blob b, found;

	(void)state;
	size += add_member(buffer + size, "initrd", "initial programs");
	b = (struct blob){buffer, size};
	found = cpio_find(b, "initrd");
	assert_int_equal(found.size, 16);
	assert_memory_equal(found.data, "initial programs", 16);
	assert_int_equal(cpio_find(b, "vmlinux").size, 6);
	assert_null(cpio_find(b, "vmlinu").data);
	for (size_t n = 0; n < size; n++) { /* cut off anywhere: never read beyond */
		uint8_t *exact = malloc(n ? n : 1);

		assert_non_null(exact);
		memcpy(exact, buffer, n);
		cpio_find((struct blob){exact, n}, "initrd");
		free(exact);
	}
	buffer[0] = 'x';
	assert_null(cpio_find(b, "vmlinux").data);
}

static size_t make_elf(uint8_t *to)
{
	Elf64_Ehdr h = {.e_ident = ELFMAG "\2\1\1", .e_type = ET_EXEC, .e_machine = EM_X86_64};
	Elf64_Phdr p[2] = {{.p_type = PT_LOAD,
			    .p_offset = 256,
			    .p_vaddr = 0xffffffff81000000,
			    .p_paddr = 0x1000000,
			    .p_filesz = 16,
			    .p_memsz = 64},
			   {.p_type = PT_NOTE,
			    .p_offset = 256,
			    .p_vaddr = 0xffffffff81000000,
			    .p_filesz = 16,
			    .p_memsz = 16}};

	h.e_phoff = sizeof(h);
	h.e_phentsize = sizeof(p[0]);
	h.e_phnum = 2;
	h.e_entry = 0x1000000;
	memcpy(to, &h, sizeof(h));
	memcpy(to + sizeof(h), p, sizeof(p));
	memset(to + 256, 0xab, 16);
	return 272;
}

static void elf_images(void **state)
{
	uint8_t file[272] = {0}, memory[64];
	size_t size = make_elf(file);
	struct kernel k;

	(void)state;
	assert_null(elf_open((struct blob){file, size}, &k));
	assert_int_equal(k.phys_end - k.phys_start, 64);
	assert_int_equal(k.notes.size, 16);
	memset(memory, 0xff, sizeof(memory));
	elf_load((struct blob){file, size}, &k, memory);
	assert_int_equal(memory[15], 0xab);
	assert_int_equal(memory[16], 0);
	assert_int_equal(memory[63], 0);
	for (size_t n = 0; n < size; n++)
		assert_non_null(elf_open((struct blob){file, n}, &k));
	file[4] = 1; /* ELFCLASS32 */
	assert_non_null(elf_open((struct blob){file, size}, &k));
}

struct notes {
	uint32_t namesz, descsz, type;
	char name[12];
	struct ab_note_header header;
	struct ab_site site[3];
};

static struct notes make_notes(void)
{
	struct notes n = {12, 8 + 24, NT_AFTERBURN, AB_NOTE_NAME, {AB_VERSION, 8, 0}, {{0}}};

	for (unsigned int i = 0; i < 3; i++)
		n.site[i] = (struct ab_site){.pcrel = 0x1000 - 40 * (int)i,
					     .kind = (uint8_t)(i + 1),
					     .length = 1,
					     .total = 15};
	return n;
}

static void notes_of_sites(void **state)
{
	struct notes n = make_notes();

	(void)state;
	machine_reset();
	assert_null(sites_read(&n, sizeof(n), 0xffffffff81800000));
	assert_int_equal(sites_count(), 3);
	for (size_t i = 1; i < 3; i++) /* sorted */
		assert_true(sites_all()[i].address > sites_all()[i - 1].address);
	assert_int_equal(sites_all()[2].address,
			 0xffffffff81800000 + offsetof(struct notes, site) + 0x1000);
	assert_ptr_equal(site_find(sites_all()[1].address), &sites_all()[1]);
	assert_null(site_find(sites_all()[1].address + 1));
}

static void bad_notes(void **state)
{
	struct notes n = make_notes();

	(void)state;
	machine_reset();
	n.header.version++;
	assert_non_null(strstr(sites_read(&n, sizeof(n), 0), "version"));
	n = make_notes();
	n.type++;
	assert_non_null(strstr(sites_read(&n, sizeof(n), 0), "no annotations"));
	n = make_notes();
	n.descsz = 0xfffffff0;
	assert_non_null(strstr(sites_read(&n, sizeof(n), 0), "cut off"));
	n = make_notes();
	n.site[1].pcrel = n.site[0].pcrel + 4 - 8;
	assert_non_null(strstr(sites_read(&n, sizeof(n), 0), "overlap"));
	assert_non_null(sites_read(&n, 0, 0));
}

static void patch_and_restore(void **state)
{
	struct notes n = make_notes();
	const uint64_t address = 0xffffffff81800000;
	uint8_t *code, before[4096];

	(void)state;
	machine_reset();
	assert_null(sites_read(&n, sizeof(n), address));
	code = (uint8_t *)WINDOW_BASE + RAM_START + 0x1000;
	memset(code, 0xfa, sizeof(before));
	memcpy(before, code, sizeof(before));
	sites_patch(RAM_START - address, STRATEGY_CALL);
	assert_memory_not_equal(before, code, sizeof(before));
	for (size_t i = 0; i < sites_count(); i++) {
		assert_int_equal(sites_all()[i].strategy, STRATEGY_CALL);
		site_restore(&sites_all()[i]);
	}
	assert_memory_equal(before, code, sizeof(before));
}

static void arguments(void **state)
{
	struct args a;

	(void)state;
	args_parse("a=1  wedge.strategy=trap b", &a);
	assert_null(a.error);
	assert_int_equal(a.strategy, STRATEGY_TRAP);
	assert_string_equal(a.guest, "a=1 b");
	args_parse("", &a);
	assert_int_equal(a.strategy, STRATEGY_INLINE);
	assert_string_equal(a.guest, "");
	args_parse("wedge.strategy=fly", &a);
	assert_non_null(a.error);
	args_parse("wedge.stratagem=call", &a);
	assert_non_null(a.error);
	args_parse("wedge.", &a);
	assert_non_null(a.error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpio_members),	     cmocka_unit_test(elf_images),
		cmocka_unit_test(notes_of_sites),    cmocka_unit_test(bad_notes),
		cmocka_unit_test(patch_and_restore), cmocka_unit_test(arguments),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
