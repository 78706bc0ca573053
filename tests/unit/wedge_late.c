// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * wedge_late.c - code that comes after the start: it cannot be executed before its
 * sites are patched, is patched once, and is forgotten when other code takes its place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <wedgeperf/kinds.h>

#include "../../wedge/core/backend.h"
#include "../../wedge/core/late.h"
#include "../../wedge/core/paging.h"
#include "../../wedge/core/plan.h"
#include "../../wedge/core/site.h"
#include "../../wedge/core/vcpu.h"
#include "../../wedge/core/wedge.h"
#include "wedge_machine.h"

#define TABLE  (PTE_PRESENT | PTE_RW)
#define DATA   (PTE_PRESENT | PTE_RW | PTE_NX)
#define CODE   PTE_PRESENT
#define LATE   0xffffffffa0000000ull /* three pages: code, code, data */
#define KERNEL 0xffffffff81000000ull
#define PAD    15
#define CLI    0xfa
#define INT3   0xcc
#define CALL   0xe8
#define PAIRS  80

enum {
	ROOT,
	L3,
	L2,
	LEAF,
	TEXT,
	MORE_TEXT,
	NOTES,
	KERNEL_TEXT
};

static uint64_t frame(unsigned int n)
{
	return RAM_START + n * PAGE_SIZE;
}

struct notes {
	uint32_t namesz, descsz, type;
	char name[12];
	struct ab_note_header header;
	struct ab_site site[2];
};

static void note(struct notes *n, uint64_t at, uint64_t first, uint64_t second)
{
	const uint64_t address[2] = {first, second};

	*n = (struct notes){.namesz = sizeof(n->name),
			    .descsz = sizeof(n->header) + sizeof(n->site),
			    .type = NT_AFTERBURN,
			    .name = AB_NOTE_NAME,
			    .header = {AB_VERSION, sizeof(struct ab_site), 0}};
	for (unsigned int i = 0; i < 2; i++)
		n->site[i] = (struct ab_site){
			.pcrel = (int32_t)(address[i] - at - offsetof(struct notes, site[i])),
			.kind = SITE_cli,
			.length = 1,
			.total = PAD,
			.flags = (PAD - 1) << 4};
}

static void put_cli(unsigned int page, unsigned int offset)
{
	uint8_t *code = (uint8_t *)window(frame(page)) + offset;

	memset(code, AB_PREFIX_BYTE, PAD - 1);
	code[PAD - 1] = CLI;
}

static void map(unsigned int page, uint64_t flags)
{
	paging_store(frame(LEAF) + (page - TEXT) * 8, frame(page) | flags, 8);
}

static uint64_t mapped(unsigned int page)
{
	return ((uint64_t *)window(frame(LEAF)))[page - TEXT];
}

static uint8_t opcode(unsigned int page, unsigned int offset)
{
	return ((uint8_t *)window(frame(page)))[offset + PAD - 5];
}

/* A guest with two sites at first, and a module of two pages of code and one of data. */
static void start(void)
{
	struct notes kernel;
	unsigned int line;

	machine_reset();
	paging_start();
	note(&kernel, KERNEL + PAGE_SIZE, KERNEL, KERNEL + 16);
	put_cli(KERNEL_TEXT, 0);
	put_cli(KERNEL_TEXT, 16);
	assert_null(sites_read(&kernel, sizeof(kernel), KERNEL + PAGE_SIZE));
	assert_null(plan_read((struct blob){NULL, 0}, &line));
	sites_patch(frame(KERNEL_TEXT) - KERNEL, STRATEGY_CALL);

	paging_store(frame(ROOT) + (LATE >> 39 & 511) * 8, frame(L3) | TABLE, 8);
	paging_store(frame(L3) + (LATE >> 30 & 511) * 8, frame(L2) | TABLE, 8);
	paging_store(frame(L2) + (LATE >> 21 & 511) * 8, frame(LEAF) | TABLE, 8);
	vcpu.cr3 = frame(ROOT);
	paging_load_root(vcpu.cr3);
	put_cli(TEXT, 32);
	put_cli(MORE_TEXT, 64);
	for (unsigned int page = TEXT; page <= NOTES; page++)
		map(page, DATA);
	/* What looks like the start of a note and is none. */
	*(uint32_t *)window(frame(NOTES)) = 12;
	note((struct notes *)((uint8_t *)window(frame(NOTES)) + 100), LATE + 2 * PAGE_SIZE + 100,
	     LATE + 32, LATE + PAGE_SIZE + 64);
	paging_flush_tlb();
}

