// SPDX-License-Identifier: GPL-2.0-or-later
/* wedge_fsbase.c - where the fast path of WRMSR reads to see whether the FS base is still loaded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../wedge/core/backend.h"
#include "../../wedge/core/layout.h"
#include "../../wedge/core/wedge.h"
#include "../../wedge/xen/fsbase.h"
#include "wedge_machine.h"

#define NOT_CANONICAL 0x800000000000
#define XEN_START     0xffff800000000000
#define XEN_END	      0xffff880000000000
#define WINDOW_END    (WINDOW_BASE + 0x8000000000)
#define G	      (1ull << 30)

/* Memory, not mapped or no address, whatever the guest does. */
static bool is_harmless(uint64_t address)
{
	return (address >= NOT_CANONICAL && address + 7 < XEN_END) ||
	       (address >= WINDOW_BASE + 0x100000 && address + 7 < WINDOW_END);
}

static uint64_t place_of_word(uint64_t value)
{
	return fs_probe + value;
}

static void it_is_read_only_where_that_is_harmless(void **state)
{
	static const struct {
		int source;
		uint64_t start;
		bool read;
	} cases[] = {
		{__LINE__, XEN_START, true},
		{__LINE__, XEN_START - 1, true},
		{__LINE__, NOT_CANONICAL, true},
		{__LINE__, NOT_CANONICAL - 1, false},
		{__LINE__, XEN_START + 0x12345, true},
		{__LINE__, XEN_END - 4 * G - 8, true},
		{__LINE__, XEN_END - 4 * G - 7, false},
		{__LINE__, XEN_END, false},
		{__LINE__, 0xffffc90000000000, false}, /* Linux maps devices here */
		{__LINE__, 0xffffffff80000000, false},
		{__LINE__, 0, false},
		{__LINE__, ~7ull, false},
		{__LINE__, WINDOW_BASE + 0x100000, true},
		{__LINE__, WINDOW_BASE + 0xfffff, false},
		{__LINE__, WINDOW_BASE + 0xa0000, false}, /* video memory */
		{__LINE__, WINDOW_BASE - G, false},
		{__LINE__, WINDOW_END - 4 * G - 8, true},
		{__LINE__, WINDOW_END - 4 * G - 7, false},
		{__LINE__, WINDOW_END, false},
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++)
		if (fs_may_read(cases[i].start) != cases[i].read)
			fail_msg("line %d: %d", cases[i].source, !cases[i].read);
}

static void no_base_of_a_process_leads_elsewhere(void **state)
{
	static const uint64_t others[] = {0, 1, 0xfff, 0x80000000, 0xffffffff};
	unsigned int read = 0;

	(void)state;
	srandom(1);
	for (unsigned int n = 0; n < 100000; n++) {
		uint64_t value = ((uint64_t)random() << 31 ^ (uint64_t)random()) & 0x7fffffffffff;

		value >>= (unsigned int)random() % 47;
		user_work.fs_base = 1;
		fs_base_is(value);
		assert_int_equal(user_work.fs_base, 0);
		if (fs_loaded != value)
			continue;
		read++;
		assert_int_equal(*(uint64_t *)place_of_word(value), fs_magic);
		for (unsigned int i = 0; i < ARRAY_SIZE(others); i++)
			assert_true(is_harmless(fs_probe + others[i]));
	}
	assert_true(read > 1000);
}

static int start(void **state)
{
	(void)state;
	machine_reset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_read_only_where_that_is_harmless),
		cmocka_unit_test(no_base_of_a_process_leads_elsewhere),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, NULL);
}
