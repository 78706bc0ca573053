// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * storm.c - storm.so, a QEMU TCG plugin: interrupts at pseudo-random instructions.
 *
 *	-chardev ringbuf,id=<id> -serial none|... -serial chardev:<id>
 *	-plugin storm.so,chardev=<id>,count=<n>,out=<file>[,seed=<s>][,spread=<bits>][,mute=<n>]
 *
 * Every injection is a byte for a serial port, which raises the port's interrupt line.
 * The guest asks for the storm by sending STORM_READY; it has the port raise the line for
 * every byte.  The next byte comes a pseudo-random time after the last one, at most
 * 2^spread ns: with -icount shift=0 a nanosecond is an instruction, so interrupts hit
 * every place there is, and often the handler of the one before.  An interrupt that was
 * lost leaves its byte in the port for ever: after a second of virtual time the storm
 * ends and says so.  mute= shows it: after so many bytes the port is told to raise its
 * line no more, behind the back of its driver.
 */
#include <inttypes.h>
#include <string.h>
#include <wedgeperf/storm.h>
#include "internals.h"
#include "output.h"
#include "qemu-plugin.h"
#include "timed.h"
#include "wp.h"

#define CLOCK	  1 /* QEMU_CLOCK_VIRTUAL */
#define SCALE_NS  1
#define FIRST	  1000000    /* ns between looks for the guest's word */
#define AGAIN	  500	     /* ns between looks whether it has taken a byte */
#define LOST	  1000000000 /* ns after which a byte in the port counts as lost */
#define LEAST_BIT 4
#define MOST_BIT  24
#define PORT_IER  0x2f9 /* what the second serial port raises its line for */

int qemu_plugin_version = PLUGIN_API_VERSION;

struct Chardev;

static struct {
	struct Chardev *(*find)(const char *id);
	int (*can_write)(struct Chardev *chr);
	void (*write)(struct Chardev *chr, const uint8_t *buf, int len);
	char *(*ring_read)(const char *id, int64_t size, bool has_format, int format, void **error);
	void (*out)(uint32_t port, uint8_t value);
	void (*timer_init)(void *timer, void *group, int clock, int scale, int attributes,
			   void (*callback)(void *opaque), void *opaque);
	void (*timer_mod)(void *timer, int64_t when);
	int64_t (*clock_get)(int clock);
} q;

static const char *out_path, *id;
static uint64_t count, seed = 1, spread = 15, mute, injected, held;
static int64_t since; /* when the last byte was put into the port */
static bool begun, lost;
static struct Chardev *port;

/* 48 bytes in QEMU 7.2. */
union timer {
	char space[512];
	max_align_t align;
};

static union timer timer;

static void find_symbols(void)
{
	static const struct {
		const char *name;
		void *to;
	} symbols[] = {
		{"qemu_chr_find", &q.find},
		{"qemu_chr_be_can_write", &q.can_write},
		{"qemu_chr_be_write", &q.write},
		{"qmp_ringbuf_read", &q.ring_read},
		{"cpu_outb", &q.out},
		{"timer_init_full", &q.timer_init},
		{"timer_mod_ns", &q.timer_mod},
		{"qemu_clock_get_ns", &q.clock_get},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(symbols); i++) {
		void *p = internals_symbol(symbols[i].name);

		memcpy(symbols[i].to, &p, sizeof(p));
	}
}

/* Has the guest sent its word? */
static bool asked(void)
{
	void *error = NULL;
	char *said = q.ring_read(id, 64, false, 0, &error);
	const bool ready = said && strchr(said, STORM_READY);

	if (error)
		internals_misfit("-chardev ringbuf,id=%s cannot be read", id);
	g_free(said);
	return ready;
}

/* 1 to 2^spread ns, and one in eight much shorter: into the handler of the one before. */
static int64_t gap(void)
{
	const uint64_t r = storm_next(&seed);
	const uint64_t shorter = LEAST_BIT + (r >> 48) % (spread - LEAST_BIT + 1);
	const uint64_t bits = (r >> 60) & 7 ? spread : shorter;

	return (int64_t)(1 + (r & ((1ull << bits) - 1)));
}

static void fired(void *opaque)
{
	const int64_t now = q.clock_get(CLOCK);

	(void)opaque;
	if (!port && !(port = q.find(id)))
		wp_die(WP_USAGE, "there is no -chardev ringbuf,id=%s", id);
	if (!begun && !(begun = asked())) {
		q.timer_mod(&timer, now + FIRST);
		return;
	}
	if (!q.can_write(port)) {
		held++;
		lost = now - since > LOST;
		if (!lost)
			q.timer_mod(&timer, now + AGAIN);
		return;
	}
	if (injected == count)
		return;

	const uint8_t byte = storm_byte(injected++);

	if (injected == mute)
		q.out(PORT_IER, 0);
	since = now;
	q.write(port, &byte, 1);
	q.timer_mod(&timer, now + gap());
}

static void at_exit(qemu_plugin_id_t plugin, void *userdata)
{
	struct wp_buf b = {0};

	(void)plugin;
	(void)userdata;
	wp_buf_printf(&b, "wedgeperf-storm 1\nstate %s\ninjected %" PRIu64 "\nof %" PRIu64 "\n",
		      lost		  ? "lost"
		      : !begun		  ? "never asked for"
		      : injected == count ? "ok"
					  : "unfinished",
		      injected, count);
	wp_buf_printf(&b, "held %" PRIu64 "\nend\n", held);
	output_write(out_path, &b);
	wp_buf_free(&b);
}

static void option(const char *arg)
{
	if (!strncmp(arg, "out=", 4))
		out_path = wp_strdup(arg + 4);
	else if (!strncmp(arg, "chardev=", 8))
		id = wp_strdup(arg + 8);
	else if (!strncmp(arg, "count=", 6))
		count = timed_number(arg, 1, UINT64_MAX / 2);
	else if (!strncmp(arg, "seed=", 5))
		seed = timed_number(arg, 1, UINT64_MAX / 2);
	else if (!strncmp(arg, "mute=", 5))
		mute = timed_number(arg, 1, UINT64_MAX / 2);
	else if (!strncmp(arg, "spread=", 7))
		spread = timed_number(arg, LEAST_BIT, MOST_BIT);
	else
		wp_die(WP_USAGE,
		       "%s: unknown argument (chardev=, count=, out=, seed=, spread=, mute=)", arg);
}

int qemu_plugin_install(qemu_plugin_id_t plugin, const qemu_info_t *qemu_info, int argc,
			char **argv)
{
	wp_program = "storm.so";
	for (int i = 0; i < argc; i++)
		option(argv[i]);
	if (!id || !count || !out_path)
		wp_die(WP_USAGE, "chardev=<id>, count=<number> and out=<file> are needed");
	if (!qemu_info->system_emulation)
		internals_misfit("it is not a system emulator");
	output_check(out_path);
	find_symbols();
	q.timer_init(&timer, NULL, CLOCK, SCALE_NS, 0, fired, NULL);
	q.timer_mod(&timer, FIRST);
	qemu_plugin_register_vcpu_init_cb(plugin, timed_on_vcpu);
	qemu_plugin_register_atexit_cb(plugin, at_exit, NULL);
	return 0;
}
