// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * emulator_tcp.c - the TCP peer against a little guest and a bad wire: loss,
 * reordering, duplicates, damage, small and closed windows, resets, silence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <wedgeperf/netpeer.h>
#include "../../emulator/frame.h"
#include "../../emulator/tcp.h"

#define GAP	  14851
#define WIRE	  2000	      /* ns from end to end */
#define GUEST_RTO 250000000ll /* ns */
#define QUEUE	  4096
#define ISS	  0xfffff000u /* so that the sequence numbers wrap soon */

/* --- the wire: frames in flight, by time of arrival --- */

static struct flight {
	int64_t at;
	bool to_guest;
	size_t len;
	uint8_t frame[TCP_FRAME_MAX];
} * wire;
static size_t in_flight;
static int64_t now;

static struct {
	unsigned int loss, reorder, duplicate, damage; /* per cent */
} bad;
static uint32_t random_state;

static bool chance(unsigned int percent)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % 100 < percent;
}

static void put(const uint8_t *frame, size_t len, bool to_guest)
{
	struct flight *f;

	assert_true(len >= ETH_LEN && len <= TCP_FRAME_MAX);
	if (chance(bad.loss))
		return;
	assert_true(in_flight < QUEUE);
	f = &wire[in_flight++];
	f->at = now + WIRE + (chance(bad.reorder) ? 3 * GAP : 0);
	f->to_guest = to_guest;
	f->len = len;
	memcpy(f->frame, frame, len);
	if (chance(bad.damage))
		f->frame[ETH_LEN + random_state % (len - ETH_LEN)] ^= 0x10;
	if (chance(bad.duplicate))
		put(frame, len, to_guest);
}

/* --- the guest: connects, then sends @left bytes or takes what comes --- */

static struct guest {
	uint16_t port, sport, mss;
	uint32_t window; /* what it offers */
	int scale;	 /* -1: without option */
	bool timestamps;
	uint64_t left; /* to send */
	bool wrong;    /* not the pattern */
	/* what happened */
	bool connected, reset, peer_closed, closed;
	uint32_t peer_iss, ts;
	uint64_t got, sent, acked;
	uint64_t peer_window;
	int64_t first, last, rto_at;
	unsigned int frames, data_frames, shortest_gap;
} guest;

static struct tcp_peer *peer;
static const uint8_t peer_mac[6] = NETPEER_MAC, guest_mac[6] = NETPEER_GUEST_MAC;

static size_t build(uint8_t *frame, uint8_t flags, uint64_t offset, size_t len)
{
	uint8_t *ip = frame + ETH_LEN, *tcp = ip + IP_LEN;
	size_t head = TCP_LEN;
	uint32_t window = guest.window;

	memset(tcp, 0, TCP_LEN);
	put16(tcp + TCP_SPORT, guest.sport);
	put16(tcp + TCP_DPORT, guest.port);
	put32(tcp + TCP_SEQ, flags & F_SYN ? ISS : ISS + 1 + (uint32_t)offset);
	if (flags & F_ACK)
		put32(tcp + TCP_ACKNO,
		      guest.peer_iss + 1 + (uint32_t)guest.got + guest.peer_closed);
	if (flags & F_SYN && guest.mss) {
		memcpy(tcp + head, "\x02\x04", 2);
		put16(tcp + head + 2, guest.mss);
		head += 4;
	}
	if (flags & F_SYN && guest.scale >= 0) {
		memcpy(tcp + head, "\x01\x03\x03", 3);
		tcp[head + 3] = (uint8_t)guest.scale;
		head += 4;
	}
	if (guest.timestamps) {
		memcpy(tcp + head, "\x01\x01\x08\x0a", 4);
		put32(tcp + head + 4, (uint32_t)(now / 1000000));
		put32(tcp + head + 8, guest.ts);
		head += 12;
	}
	if (!(flags & F_SYN) && guest.scale > 0)
		window >>= guest.scale;
	put16(tcp + TCP_WINDOW, window > 0xffff ? 0xffff : (uint16_t)window);
	tcp[TCP_OFFSET] = (uint8_t)(head / 4 << 4);
	tcp[TCP_FLAGS] = flags;
	netpeer_fill(tcp + head, offset, len);
	if (guest.wrong && len)
		tcp[head + len - 1] ^= 1;
	memset(ip, 0, IP_LEN);
	put32(ip + IP_SRC, NETPEER_GUEST_IP);
	put32(ip + IP_DST, NETPEER_IP);
	put16(tcp + TCP_SUM, tcp_checksum(ip, tcp, head + len));
	return ip_finish(frame, peer_mac, guest_mac, NETPEER_GUEST_IP, NETPEER_IP, IP_TCP,
			 head + len);
}

