// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * qemu-net.c - the glue between the TCP peer and QEMU's network and clock, and
 * the self-test that shows that it holds.
 */
#include "qemu-net.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>
#include "internals.h"
#include "tcp.h"
#include "wp.h"

#define FALLBACK                                                                                   \
	"\n  Without the peer, networking is measured with two NICs on one hub"                    \
	" (docs/counting.md)."

struct NetClientState;

/* The start of QEMU 7.2's NetClientInfo; what follows are optional callbacks. */
struct client_info {
	int type;
	size_t size;
	ssize_t (*receive)(struct NetClientState *nc, const uint8_t *buf, size_t len);
	void *receive_raw, *receive_iov;
	bool (*can_receive)(struct NetClientState *nc);
	void *none[64];
};

#define TYPE_USER   2	 /* NET_CLIENT_DRIVER_USER: counts as the hub's way out */
#define CLIENT_SIZE 4096 /* a NetClientState has 400-odd bytes */
#define CLOCK	    1	 /* QEMU_CLOCK_VIRTUAL */
#define SCALE_NS    1
#define HUB	    0

static struct {
	struct NetClientState *(*new_client)(struct client_info *info, struct NetClientState *peer,
					     const char *model, const char *name);
	struct NetClientState *(*hub_add_port)(int hub, const char *name,
					       struct NetClientState *peer);
	ssize_t (*send_packet)(struct NetClientState *nc, const uint8_t *buf, int len);
	void (*timer_init)(void *timer, void *group, int clock, int scale, int attributes,
			   void (*callback)(void *opaque), void *opaque);
	void (*timer_mod)(void *timer, int64_t when);
	void (*timer_del)(void *timer);
	int64_t (*clock_get)(int clock);
} net;

/* 48 bytes in QEMU 7.2. */
union timer {
	char space[512];
	max_align_t align;
};

static const struct qemu_net_ops *ops;
static struct NetClientState *client;
static union timer timer, test_timer;
static int64_t armed = TCP_NEVER; /* what QEMU's timer is set to */
static bool proved;

static void find_symbols(void)
{
	static const struct {
		const char *name;
		void *to;
	} symbols[] = {
		{"qemu_new_net_client", &net.new_client}, {"net_hub_add_port", &net.hub_add_port},
		{"qemu_send_packet", &net.send_packet},	  {"timer_init_full", &net.timer_init},
		{"timer_mod_ns", &net.timer_mod},	  {"timer_del", &net.timer_del},
		{"qemu_clock_get_ns", &net.clock_get},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(symbols); i++) {
		void *p = internals_symbol(symbols[i].name);

		memcpy(symbols[i].to, &p, sizeof(p));
	}
}

static bool always(struct NetClientState *nc)
{
	(void)nc;
	return true;
}

static ssize_t receive(struct NetClientState *nc, const uint8_t *frame, size_t len)
{
	if (nc == client)
		ops->frame(frame, len, net.clock_get(CLOCK));
	return (ssize_t)len;
}

static struct client_info info = {
	.type = TYPE_USER, .size = CLIENT_SIZE, .receive = receive, .can_receive = always};

/* --- the self-test --- */

#define TEST_TIME 1000 /* ns; the guest is in its firmware's first instructions */
#define TEST_LATE 1000 /* ns that the timer may be late: one block of instructions */

static struct NetClientState *ends[2], *heard_by;
static uint8_t heard[64];
static size_t heard_len;

static void crashed(int number)
{
	internals_misfit("signal %d during the self-test of its network" FALLBACK, number);
}

static const int deadly[] = {SIGSEGV, SIGBUS, SIGILL, SIGABRT, SIGFPE};
static struct sigaction before[G_N_ELEMENTS(deadly)];

static void guard(bool on)
{
	struct sigaction act = {.sa_handler = crashed};

	for (size_t i = 0; i < G_N_ELEMENTS(deadly); i++)
		sigaction(deadly[i], on ? &act : &before[i], on ? &before[i] : NULL);
}

static ssize_t test_receive(struct NetClientState *nc, const uint8_t *frame, size_t len)
{
	heard_by = nc;
	heard_len = len;
	memcpy(heard, frame, len < sizeof(heard) ? len : sizeof(heard));
	return (ssize_t)len;
}

static struct client_info test_info = {
	.type = TYPE_USER, .size = CLIENT_SIZE, .receive = test_receive, .can_receive = always};

static void test_frames(int from, int to)
{
	uint8_t frame[60];

	memset(frame, 0x50 + from, sizeof(frame));
	heard_by = NULL;
	net.send_packet(ends[from], frame, sizeof(frame));
	if (heard_by != ends[to] || heard_len != sizeof(frame) ||
	    memcmp(heard, frame, sizeof(frame)))
		internals_misfit("a frame did not cross between two clients" FALLBACK);
}

static void self_test(void *opaque)
{
	int64_t now = net.clock_get(CLOCK);

	guard(true);
	if (opaque != &test_timer || now < TEST_TIME || now > TEST_TIME + TEST_LATE)
		internals_misfit("a timer set to %d ns fired at %" PRId64 " ns" FALLBACK, TEST_TIME,
				 now);
	test_frames(0, 1);
	test_frames(1, 0);
	proved = true;
	guard(false);
}

static struct NetClientState *create(struct client_info *how, struct NetClientState *other,
				     const char *name)
{
	struct NetClientState *nc = net.new_client(how, other, "wedgeperf", name);

	if (!nc)
		internals_misfit("no network client" FALLBACK);
	return nc;
}

/* --- the use of it --- */

static void fired(void *opaque)
{
	(void)opaque;
	armed = TCP_NEVER;
	ops->timer(net.clock_get(CLOCK));
}

void qemu_net_start(const struct qemu_net_ops *use)
{
	ops = use;
	find_symbols();
	guard(true);
	ends[0] = create(&test_info, NULL, "wedgeperf-test0");
	ends[1] = create(&test_info, ends[0], "wedgeperf-test1");
	client = create(&info, net.hub_add_port(HUB, NULL, NULL), "wedgeperf-peer");
	net.timer_init(&timer, NULL, CLOCK, SCALE_NS, 0, fired, NULL);
	net.timer_init(&test_timer, NULL, CLOCK, SCALE_NS, 0, self_test, &test_timer);
	net.timer_mod(&test_timer, TEST_TIME);
	guard(false);
}

void qemu_net_send(const uint8_t *frame, size_t len)
{
	net.send_packet(client, frame, (int)len);
}

void qemu_net_deadline(int64_t when)
{
	if (when == armed)
		return;
	armed = when;
	if (when == TCP_NEVER)
		net.timer_del(&timer);
	else
		net.timer_mod(&timer, when);
}

void qemu_net_finish(void)
{
	if (!proved)
		internals_misfit("its virtual clock never reached %d ns" FALLBACK, TEST_TIME);
}