static bool said(const char *text)
{
	return strstr(machine.console, text);
}

static void data_is_left_alone(void **state)
{
	(void)state;
	start();
	assert_false(late_pending);
	assert_null(site_find(LATE + 32));
	assert_int_equal(opcode(TEXT, 32), AB_PREFIX_BYTE);
}

static void code_is_patched_before_it_runs(void **state)
{
	struct walk w;

	(void)state;
	start();
	map(TEXT, CODE);
	assert_true(late_pending);
	assert_true(mapped(TEXT) & PTE_NX);
	assert_true(guest_walk(LATE, &w) && w.executable);
	assert_int_equal(opcode(TEXT, 32), AB_PREFIX_BYTE);
	paging_flush_tlb();
	assert_false(late_pending);
	assert_false(mapped(TEXT) & PTE_NX);
	assert_int_equal(site_find(LATE + 32)->strategy, STRATEGY_CALL);
	assert_int_equal(opcode(TEXT, 32), CALL);
	assert_ptr_equal(site_called(LATE + 32 + PAD), site_find(LATE + 32));
	/* The other page is no code yet. */
	assert_null(site_find(LATE + PAGE_SIZE + 64));
	assert_int_equal(opcode(MORE_TEXT, 64), AB_PREFIX_BYTE);
	map(MORE_TEXT, CODE);
	paging_invlpg(LATE);
	assert_non_null(site_find(LATE + PAGE_SIZE + 64));
	assert_non_null(site_find(LATE + 32));
	assert_non_null(site_find(KERNEL));
}

static void permission_that_comes_back_changes_nothing(void **state)
{
	(void)state;
	start();
	for (unsigned int i = 0; i < 3; i++) {
		map(TEXT, CODE);
		paging_flush_tlb();
		assert_int_equal(site_find(LATE + 32)->strategy, STRATEGY_CALL);
		assert_int_equal(site_find(LATE + 32)->original[PAD - 1], CLI);
		assert_int_equal(opcode(TEXT, 32), CALL);
		map(TEXT, DATA);
		paging_flush_tlb();
	}
}

static void other_code_in_its_place(void **state)
{
	(void)state;
	start();
	map(TEXT, CODE);
	paging_flush_tlb();
	map(TEXT, DATA);
	memset(window(frame(TEXT)), 0x90, PAGE_SIZE);
	put_cli(TEXT, 48);
	note((struct notes *)((uint8_t *)window(frame(NOTES)) + 100), LATE + 2 * PAGE_SIZE + 100,
	     LATE + 48, LATE + PAGE_SIZE + 64);
	map(TEXT, CODE);
	paging_flush_tlb();
	assert_null(site_find(LATE + 32));
	assert_int_equal(opcode(TEXT, 32), 0x90);
	assert_int_equal(site_find(LATE + 48)->strategy, STRATEGY_CALL);
}

static void notes_that_lie(void **state)
{
	struct notes *n = (struct notes *)((uint8_t *)window(frame(NOTES)) + 100);

	(void)state;
	start();
	n->header.version++;
	map(TEXT, CODE);
	paging_flush_tlb();
	assert_null(site_find(LATE + 32));
	assert_false(mapped(TEXT) & PTE_NX);
	assert_true(said("wedge: later code: the notes at ffffffffa0002064 are of version"));
	n->header.version--;
	n->descsz = 0x7fffffff; /* up to the end of what is mapped */
	n->site[0].kind = UINT8_MAX;
	n->site[1].total = 0;
	map(TEXT, DATA);
	map(TEXT, CODE);
	map(MORE_TEXT, CODE);
	paging_flush_tlb();
	assert_null(site_find(LATE + 32));
	assert_null(site_find(LATE + PAGE_SIZE + 64));
	assert_true(
		said("wedge: later code: site at ffffffffa0000020 is left as it is: its kind is"));
	assert_true(
		said("wedge: later code: cli at ffffffffa0001040 is left as it is: its lengths"));
}

static void what_stands_there_is_looked_at(void **state)
{
	(void)state;
	start();
	put_cli(TEXT, 33);
	map(TEXT, CODE);
	paging_flush_tlb();
	assert_null(site_find(LATE + 32));
	assert_true(said("cli at ffffffffa0000020 is left as it is: another instruction"));
}