static void guest_sends(uint8_t flags, uint64_t offset, size_t len)
{
	uint8_t frame[TCP_FRAME_MAX];

	put(frame, build(frame, flags, offset, len), false);
}

/* Everything the window allows; a FIN once all is out, or the peer has closed. */
static void guest_output(void)
{
	if (!guest.connected || guest.reset)
		return;
	while (guest.sent < guest.left) {
		uint64_t len = guest.left - guest.sent;

		if (len > 1448)
			len = 1448;
		if (guest.sent + len > guest.acked + guest.peer_window)
			break;
		guest_sends(F_ACK, guest.sent, len);
		guest.sent += len;
	}
	if (guest.sent == guest.left && (guest.left || guest.peer_closed)) {
		guest_sends(F_ACK | F_FIN, guest.sent, 0);
		guest.sent++;
	}
	if (guest.rto_at == TCP_NEVER && guest.acked < guest.sent)
		guest.rto_at = now + GUEST_RTO;
}

static void guest_options(const uint8_t *o, size_t len)
{
	while (len && *o) {
		if (*o == 1) {
			o++, len--;
			continue;
		}
		if (o[0] == 8)
			guest.ts = get32(o + 2);
		len -= o[1];
		o += o[1];
	}
}

static void guest_input(const uint8_t *frame, size_t len)
{
	const uint8_t *ip = frame + ETH_LEN, *tcp = ip + IP_LEN;
	size_t head, data, total;
	int64_t ahead;
	uint8_t flags;

	assert_memory_equal(frame + ETH_SRC, peer_mac, 6);
	if (!ip_valid(ip, len - ETH_LEN))
		return;
	total = get16(ip + IP_TOTAL) - (size_t)IP_LEN;
	if (ip[IP_PROTO] != IP_TCP || tcp_checksum(ip, tcp, total))
		return;
	head = (size_t)(tcp[TCP_OFFSET] >> 4) * 4;
	data = total - head;
	flags = tcp[TCP_FLAGS];
	guest.frames++;
	if (flags & F_RST) {
		guest.reset = true;
		return;
	}
	if (flags & F_SYN) {
		if (!guest.connected) {
			guest.connected = true;
			guest.peer_iss = get32(tcp + TCP_SEQ);
			guest.rto_at = TCP_NEVER;
		}
		guest.peer_window = get16(tcp + TCP_WINDOW);
		guest_options(tcp + TCP_LEN, head - TCP_LEN);
		guest_sends(F_ACK, 0, 0);
		guest_output();
		return;
	}
	if (!guest.connected)
		return;
	guest_options(tcp + TCP_LEN, head - TCP_LEN);
	ahead = (int32_t)(get32(tcp + TCP_ACKNO) - (ISS + 1 + (uint32_t)guest.acked));
	if (ahead > 0) {
		guest.acked += (uint64_t)ahead;
		guest.rto_at = TCP_NEVER;
		assert_true(guest.acked <= guest.sent);
	}
	guest.peer_window = (uint64_t)get16(tcp + TCP_WINDOW) << (guest.scale >= 0 ? 7 : 0);
	if (guest.left && guest.acked == guest.left + 1)
		guest.closed = true;
	ahead = (int32_t)(get32(tcp + TCP_SEQ) - (guest.peer_iss + 1 + (uint32_t)guest.got));
	if (data && !ahead && data <= guest.window && !guest.peer_closed) {
		for (size_t i = 0; i < data; i++)
			assert_int_equal(tcp[head + i], netpeer_byte(guest.got + i));
		if (!guest.data_frames++)
			guest.first = now;
		else if (now - guest.last < guest.shortest_gap)
			guest.shortest_gap = (unsigned int)(now - guest.last);
		guest.last = now;
		guest.got += data;
	}
	if (flags & F_FIN && ahead + (int64_t)data == (data && !ahead ? (int64_t)data : 0))
		guest.peer_closed = true;
	if (data || flags & F_FIN)
		guest_sends(F_ACK, guest.sent, 0);
	guest_output();
}

