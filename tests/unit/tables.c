// SPDX-License-Identifier: GPL-2.0-or-later
/* tables.c - which pages are page tables: the observer's bookkeeping, on made-up memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "../../memsites/tables.h"

#define PAGES	16
#define PAGE(n) ((uint64_t)(n) << 12)
#define PRESENT 0x3
#define LARGE	0x80

static uint64_t memory[PAGES][TABLE_ENTRIES];

static void read_page(uint64_t page, uint64_t *entries)
{
	assert_in_range(page >> 12, 0, PAGES - 1);
	memcpy(entries, memory[page >> 12], sizeof(memory[0]));
}

/* A store that the guest's CPU makes and the observer is told of. */
static void store(unsigned int page, unsigned int index, uint64_t value)
{
	memory[page][index] = value;
	tables_stored(PAGE(page) + index * 8 + 3);
}

/* Page n of "40010..." has level 4, 0, 0, 1, 0 ... */
static void expect_levels(int line, const char *levels)
{
	for (unsigned int i = 0; levels[i]; i++)
		if (tables_level(PAGE(i)) != (unsigned int)levels[i] - '0')
			fail_msg("line %d: page %u has level %u, not %c", line, i,
				 tables_level(PAGE(i)), levels[i]);
}
#define LEVELS(levels) expect_levels(__LINE__, levels)

static int start(void **state)
{
	(void)state;
	memset(memory, 0, sizeof(memory));
	tables_init(read_page);
	return 0;
}

static void a_tree(void **state)
{
	(void)state;
	memory[0][511] = PAGE(1) | PRESENT;
	memory[1][0] = PAGE(2) | PRESENT;
	memory[1][1] = PAGE(8) | PRESENT | LARGE;
	memory[2][5] = PAGE(3) | PRESENT;
	memory[2][6] = PAGE(9) | PRESENT | LARGE;
	memory[2][7] = PAGE(10); /* not present */
	memory[3][0] = PAGE(11) | PRESENT;
	tables_add_root(PAGE(0));
	LEVELS("432100000000");
	/* Not a table's page: of no interest. */
	store(11, 0, PAGE(12) | PRESENT);
	LEVELS("432100000000");
	tables_remove_root(PAGE(0));
	LEVELS("000000000000");
	assert_int_equal(tables_unseen(), 0);
}

static void stores_link_and_unlink(void **state)
{
	(void)state;
	tables_add_root(PAGE(0));
	/* A table is filled before it is linked. */
	memory[1][3] = PAGE(2) | PRESENT;
	LEVELS("4000");
	store(0, 7, PAGE(1) | PRESENT);
	LEVELS("4320");
	store(0, 7, PAGE(1) | PRESENT | 0x60);
	LEVELS("4320");
	store(1, 3, PAGE(3) | PRESENT);
	LEVELS("4302");
	store(1, 3, PAGE(3) | PRESENT | LARGE);
	LEVELS("4300");
	store(0, 7, 0);
	LEVELS("4000");
	assert_int_equal(tables_unseen(), 0);
}

static void shared_by_two_roots(void **state)
{
	(void)state;
	memory[0][256] = memory[4][256] = PAGE(1) | PRESENT;
	memory[1][0] = PAGE(2) | PRESENT;
	tables_add_root(PAGE(0));
	tables_add_root(PAGE(4));
	LEVELS("43204");
	tables_remove_root(PAGE(0));
	LEVELS("03204");
	tables_remove_root(PAGE(0)); /* twice does not matter */
	LEVELS("03204");
	tables_remove_root(PAGE(4));
	LEVELS("00000");
}

/* One page in both slots of a table: it lives until the second link goes. */
static void linked_twice(void **state)
{
	(void)state;
	tables_add_root(PAGE(0));
	store(0, 1, PAGE(1) | PRESENT);
	store(0, 2, PAGE(1) | PRESENT);
	store(0, 1, 0);
	LEVELS("43");
	store(0, 2, 0);
	LEVELS("40");
}

static void refers_to_itself(void **state)
{
	(void)state;
	memory[0][510] = PAGE(0) | PRESENT;
	tables_add_root(PAGE(0));
	LEVELS("40");
	store(0, 510, 0);
	LEVELS("40");
}

static void holes_are_seen(void **state)
{
	uint64_t before = tables_unseen();

	(void)state;
	memory[0][1] = PAGE(1) | PRESENT;
	tables_add_root(PAGE(0));
	memory[0][1] |= 0x60; /* by the CPU: no store */
	tables_add_root(PAGE(0));
	assert_int_equal(tables_unseen(), before);
	memory[0][2] = PAGE(2) | PRESENT;
	tables_add_root(PAGE(0));
	assert_int_equal(tables_unseen(), before + 1);
	LEVELS("433");
	memory[1][0] = PAGE(3) | PRESENT;
	tables_check();
	assert_int_equal(tables_unseen(), before + 2);
	LEVELS("4332");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_tree, start),
		cmocka_unit_test_setup(stores_link_and_unlink, start),
		cmocka_unit_test_setup(shared_by_two_roots, start),
		cmocka_unit_test_setup(linked_twice, start),
		cmocka_unit_test_setup(refers_to_itself, start),
		cmocka_unit_test_setup(holes_are_seen, start),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	tables_free();
	return failed;
}
