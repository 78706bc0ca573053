/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pit.c - the 8254 interval timer [Intel 8254 data sheet, 231164]: channel 0 is
 * the tick (IRQ 0), channel 2 the speaker's, which systems calibrate against.
 * Channel 1 (memory refresh) counts, but drives nothing.
 *
 * Counters are computed from the hypervisor's clock when they are read.
 */
#include "backend.h"
#include "devices.h"
#include "wedge.h"

#define FREQUENCY 1193182ull
#define SECOND	  1000000000ull
#define SPEAKER	  0x61
#define LATE	  (100 * 1000 * 1000ull) /* ns: give up catching up with missed ticks */

enum {
	LATCH,
	LOW,
	HIGH,
	LOW_HIGH
};

struct channel {
	uint64_t start;	 /* time at which counting began, ns */
	uint32_t reload; /* 1-65536 */
	uint16_t latched;
	uint8_t mode, access, low, latch_left; /* bytes of a latched value yet to be read */
	uint8_t status;
	bool second_read, second_write, loaded, gate, status_latched;
};
static struct channel channels[3];
static uint64_t deadline; /* of channel 0; 0: none */
static uint8_t speaker;

static uint64_t to_ticks(uint64_t ns)
{
	return ns / SECOND * FREQUENCY + ns % SECOND * FREQUENCY / SECOND;
}

static uint64_t to_ns(uint64_t ticks)
{
	return (ticks * SECOND + FREQUENCY - 1) / FREQUENCY;
}

static bool periodic(const struct channel *c)
{
	return c->mode == 2 || c->mode == 3;
}

static uint64_t elapsed(const struct channel *c)
{
	return c->loaded ? to_ticks(hv_time() - c->start) : 0;
}

static uint16_t counter(const struct channel *c)
{
	uint64_t ticks = elapsed(c);

	if (!c->loaded)
		return 0;
	if (c->mode == 3)
		return (uint16_t)(c->reload - (2 * ticks) % c->reload);
	if (c->mode == 2)
		return (uint16_t)(c->reload - ticks % c->reload);
	return (uint16_t)(c->reload - ticks);
}

static bool output(const struct channel *c)
{
	uint64_t ticks = elapsed(c);

	if (c->mode == 3)
		return ticks % c->reload < (c->reload + 1) / 2;
	if (c->mode == 2)
		return ticks % c->reload != c->reload - 1;
	return c->loaded && ticks >= c->reload;
}

static void arm(void)
{
	hv_set_timer(deadline);
}

static void load(struct channel *c, uint32_t value)
{
	c->reload = value ? value : 65536;
	c->start = hv_time();
	c->loaded = true;
	if (c == &channels[0]) {
		deadline = c->start + to_ns(c->reload);
		arm();
	}
}

void pit_start(void)
{
	channels[0].gate = channels[1].gate = true;
}

void pit_tick(void)
{
	struct channel *c = &channels[0];
	uint64_t now = hv_time();

	if (!deadline)
		return;
	if (now < deadline) {
		arm();
		return;
	}
	pic_raise(IRQ_PIT);
	if (!periodic(c)) {
		deadline = 0;
		return;
	}
	deadline += to_ns(c->reload);
	if (now > deadline + LATE)
		deadline = now + to_ns(c->reload);
	arm();
}

static void latch(struct channel *c)
{
	if (c->latch_left)
		return;
	c->latched = counter(c);
	c->latch_left = c->access == LOW_HIGH ? 2 : 1;
}

static void latch_status(struct channel *c)
{
	c->status = (uint8_t)(output(c) << 7 | !c->loaded << 6 | c->access << 4 | c->mode << 1);
	c->status_latched = true;
}

static void control(uint8_t value)
{
	struct channel *c;

	if (value >> 6 == 3) { /* read-back */
		for (unsigned int n = 0; n < 3; n++) {
			if (!(value >> (n + 1) & 1))
				continue;
			if (!(value & 0x20))
				latch(&channels[n]);
			if (!(value & 0x10))
				latch_status(&channels[n]);
		}
		return;
	}
	c = &channels[value >> 6];
	if ((value >> 4 & 3) == LATCH) {
		latch(c);
		return;
	}
	c->access = value >> 4 & 3;
	c->mode = value >> 1 & 7;
	if (c->mode > 5)
		c->mode -= 4;
	c->loaded = c->second_read = c->second_write = false;
	c->latch_left = 0;
	if (c == &channels[0])
		deadline = 0;
}

void pit_out(uint16_t port, uint8_t value)
{
	struct channel *c;

	if (port == SPEAKER) {
		bool gate = value & 1;

		if (gate && !channels[2].gate)
			channels[2].start = hv_time();
		channels[2].gate = gate;
		speaker = value & 3;
		return;
	}
	if ((port & 3) == 3) {
		control(value);
		return;
	}
	c = &channels[port & 3];
	if (c->access == LOW_HIGH && !c->second_write) {
		c->low = value;
		c->second_write = true;
		return;
	}
	c->second_write = false;
	load(c, c->access == LOW_HIGH ? (uint32_t)(value << 8 | c->low)
		: c->access == HIGH   ? (uint32_t)value << 8
				      : value);
}

static uint8_t half(const struct channel *c, uint16_t value, bool high)
{
	return (uint8_t)(c->access == HIGH || high ? value >> 8 : value);
}

uint8_t pit_in(uint16_t port)
{
	struct channel *c;
	bool high;

	if (port == SPEAKER) {
		/* Bit 4 toggles with each memory refresh. */
		return (uint8_t)(speaker | output(&channels[2]) << 5 |
				 (hv_time() / 15085 & 1) << 4);
	}
	if ((port & 3) == 3)
		return 0xff;
	c = &channels[port & 3];
	if (c->status_latched) {
		c->status_latched = false;
		return c->status;
	}
	if (c->latch_left) {
		high = c->access == LOW_HIGH && c->latch_left == 1;
		c->latch_left--;
		return half(c, c->latched, high);
	}
	high = c->access == LOW_HIGH && c->second_read;
	if (c->access == LOW_HIGH)
		c->second_read = !c->second_read;
	return half(c, counter(c), high);
}

void wedge_timer(void)
{
	pit_tick();
	uart_flush();
}