static void guest_timer(void)
{
	guest.rto_at = now + GUEST_RTO;
	if (!guest.connected) {
		guest_sends(F_SYN, 0, 0);
		return;
	}
	guest.sent = guest.acked;
	guest.rto_at = TCP_NEVER;
	guest_output();
}

/* --- the world --- */

static void transmit(void *opaque, const uint8_t *frame, size_t len)
{
	(void)opaque;
	put(frame, len, true);
}

static void setup(enum tcp_mode mode, uint64_t bytes)
{
	const struct tcp_config config = {
		.mode = mode, .bytes = bytes, .gap = GAP, .send = transmit};

	wire = calloc(QUEUE, sizeof(*wire));
	assert_non_null(wire);
	in_flight = 0;
	now = 1000;
	random_state = 1;
	memset(&bad, 0, sizeof(bad));
	guest = (struct guest){.port = mode == TCP_SOURCE ? 5001 : 5002,
			       .sport = 40000,
			       .mss = 1460,
			       .window = 1 << 20,
			       .scale = 7,
			       .timestamps = true,
			       .rto_at = TCP_NEVER,
			       .shortest_gap = UINT32_MAX};
	peer = tcp_new(&config);
}

static void teardown(void)
{
	tcp_free(peer);
	free(wire);
}

static size_t next_flight(void)
{
	size_t best = 0;

	for (size_t i = 1; i < in_flight; i++)
		if (wire[i].at < wire[best].at)
			best = i;
	return best;
}

/* Run until nothing can happen any more, or until @end. */
static void run(int64_t end)
{
	for (;;) {
		size_t i = next_flight();
		int64_t arrival = in_flight ? wire[i].at : TCP_NEVER, timer = tcp_deadline(peer);
		int64_t next = arrival < timer ? arrival : timer;

		if (guest.rto_at < next)
			next = guest.rto_at;
		if (next >= end)
			return;
		assert_true(next >= now || next == timer);
		now = next > now ? next : now;
		if (next == arrival) {
			struct flight f = wire[i];

			/* Keep the order: equal times arrive as they were sent. */
			memmove(&wire[i], &wire[i + 1], (--in_flight - i) * sizeof(f));
			if (f.to_guest)
				guest_input(f.frame, f.len);
			else
				tcp_input(peer, f.frame, f.len, now);
		} else if (next == timer) {
			tcp_timer(peer, now);
			assert_true(tcp_deadline(peer) > now);
		} else {
			guest_timer();
		}
	}
}

static void connect_and_run(int64_t seconds)
{
	guest_timer();
	run(now + seconds * 1000000000);
}

static void assert_ok(uint64_t bytes)
{
	const struct tcp_stats *s = tcp_stats(peer);

	if (s->failure)
		fail_msg("%s", s->failure);
	assert_int_equal(s->connections, 1);
	assert_int_equal(s->bytes, bytes);
	assert_int_equal(tcp_deadline(peer), TCP_NEVER);
}

/* --- tests --- */

static void source_is_paced(void **state)
{
	const uint64_t bytes = 1000 * NETPEER_PAYLOAD;

	(void)state;
	setup(TCP_SOURCE, bytes);
	connect_and_run(10);
	assert_int_equal(guest.got, bytes);
	assert_true(guest.peer_closed);
	assert_ok(bytes);
	/* Every gap is exactly one frame's time, and no frame is sent twice. */
	assert_int_equal(guest.data_frames, 1000);
	assert_int_equal(guest.shortest_gap, GAP);
	assert_int_equal(guest.last - guest.first, 999 * GAP);
	assert_int_equal(tcp_stats(peer)->retransmits, 0);
	assert_int_equal(tcp_stats(peer)->frames, 1000);
	teardown();
}

