// SPDX-License-Identifier: GPL-2.0-or-later
/* wedge_devices.c - 8259, 8254 and 16550 as a driver sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "../../wedge/core/backend.h"
#include "../../wedge/core/devices.h"
#include "wedge_machine.h"

#define MS 1000000ull

static void pic_initialise(void)
{
	static const uint8_t icw[2][4] = {{0x11, 0x30, 4, 1}, {0x11, 0x38, 2, 1}};

	machine_reset();
	for (int chip = 0; chip < 2; chip++) {
		uint16_t port = chip ? 0xa0 : 0x20;

		pic_out(port, icw[chip][0]);
		for (int i = 1; i < 4; i++)
			pic_out((uint16_t)(port + 1), icw[chip][i]);
		pic_out((uint16_t)(port + 1), 0);
	}
}

static void pic_priorities(void **state)
{
	(void)state;
	pic_initialise();
	assert_int_equal(pic_accept(), -1);
	pic_raise(4);
	pic_raise(0);
	assert_true(pic_pending());
	assert_int_equal(pic_accept(), 0x30);
	assert_int_equal(pic_accept(), -1); /* 4 waits for the end of 0 */
	pic_out(0x20, 0x60);		    /* specific EOI of 0 */
	assert_int_equal(pic_accept(), 0x34);
	pic_raise(1);
	assert_int_equal(pic_accept(), 0x31); /* a higher one nests */
	pic_out(0x20, 0x20);
	pic_out(0x20, 0x0b); /* read ISR */
	assert_int_equal(pic_in(0x20), 0x10);
	pic_out(0x20, 0x20);
	assert_int_equal(pic_in(0x20), 0);
}

static void pic_masks_and_cascade(void **state)
{
	(void)state;
	pic_initialise();
	pic_out(0xa1, 0x08);
	pic_raise(11);
	assert_false(pic_pending());
	assert_int_equal(pic_in(0xa1), 0x08);
	pic_out(0xa1, 0);
	assert_int_equal(pic_accept(), 0x3b);
	pic_out(0xa0, 0x63);
	assert_int_equal(machine.eois[11], 1); /* passed on to the device */
	pic_out(0x20, 0x62);
	assert_int_equal(machine.eois[2], 0);
	pic_raise(9);
	pic_lower(9);
	assert_false(pic_pending());
	pic_out(0x21, 4); /* the cascade masked */
	pic_raise(9);
	assert_false(pic_pending());
	pic_out(0x21, 0);
	assert_int_equal(pic_accept(), 0x39);
	pic_out(0xa0, 0x20);
	pic_out(0x20, 0x20);
}

/* Acknowledged with the line masked, as before its handler runs: told when unmasked. */
static void eoi_waits_for_the_line(void **state)
{
	unsigned int before;

	(void)state;
	pic_initialise();
	before = machine.eois[11];
	pic_raise(11);
	assert_int_equal(pic_accept(), 0x3b);
	pic_raise(11); /* again, while it is in service */
	assert_false(pic_pending());
	pic_out(0xa1, 0x08);
	pic_out(0xa0, 0x63);
	pic_out(0x20, 0x62);
	assert_int_equal(machine.eois[11], before);
	assert_false(pic_pending());
	pic_out(0xa1, 0x10);
	assert_int_equal(machine.eois[11], before + 1);
	assert_true(pic_pending());
	assert_int_equal(pic_accept(), 0x3b);
	pic_out(0xa0, 0x63);
	pic_out(0x20, 0x62);
	assert_int_equal(machine.eois[11], before + 2);
	pic_out(0xa1, 0);
	assert_int_equal(machine.eois[11], before + 2); /* once */
}

static uint16_t read_counter(unsigned int channel)
{
	uint16_t low;

	pit_out(0x43, (uint8_t)(channel << 6));
	low = pit_in((uint16_t)(0x40 + channel));
	return (uint16_t)(low | pit_in((uint16_t)(0x40 + channel)) << 8);
}

static void pit_periodic(void **state)
{
	(void)state;
	pic_initialise();
	pit_start();
	pit_out(0x43, 0x34); /* channel 0, both bytes, mode 2 */
	pit_out(0x40, 11932 & 255);
	pit_out(0x40, 11932 >> 8);
	assert_in_range(machine.deadline, 10 * MS, 10 * MS + 1000);
	machine.now = 5 * MS;
	assert_in_range(read_counter(0), 11932 - 5967, 11932 - 5964);
	machine.now = machine.deadline;
	wedge_timer();
	assert_int_equal(pic_accept(), 0x30);
	assert_in_range(machine.deadline, 20 * MS, 20 * MS + 2000);
	pic_out(0x20, 0x20);
}

static void pit_one_shot(void **state)
{
	(void)state;
	pic_initialise();
	pit_start();
	pit_out(0x43, 0x38); /* mode 4 */
	pit_out(0x40, 0xa9);
	pit_out(0x40, 0x04); /* 1193: 1 ms */
	machine.now = machine.deadline;
	wedge_timer();
	assert_int_equal(pic_accept(), 0x30);
	pic_out(0x20, 0x20);
	machine.now += 10 * MS;
	wedge_timer();
	assert_false(pic_pending());
}

static void pit_speaker_channel(void **state)
{
	(void)state;
	pic_initialise();
	pit_start();
	pit_out(0x61, 1);
	pit_out(0x43, 0xb0); /* channel 2, mode 0 */
	pit_out(0x42, 0xa9);
	pit_out(0x42, 0x04);
	assert_int_equal(pit_in(0x61) & 0x20, 0);
	machine.now += MS / 2;
	assert_int_equal(pit_in(0x61) & 0x20, 0);
	machine.now += MS;
	assert_int_equal(pit_in(0x61) & 0x20, 0x20);
}

static void uart_output_by_lines(void **state)
{
	(void)state;
	pic_initialise();
	for (const char *p = "hello"; *p; p++)
		uart_out(0x3f8, (uint8_t)*p);
	assert_int_equal(machine.console_len, 0);
	uart_out(0x3f8, '\n');
	assert_int_equal(machine.console_len, 6);
	assert_memory_equal(machine.console, "hello\n", 6);
	assert_int_equal(uart_in(0x3fd) & 0x60, 0x60);
}

static void uart_interrupts(void **state)
{
	(void)state;
	pic_initialise();
	uart_out(0x3fc, 8); /* OUT2 */
	uart_out(0x3f9, 2); /* transmitter */
	assert_int_equal(pic_accept(), 0x34);
	assert_int_equal(uart_in(0x3fa) & 15, 2);
	assert_int_equal(uart_in(0x3fa) & 15, 1); /* read: gone */
	pic_out(0x20, 0x20);
	uart_out(0x3f9, 1); /* receiver */
	machine.input = "ab";
	wedge_console_input();
	assert_int_equal(pic_accept(), 0x34);
	assert_int_equal(uart_in(0x3fd) & 1, 1);
	assert_int_equal(uart_in(0x3f8), 'a');
	assert_int_equal(uart_in(0x3f8), 'b');
	assert_int_equal(uart_in(0x3fd) & 1, 0);
	pic_out(0x20, 0x20);
	uart_out(0x3f9, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pic_priorities),	  cmocka_unit_test(pic_masks_and_cascade),
		cmocka_unit_test(eoi_waits_for_the_line), cmocka_unit_test(pit_periodic),
		cmocka_unit_test(pit_one_shot),		  cmocka_unit_test(pit_speaker_channel),
		cmocka_unit_test(uart_output_by_lines),	  cmocka_unit_test(uart_interrupts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