/* A guest may have any number of them: the console is not for all. */
static void not_all_are_reported(void **state)
{
	unsigned int lines = 0;

	(void)state;
	start();
	for (unsigned int i = 0; i < PAIRS; i++) {
		uint64_t at = 200 + i * sizeof(struct notes);

		note((struct notes *)((uint8_t *)window(frame(NOTES)) + at),
		     LATE + 2 * PAGE_SIZE + at, LATE + 64 + i, LATE + PAGE_SIZE + 128 + i);
	}
	map(TEXT, CODE);
	map(MORE_TEXT, CODE);
	paging_flush_tlb();
	for (const char *s = machine.console; (s = strstr(s, "is left as it is")); s++)
		lines++;
	assert_in_range(lines, 5, 50);
	assert_true(said("more sites are left"));
}

static void they_are_counted_by_kind_and_strategy(void **state)
{
	(void)state;
	start();
	map(TEXT, CODE);
	map(MORE_TEXT, CODE);
	paging_flush_tlb();
	site_find(KERNEL)->count = 3;
	site_find(LATE + 32)->count = 4;
	site_find(LATE + PAGE_SIZE + 64)->strategy = STRATEGY_TRAP;
	sites_tally();
	assert_true(said("wedge: kind cli: trap: 1 sites, emulated 0 times\n"
			 "wedge: kind cli: call: 3 sites, emulated 7 times\n"));
}

/* More sites than there is room for at first: those known before stay. */
static void many(void **state)
{
	(void)state;
	start();
	for (unsigned int i = 0; i < PAIRS; i++) {
		put_cli(TEXT, i * 16);
		put_cli(MORE_TEXT, i * 16);
	}
	for (unsigned int i = 0; i < PAIRS; i++) {
		uint64_t at = 200 + i * sizeof(struct notes);

		note((struct notes *)((uint8_t *)window(frame(NOTES)) + at),
		     LATE + 2 * PAGE_SIZE + at, LATE + i * 16, LATE + PAGE_SIZE + i * 16);
	}
	map(TEXT, CODE);
	map(MORE_TEXT, CODE);
	paging_flush_tlb();
	for (unsigned int i = 0; i < PAIRS; i++) {
		assert_int_equal(site_find(LATE + i * 16)->strategy, STRATEGY_CALL);
		assert_ptr_equal(site_called(LATE + PAGE_SIZE + i * 16 + PAD),
				 site_find(LATE + PAGE_SIZE + i * 16));
	}
	assert_int_equal(site_find(KERNEL + 16)->strategy, STRATEGY_CALL);
}

/* Relative calls go astray where the kernel is not linked: until it is there, sites trap. */
static void all_trap_until_the_guest_is_where_it_was_linked(void **state)
{
	struct notes kernel;
	unsigned int line;

	(void)state;
	machine_reset();
	note(&kernel, KERNEL + PAGE_SIZE, KERNEL, KERNEL + 16);
	put_cli(KERNEL_TEXT, 0);
	put_cli(KERNEL_TEXT, 16);
	assert_null(sites_read(&kernel, sizeof(kernel), KERNEL + PAGE_SIZE));
	assert_null(plan_read((struct blob){NULL, 0}, &line));
	sites_trap(frame(KERNEL_TEXT) - KERNEL, STRATEGY_CALL);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(*((uint8_t *)window(frame(KERNEL_TEXT)) + 16 * i), INT3);
		assert_int_equal(site_find(KERNEL + 16 * i)->strategy, STRATEGY_TRAP);
	}
	sites_seen(frame(KERNEL_TEXT));
	assert_int_equal(site_find(KERNEL)->strategy, STRATEGY_TRAP);
	sites_seen(KERNEL);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(site_find(KERNEL + 16 * i)->strategy, STRATEGY_CALL);
		assert_int_equal(site_find(KERNEL + 16 * i)->original[PAD - 1], CLI);
		assert_int_equal(opcode(KERNEL_TEXT, 16 * i), CALL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_is_left_alone),
		cmocka_unit_test(code_is_patched_before_it_runs),
		cmocka_unit_test(permission_that_comes_back_changes_nothing),
		cmocka_unit_test(other_code_in_its_place),
		cmocka_unit_test(notes_that_lie),
		cmocka_unit_test(what_stands_there_is_looked_at),
		cmocka_unit_test(not_all_are_reported),
		cmocka_unit_test(they_are_counted_by_kind_and_strategy),
		cmocka_unit_test(many),
		cmocka_unit_test(all_trap_until_the_guest_is_where_it_was_linked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