static void source_over_bad_wires(void **state)
{
	static const struct {
		int line;
		unsigned int loss, reorder, duplicate, damage;
		bool timestamps;
		int scale;
		uint32_t window;
		uint16_t mss;
	} t[] = {
		{__LINE__, 5, 0, 0, 0, true, 7, 1 << 20, 1460},
		{__LINE__, 0, 10, 0, 0, true, 7, 1 << 20, 1460},
		{__LINE__, 0, 0, 10, 0, true, 7, 1 << 20, 1460},
		{__LINE__, 0, 0, 0, 5, true, 7, 1 << 20, 1460},
		{__LINE__, 5, 5, 5, 5, true, 7, 1 << 18, 1460},
		{__LINE__, 20, 0, 0, 0, false, -1, 65535, 1460},
		{__LINE__, 0, 0, 0, 0, false, -1, 1000, 1460}, /* below a segment */
		{__LINE__, 3, 0, 0, 0, false, -1, 3000, 536},
		{__LINE__, 0, 0, 0, 0, true, 14, 1 << 20, 9000}, /* more than a frame takes */
		{__LINE__, 0, 0, 0, 0, false, -1, 65535, 0},	 /* no MSS option */
		{__LINE__, 0, 0, 0, 0, true, 0, 65535, 1},	 /* absurd */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		uint64_t bytes = t[i].mss == 1 ? 300 : 200000;

		setup(TCP_SOURCE, bytes);
		bad.loss = t[i].loss;
		bad.reorder = t[i].reorder;
		bad.duplicate = t[i].duplicate;
		bad.damage = t[i].damage;
		guest.timestamps = t[i].timestamps;
		guest.scale = t[i].scale;
		guest.window = t[i].window;
		guest.mss = t[i].mss;
		connect_and_run(600);
		if (guest.got != bytes || !guest.peer_closed)
			fail_msg("line %d: %llu bytes", t[i].line, (unsigned long long)guest.got);
		assert_ok(bytes);
		teardown();
	}
}

static void source_probes_a_closed_window(void **state)
{
	unsigned int frames;

	(void)state;
	setup(TCP_SOURCE, 100000);
	guest.window = 0;
	connect_and_run(10);
	assert_int_equal(guest.got, 0);
	frames = guest.frames;
	run(now + 600 * 1000000000ll);
	assert_true(guest.frames > frames); /* it keeps asking */
	assert_true(guest.frames < frames + 30);
	guest.window = 1 << 20;
	run(now + 100 * 1000000000ll);
	assert_int_equal(guest.got, 100000);
	assert_ok(100000);
	teardown();
}

static void sink_takes_at_the_lines_rate(void **state)
{
	const uint64_t bytes = 1000 * NETPEER_PAYLOAD;

	(void)state;
	setup(TCP_SINK, 0);
	guest.left = bytes;
	connect_and_run(10);
	assert_true(guest.closed && guest.peer_closed);
	assert_ok(bytes);
	/* One acknowledgement for two frames: SYN, 500, FIN, and the last FIN's. */
	assert_in_range(guest.frames, 500, 505);
	assert_true(now - 1000 > 1000ll * GAP && now - 1000 < 1010ll * GAP);
	teardown();
}

static void sink_over_bad_wires(void **state)
{
	static const struct {
		int line;
		unsigned int loss, reorder, duplicate, damage;
		bool timestamps;
		int scale;
	} t[] = {
		{__LINE__, 5, 0, 0, 0, true, 7},   {__LINE__, 0, 10, 0, 0, true, 7},
		{__LINE__, 0, 0, 10, 0, true, 7},  {__LINE__, 0, 0, 0, 5, true, 7},
		{__LINE__, 5, 5, 5, 5, false, -1}, {__LINE__, 20, 0, 0, 0, false, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		setup(TCP_SINK, 0);
		bad.loss = t[i].loss;
		bad.reorder = t[i].reorder;
		bad.duplicate = t[i].duplicate;
		bad.damage = t[i].damage;
		guest.timestamps = t[i].timestamps;
		guest.scale = t[i].scale;
		guest.left = 200000;
		connect_and_run(600);
		if (!guest.closed || !guest.peer_closed)
			fail_msg("line %d: not closed", t[i].line);
		assert_ok(200000);
		teardown();
	}
}

static void sink_refuses_other_data(void **state)
{
	(void)state;
	setup(TCP_SINK, 0);
	guest.left = 100000;
	guest.wrong = true;
	connect_and_run(1);
	assert_true(guest.reset);
	assert_string_equal(tcp_stats(peer)->failure,
			    "the guest sent something else than the pattern");
	teardown();
}

static void connections_one_after_the_other(void **state)
{
	(void)state;
	setup(TCP_SOURCE, 5000);
	connect_and_run(1);
	assert_ok(5000);
	for (int i = 2; i < 20; i++) {
		struct guest again = {.port = 5001, .sport = (uint16_t)(40000 + i), .mss = 1460};

		again.window = 65535;
		again.scale = -1;
		guest = again;
		connect_and_run(1);
		assert_int_equal(guest.got, 5000);
		assert_int_equal(tcp_stats(peer)->connections, i);
		assert_int_equal(tcp_stats(peer)->bytes, i * 5000);
	}
	teardown();
}

static void wrong_port_is_reset(void **state)
{
	(void)state;
	setup(TCP_SOURCE, 1000);
	guest.port = 5002;
	guest_sends(F_SYN, 0, 0);
	run(now + 1000000000);
	assert_true(guest.reset);
	assert_null(tcp_stats(peer)->failure);
	teardown();
}

static void reset_by_the_guest_is_a_failure(void **state)
{
	(void)state;
	setup(TCP_SOURCE, 100000);
	guest_timer();
	run(now + 10 * GAP);
	assert_true(guest.connected);
	guest.rto_at = TCP_NEVER;
	guest_sends(F_RST, guest.sent, 0);
	run(now + 1000000000);
	assert_string_equal(tcp_stats(peer)->failure, "the guest reset the connection");
	assert_int_equal(tcp_deadline(peer), TCP_NEVER);
	teardown();
}

static void silence_ends(void **state)
{
	(void)state;
	setup(TCP_SOURCE, 100000);
	guest_timer();
	run(now + 10 * GAP);
	bad.loss = 100;
	guest.rto_at = TCP_NEVER;
	run(now + 3600 * 1000000000ll);
	assert_string_equal(tcp_stats(peer)->failure, "the guest stopped answering");
	assert_int_equal(tcp_deadline(peer), TCP_NEVER);
	teardown();
}

static uint8_t last[TCP_FRAME_MAX];
static size_t last_len;

static void keep(void *opaque, const uint8_t *frame, size_t len)
{
	(void)opaque;
	last_len = len;
	memcpy(last, frame, len);
}

static struct tcp_peer *listener(void)
{
	const struct tcp_config config = {
		.mode = TCP_SOURCE, .bytes = 1000, .gap = GAP, .send = keep};

	last_len = 0;
	return tcp_new(&config);
}

static void answers_arp_for_itself_only(void **state)
{
	uint8_t frame[ETH_MIN] = {0}, *arp = frame + ETH_LEN;
	struct tcp_peer *p = listener();

	(void)state;
	memset(frame, 0xff, 6);
	memcpy(frame + 6, guest_mac, 6);
	put16(frame + ETH_TYPE, ETH_ARP);
	memcpy(arp, "\x00\x01\x08\x00\x06\x04\x00\x01", 8);
	memcpy(arp + 8, guest_mac, 6);
	put32(arp + 14, NETPEER_GUEST_IP);
	put32(arp + 24, NETPEER_IP + 7);
	tcp_input(p, frame, sizeof(frame), 1);
	assert_int_equal(last_len, 0);
	put32(arp + 24, NETPEER_IP);
	tcp_input(p, frame, sizeof(frame), 1);
	assert_int_equal(last_len, ETH_MIN);
	assert_memory_equal(last, guest_mac, 6);
	assert_int_equal(get16(last + ETH_LEN + 6), 2);
	assert_memory_equal(last + ETH_LEN + 8, peer_mac, 6);
	assert_int_equal(get32(last + ETH_LEN + 14), NETPEER_IP);
	assert_memory_equal(last + ETH_LEN + 18, guest_mac, 6);
	assert_int_equal(get32(last + ETH_LEN + 24), NETPEER_GUEST_IP);
	tcp_free(p);
}

static void answers_ping(void **state)
{
	uint8_t frame[TCP_FRAME_MAX], *icmp = frame + ETH_LEN + IP_LEN;
	struct tcp_peer *p = listener();
	size_t len;

	(void)state;
	memset(icmp, 0x5a, 64);
	memcpy(icmp, "\x08\x00\x00\x00\x12\x34\x00\x01", 8);
	put16(icmp + 2, sum_finish(sum_add(0, icmp, 63)));
	len = ip_finish(frame, peer_mac, guest_mac, NETPEER_GUEST_IP, NETPEER_IP, IP_ICMP, 63);
	tcp_input(p, frame, len, 1);
	assert_int_equal(last_len, len);
	assert_true(ip_valid(last + ETH_LEN, last_len - ETH_LEN));
	assert_int_equal(last[ETH_LEN + IP_LEN], 0);
	assert_int_equal(sum_finish(sum_add(0, last + ETH_LEN + IP_LEN, 63)), 0);
	assert_memory_equal(last + ETH_LEN + IP_LEN + 4, icmp + 4, 59);
	tcp_free(p);
}

static void damage_is_dropped(void **state)
{
	uint8_t frame[TCP_FRAME_MAX], copy[TCP_FRAME_MAX];
	struct tcp_peer *p = listener();
	size_t len;

	(void)state;
	guest = (struct guest){.port = 5001, .sport = 1, .mss = 1460, .window = 9999, .scale = 3};
	now = 0;
	len = build(frame, F_SYN, 0, 0);
	/* Any one bit flipped anywhere behind the Ethernet header: no answer. */
	for (size_t bit = ETH_LEN * 8; bit < (ETH_LEN + IP_LEN + TCP_LEN + 8) * 8; bit++) {
		memcpy(copy, frame, len);
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		tcp_input(p, copy, len, 1);
		assert_int_equal(last_len, 0);
	}
	tcp_input(p, frame, len, 1);
	assert_int_not_equal(last_len, 0);
	tcp_free(p);
}

/* Frames made of valid ones: cut, mixed, with right checksums over nonsense. */
static void nonsense_does_no_harm(void **state)
{
	uint8_t frame[TCP_FRAME_MAX];

	(void)state;
	setup(TCP_SINK, 0);
	guest.left = UINT64_MAX / 2;
	random_state = 7;
	for (int i = 0; i < 300000; i++) {
		static const uint8_t flags[] = {F_SYN, F_ACK,	      F_ACK | F_FIN,
						F_RST, F_SYN | F_ACK, 0};
		uint8_t *ip = frame + ETH_LEN, *tcp = ip + IP_LEN;
		size_t len, data;

		chance(0);
		data = (random_state >> 9) % 1400;
		len = build(frame, flags[(random_state >> 20) % sizeof(flags)],
			    random_state % 50000, data);
		for (int j = 0; j < (int)(random_state % 4); j++) {
			chance(0);
			tcp[(random_state >> 8) % (TCP_LEN + 20)] = (uint8_t)(random_state >> 16);
		}
		if (get16(ip + IP_TOTAL) >= IP_LEN + TCP_LEN) {
			size_t total = get16(ip + IP_TOTAL) - (size_t)IP_LEN;

			put16(tcp + TCP_SUM, 0);
			put16(tcp + TCP_SUM, tcp_checksum(ip, tcp, total));
		}
		if (chance(10))
			len = (random_state >> 8) % (len + 1);
		now += 1000;
		tcp_input(peer, frame, len, now);
		if (now >= tcp_deadline(peer))
			tcp_timer(peer, now);
		in_flight = 0;
	}
	teardown();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(source_is_paced),
		cmocka_unit_test(source_over_bad_wires),
		cmocka_unit_test(source_probes_a_closed_window),
		cmocka_unit_test(sink_takes_at_the_lines_rate),
		cmocka_unit_test(sink_over_bad_wires),
		cmocka_unit_test(sink_refuses_other_data),
		cmocka_unit_test(connections_one_after_the_other),
		cmocka_unit_test(wrong_port_is_reset),
		cmocka_unit_test(reset_by_the_guest_is_a_failure),
		cmocka_unit_test(silence_ends),
		cmocka_unit_test(answers_arp_for_itself_only),
		cmocka_unit_test(answers_ping),
		cmocka_unit_test(damage_is_dropped),
		cmocka_unit_test(nonsense_does_no_harm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
