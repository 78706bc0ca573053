// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tcp.c - a small TCP end point: one connection at a time, bulk data one way.
 *
 * What it leaves out, because its wire is a hub inside QEMU that neither loses
 * nor reorders: congestion control (the gap is the line's rate), selective
 * acknowledgements, reassembly (a segment that is not next is dropped and the
 * last acknowledgement repeated, so the sender sends it again).  It does recover
 * from loss: retransmission after a time-out (go back n) or three duplicate
 * acknowledgements, zero-window probes.
 *
 * Positions in a stream are 64-bit offsets; 0 is the first byte after the SYN,
 * and the FIN counts as one byte after the last.
 */
#include "tcp.h"

#include <stdlib.h>
#include <string.h>
#include <wedgeperf/netpeer.h>
#include "frame.h"
#include "wp.h"

#define MS	   1000000ll
#define RTO_SYN	   (1000 * MS) /* RFC 6298, 2.1 */
#define RTO_MIN	   (200 * MS)  /* as Linux */
#define RTO_MAX	   (60000 * MS)
#define RETRIES	   12
#define MSS	   1460
#define OUR_SCALE  7
#define OUR_WINDOW (1u << 20) /* what a sink offers */

enum state {
	LISTEN,
	SYN_RECEIVED,
	ESTABLISHED, /* until both FINs are acknowledged */
	CLOSED	     /* remembered, to acknowledge a repeated FIN */
};

struct tcp_peer {
	struct tcp_config config;
	struct tcp_stats stats;
	enum state state;
	uint8_t guest_mac[6];
	uint32_t guest_ip;
	uint16_t guest_port, port;

	/* Sending. */
	uint32_t iss;
	uint64_t total;		/* bytes to send in this connection */
	uint64_t una, nxt, max; /* acknowledged; next to send; highest ever sent */
	uint64_t window;	/* the guest's, from una on */
	size_t payload;		/* per full frame */
	unsigned int guest_scale;
	bool scaling, timestamps;
	uint32_t ts_recent;
	int64_t rto;
	unsigned int retries, duplicates;

	/* Receiving: in order; taken off the line at its speed; FIN. */
	uint32_t irs;
	uint64_t received, taken;
	bool fin_received, fin_taken;

	/* Timers: TCP_NEVER if not running. */
	int64_t pace_at, rto_at, probe_at, take_at;

	uint8_t *pattern; /* more than one period, so that any frame is one copy */
};

static const uint8_t our_mac[6] = NETPEER_MAC;

struct tcp_peer *tcp_new(const struct tcp_config *config)
{
	struct tcp_peer *p = wp_alloc(sizeof(*p));

	p->config = *config;
	p->port = config->mode == TCP_SOURCE ? NETPEER_SOURCE_PORT : NETPEER_SINK_PORT;
	p->stats.first = p->stats.last = -1;
	p->pace_at = p->rto_at = p->probe_at = p->take_at = TCP_NEVER;
	p->pattern = wp_alloc(NETPEER_PERIOD + TCP_FRAME_MAX);
	netpeer_fill(p->pattern, 0, NETPEER_PERIOD + TCP_FRAME_MAX);
	return p;
}

void tcp_free(struct tcp_peer *p)
{
	free(p->pattern);
	free(p);
}

const struct tcp_stats *tcp_stats(const struct tcp_peer *p)
{
	return &p->stats;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t tcp_deadline(const struct tcp_peer *p)
{
	return earlier(earlier(p->pace_at, p->rto_at), earlier(p->probe_at, p->take_at));
}

static void stop_timers(struct tcp_peer *p)
{
	p->pace_at = p->rto_at = p->probe_at = p->take_at = TCP_NEVER;
}

static void fail(struct tcp_peer *p, const char *why)
{
	if (!p->stats.failure)
		p->stats.failure = why;
	p->state = LISTEN;
	stop_timers(p);
}

/*
 * One segment: @flags, @len bytes of the pattern from @offset on.  The acknow-
 * ledgement is what has been taken, so it never runs ahead of the line's speed.
 */
static void send_segment(struct tcp_peer *p, uint8_t flags, uint64_t offset, size_t len,
			 int64_t now)
{
	uint8_t frame[TCP_FRAME_MAX], *ip = frame + ETH_LEN, *tcp = ip + IP_LEN;
	size_t head = TCP_LEN;
	uint32_t window = OUR_WINDOW;

	memset(tcp, 0, TCP_LEN);
	put16(tcp + TCP_SPORT, p->port);
	put16(tcp + TCP_DPORT, p->guest_port);
	put32(tcp + TCP_SEQ, flags & F_SYN ? p->iss : p->iss + 1 + (uint32_t)offset);
	put32(tcp + TCP_ACKNO, p->irs + 1 + (uint32_t)p->taken + p->fin_taken);
	if (flags & F_SYN) {
		tcp[head++] = 2; /* maximum segment size (RFC 9293, 3.2) */
		tcp[head++] = 4;
		put16(tcp + head, MSS);
		head += 2;
	}
	if (flags & F_SYN && p->scaling) {
		tcp[head++] = 1;
		tcp[head++] = 3; /* window scale (RFC 7323, 2.2) */
		tcp[head++] = 3;
		tcp[head++] = OUR_SCALE;
	}
	if (p->timestamps) {
		tcp[head++] = 1;
		tcp[head++] = 1;
		tcp[head++] = 8; /* timestamps (RFC 7323, 3.2) */
		tcp[head++] = 10;
		put32(tcp + head, (uint32_t)(now / MS) + 1);
		put32(tcp + head + 4, p->ts_recent);
		head += 8;
	}
	tcp[TCP_OFFSET] = (uint8_t)(head / 4 << 4);
	tcp[TCP_FLAGS] = flags;
	/* A SYN's window is never scaled. */
	if (p->scaling && !(flags & F_SYN))
		window >>= OUR_SCALE;
	put16(tcp + TCP_WINDOW, window > 0xffff ? 0xffff : (uint16_t)window);
	if (len)
		memcpy(tcp + head, p->pattern + offset % NETPEER_PERIOD, len);
	put16(tcp + TCP_SUM, 0);
	memset(ip, 0, IP_LEN);
	put32(ip + IP_SRC, NETPEER_IP);
	put32(ip + IP_DST, p->guest_ip);
	put16(tcp + TCP_SUM, tcp_checksum(ip, tcp, head + len));
	p->config.send(p->config.opaque, frame,
		       ip_finish(frame, p->guest_mac, our_mac, NETPEER_IP, p->guest_ip, IP_TCP,
				 head + len));
}

static void send_ack(struct tcp_peer *p, int64_t now)
{
	send_segment(p, F_ACK, p->nxt, 0, now);
}

static void send_syn_ack(struct tcp_peer *p, int64_t now)
{
	send_segment(p, F_SYN | F_ACK, 0, 0, now);
	p->rto_at = now + p->rto;
}

/* Data at @offset goes out; first time or again. */
static void send_data(struct tcp_peer *p, uint64_t offset, size_t len, int64_t now)
{
	if (offset < p->max)
		p->stats.retransmits++;
	p->stats.frames++;
	if (p->stats.first < 0)
		p->stats.first = now;
	send_segment(p, offset + len == p->total ? F_ACK | F_PSH : F_ACK, offset, len, now);
	if (offset + len > p->max)
		p->max = offset + len;
}

static bool may_send_fin(const struct tcp_peer *p)
{
	return p->nxt == p->total && (p->config.mode == TCP_SOURCE || p->fin_taken);
}

/* Send what window and pace allow, and set the timers for the rest. */
static void output(struct tcp_peer *p, int64_t now)
{
	uint64_t room, left;

	if (p->state != ESTABLISHED)
		return;
	p->probe_at = p->nxt == p->una ? p->probe_at : TCP_NEVER;
	while (p->nxt < p->total) {
		room = p->una + p->window > p->nxt ? p->una + p->window - p->nxt : 0;
		left = p->total - p->nxt;
		if (left > p->payload)
			left = p->payload;
		/* No small segments (RFC 9293, 3.8.6.2.1), unless nothing else would move. */
		if (room < left && p->nxt != p->una)
			break;
		if (!room) {
			if (p->probe_at == TCP_NEVER)
				p->probe_at = now + p->rto;
			break;
		}
		if (p->pace_at != TCP_NEVER && now < p->pace_at)
			break;
		if (room < left)
			left = room;
		send_data(p, p->nxt, left, now);
		p->nxt += left;
		/* Keep the line's rhythm when late; start it anew after a pause. */
		if (p->pace_at != TCP_NEVER && now - p->pace_at < p->config.gap)
			p->pace_at += p->config.gap;
		else
			p->pace_at = now + p->config.gap;
		p->probe_at = TCP_NEVER;
	}
	if (may_send_fin(p)) {
		if (p->nxt < p->max)
			p->stats.retransmits++;
		send_segment(p, F_FIN | F_ACK, p->nxt, 0, now);
		p->max = ++p->nxt;
	}
	if (p->nxt == p->una)
		p->rto_at = TCP_NEVER;
	else if (p->rto_at == TCP_NEVER)
		p->rto_at = now + p->rto;
	/* Waiting for the window, not for the line: let the next segment go at once. */
	if (p->pace_at != TCP_NEVER && now >= p->pace_at)
		p->pace_at = TCP_NEVER;
}

static void close_if_done(struct tcp_peer *p)
{
	if (p->state != ESTABLISHED || !p->fin_taken || p->una != p->total + 1)
		return;
	p->state = CLOSED;
	p->stats.connections++;
	stop_timers(p);
}

struct segment {
	uint32_t seq, ack;
	uint8_t flags;
	uint16_t window;
	const uint8_t *data;
	size_t len;
	/* options */
	uint16_t mss;
	int scale; /* -1: none */
	bool timestamps;
	uint32_t ts;
};

static void parse_options(struct segment *s, const uint8_t *o, size_t len)
{
	s->mss = 536; /* RFC 9293, 3.7.1 */
	s->scale = -1;
	while (len) {
		if (*o == 1) {
			o++;
			len--;
			continue;
		}
		if (*o == 0 || len < 2 || o[1] < 2 || o[1] > len)
			return;
		if (o[0] == 2 && o[1] == 4)
			s->mss = get16(o + 2);
		if (o[0] == 3 && o[1] == 3)
			s->scale = o[2] > 14 ? 14 : o[2];
		if (o[0] == 8 && o[1] == 10) {
			s->timestamps = true;
			s->ts = get32(o + 2);
		}
		len -= o[1];
		o += o[1];
	}
}

static void open_connection(struct tcp_peer *p, const struct segment *s, int64_t now)
{
	stop_timers(p);
	p->state = SYN_RECEIVED;
	/* Nothing random: the next connection starts at the next 256 MiB. */
	p->iss = (uint32_t)(p->stats.connections + 1) << 28;
	p->irs = s->seq;
	p->una = p->nxt = p->max = p->received = p->taken = 0;
	p->fin_received = p->fin_taken = false;
	p->total = p->config.mode == TCP_SOURCE ? p->config.bytes : 0;
	p->window = s->window;
	p->scaling = s->scale >= 0;
	p->guest_scale = p->scaling ? (unsigned int)s->scale : 0;
	p->timestamps = s->timestamps;
	p->ts_recent = s->ts;
	p->payload = s->mss < MSS ? s->mss : MSS;
	if (p->timestamps)
		p->payload -= p->payload > 12 ? 12 : 0;
	if (!p->payload)
		p->payload = 1;
	p->rto = RTO_SYN;
	p->retries = p->duplicates = 0;
	send_syn_ack(p, now);
}

static void take_ack(struct tcp_peer *p, const struct segment *s, int64_t now)
{
	int64_t ahead = (int32_t)(s->ack - (p->iss + 1 + (uint32_t)p->una));
	uint64_t window = (uint64_t)s->window << p->guest_scale, acked;

	if (ahead < 0 || p->una + (uint64_t)ahead > p->max)
		return;
	if (!ahead) {
		bool pure = !s->len && !(s->flags & F_FIN) && window == p->window;

		if (pure && p->nxt > p->una && ++p->duplicates == 3) {
			acked = p->total - p->una;
			if (acked > p->payload)
				acked = p->payload;
			if (acked)
				send_data(p, p->una, acked, now);
		}
		p->window = window;
		return;
	}
	acked = p->una + (uint64_t)ahead;
	p->stats.bytes += (acked > p->total ? p->total : acked) - p->una;
	if (p->una < p->total)
		p->stats.last = now;
	p->una = acked;
	if (p->nxt < acked)
		p->nxt = acked;
	p->window = window;
	p->duplicates = p->retries = 0;
	p->rto = RTO_MIN;
	p->rto_at = TCP_NEVER;
	p->probe_at = TCP_NEVER;
}

/* Everything that has been received is also off the line: acknowledge. */
static void take(struct tcp_peer *p, uint64_t most, int64_t now)
{
	p->taken += p->received - p->taken < most ? p->received - p->taken : most;
	if (p->taken == p->received)
		p->fin_taken = p->fin_received;
	send_ack(p, now);
}

static void take_data(struct tcp_peer *p, const struct segment *s, int64_t now)
{
	int64_t ahead = (int32_t)(s->seq - (p->irs + 1 + (uint32_t)p->received));
	const uint8_t *data = s->data;
	size_t len = s->len;

	if (!len && !(s->flags & F_FIN))
		return;
	if (ahead < 0 && (uint64_t)-ahead <= len) { /* partly known */
		data += -ahead;
		len -= (size_t)-ahead;
		ahead = 0;
	}
	if (ahead || p->fin_received || p->received + len > p->taken + OUR_WINDOW) {
		p->stats.dropped++;
		send_ack(p, now);
		return;
	}
	if (p->config.mode == TCP_SINK && len) {
		if (memcmp(data, p->pattern + p->received % NETPEER_PERIOD, len)) {
			fail(p, "the guest sent something else than the pattern");
			send_segment(p, F_RST | F_ACK, p->nxt, 0, now);
			return;
		}
		p->stats.frames++;
		p->stats.bytes += len;
		if (p->stats.first < 0)
			p->stats.first = now;
		p->stats.last = now;
	}
	p->received += len;
	p->fin_received = s->flags & F_FIN;
	if (!len && !p->fin_received) { /* all of it was known */
		send_ack(p, now);
		return;
	}
	if (p->config.mode == TCP_SOURCE)
		take(p, UINT64_MAX, now);
	else if (p->take_at == TCP_NEVER)
		p->take_at = now + 2 * p->config.gap;
}

static void refuse(struct tcp_peer *p, uint16_t port, uint16_t guest_port, const struct segment *s,
		   const uint8_t *mac, uint32_t ip, int64_t now)
{
	struct tcp_peer other = {.config = p->config, .guest_ip = ip, .guest_port = guest_port};

	if (s->flags & F_RST)
		return;
	memcpy(other.guest_mac, mac, sizeof(other.guest_mac));
	other.port = port;
	/* RFC 9293, 3.10.7.1 */
	other.iss = s->flags & F_ACK ? s->ack - 1 : (uint32_t)-1;
	other.irs = s->seq + (uint32_t)s->len + !!(s->flags & F_SYN) + !!(s->flags & F_FIN) - 1;
	send_segment(&other, s->flags & F_ACK ? F_RST : F_RST | F_ACK, 0, 0, now);
}

static void tcp_segment(struct tcp_peer *p, const struct segment *s, int64_t now)
{
	int64_t ahead = (int32_t)(s->seq - (p->irs + 1 + (uint32_t)p->received));

	if (s->flags & F_RST) {
		if (ahead >= 0 && ahead < OUR_WINDOW && p->state != CLOSED)
			fail(p, "the guest reset the connection");
		return;
	}
	if (s->flags & F_SYN) {
		if (p->state == SYN_RECEIVED && s->seq == p->irs) {
			p->stats.retransmits++;
			send_syn_ack(p, now);
		} else {
			send_ack(p, now); /* RFC 5961, 4.2 */
		}
		return;
	}
	if (!(s->flags & F_ACK))
		return;
	if (p->state == CLOSED) {
		if (s->flags & F_FIN)
			send_ack(p, now);
		return;
	}
	if (s->timestamps && ahead <= 0)
		p->ts_recent = s->ts;
	if (p->state == SYN_RECEIVED && s->ack == p->iss + 1) {
		p->state = ESTABLISHED;
		p->window = (uint64_t)s->window << p->guest_scale;
		p->rto = RTO_MIN;
		p->rto_at = TCP_NEVER;
		p->retries = 0;
	}
	if (p->state != ESTABLISHED)
		return;
	take_ack(p, s, now);
	take_data(p, s, now);
	output(p, now);
	close_if_done(p);
}

static void tcp_packet(struct tcp_peer *p, const uint8_t *frame, const uint8_t *ip, size_t len,
		       int64_t now)
{
	const uint8_t *tcp = ip + IP_LEN;
	struct segment s = {0};
	uint32_t from = get32(ip + IP_SRC);
	uint16_t port, guest_port;
	size_t head;
	bool ours;

	if (len < TCP_LEN || tcp_checksum(ip, tcp, len) ||
	    (head = (size_t)(tcp[TCP_OFFSET] >> 4) * 4) < TCP_LEN || head > len) {
		p->stats.dropped++;
		return;
	}
	s.seq = get32(tcp + TCP_SEQ);
	s.ack = get32(tcp + TCP_ACKNO);
	s.flags = tcp[TCP_FLAGS];
	s.window = get16(tcp + TCP_WINDOW);
	s.data = tcp + head;
	s.len = len - head;
	parse_options(&s, tcp + TCP_LEN, head - TCP_LEN);
	port = get16(tcp + TCP_DPORT);
	guest_port = get16(tcp + TCP_SPORT);
	ours = p->state != LISTEN && from == p->guest_ip && guest_port == p->guest_port;
	if (port == p->port && ours &&
	    !(p->state == CLOSED && (s.flags & (F_SYN | F_ACK)) == F_SYN)) {
		tcp_segment(p, &s, now);
	} else if (port == p->port && (p->state == LISTEN || p->state == CLOSED) &&
		   (s.flags & (F_SYN | F_ACK | F_RST)) == F_SYN) {
		memcpy(p->guest_mac, frame + ETH_SRC, sizeof(p->guest_mac));
		p->guest_ip = from;
		p->guest_port = guest_port;
		open_connection(p, &s, now);
	} else {
		refuse(p, port, guest_port, &s, frame + ETH_SRC, from, now);
	}
}

/* Echo request (RFC 792): the same packet back. */
static void icmp_packet(struct tcp_peer *p, const uint8_t *frame, const uint8_t *ip, size_t len)
{
	uint8_t reply[TCP_FRAME_MAX], *icmp = reply + ETH_LEN + IP_LEN;

	if (len < 8 || ip[IP_LEN] != 8 || sum_finish(sum_add(0, ip + IP_LEN, len)))
		return;
	memcpy(icmp, ip + IP_LEN, len);
	icmp[0] = 0;
	put16(icmp + 2, 0);
	put16(icmp + 2, sum_finish(sum_add(0, icmp, len)));
	p->config.send(p->config.opaque, reply,
		       ip_finish(reply, frame + ETH_SRC, our_mac, NETPEER_IP, get32(ip + IP_SRC),
				 IP_ICMP, len));
}

/* RFC 826: only requests for our own address are answered. */
static void arp_packet(struct tcp_peer *p, const uint8_t *arp, size_t len)
{
	static const uint8_t request[8] = {0, 1, 8, 0, 6, 4, 0, 1};
	uint8_t reply[ETH_MIN] = {0}, *a = reply + ETH_LEN;

	if (len < 28 || memcmp(arp, request, sizeof(request)) || get32(arp + 24) != NETPEER_IP)
		return;
	memcpy(reply + ETH_DST, arp + 8, 6);
	memcpy(reply + ETH_SRC, our_mac, 6);
	put16(reply + ETH_TYPE, ETH_ARP);
	memcpy(a, request, sizeof(request));
	put16(a + 6, 2);
	memcpy(a + 8, our_mac, 6);
	put32(a + 14, NETPEER_IP);
	memcpy(a + 18, arp + 8, 10);
	p->config.send(p->config.opaque, reply, sizeof(reply));
}

void tcp_input(struct tcp_peer *p, const uint8_t *frame, size_t len, int64_t now)
{
	const uint8_t *ip = frame + ETH_LEN;
	size_t total;

	if (len < ETH_LEN || len > TCP_FRAME_MAX)
		return;
	if (get16(frame + ETH_TYPE) == ETH_ARP)
		arp_packet(p, ip, len - ETH_LEN);
	if (get16(frame + ETH_TYPE) != ETH_IP || memcmp(frame + ETH_DST, our_mac, 6))
		return;
	if (!ip_valid(ip, len - ETH_LEN)) {
		p->stats.dropped++;
		return;
	}
	if (get32(ip + IP_DST) != NETPEER_IP)
		return;
	total = get16(ip + IP_TOTAL) - (size_t)IP_LEN;
	if (ip[IP_PROTO] == IP_TCP)
		tcp_packet(p, frame, ip, total, now);
	else if (ip[IP_PROTO] == IP_ICMP)
		icmp_packet(p, frame, ip, total);
}

/* Nothing was acknowledged in time: start again from there, more patiently. */
static void retransmit(struct tcp_peer *p, int64_t now)
{
	p->rto_at = TCP_NEVER;
	if (++p->retries > RETRIES) {
		send_segment(p, F_RST | F_ACK, p->nxt, 0, now);
		fail(p, "the guest stopped answering");
		return;
	}
	p->rto = earlier(2 * p->rto, RTO_MAX);
	p->duplicates = 0;
	if (p->state == SYN_RECEIVED) {
		p->stats.retransmits++;
		send_syn_ack(p, now);
		return;
	}
	p->nxt = p->una;
	p->pace_at = TCP_NEVER;
}

void tcp_timer(struct tcp_peer *p, int64_t now)
{
	if (now >= p->rto_at)
		retransmit(p, now);
	if (now >= p->probe_at) {
		/* One byte beyond the window (RFC 9293, 3.8.6.1); kept up for ever. */
		p->rto = earlier(2 * p->rto, RTO_MAX);
		p->probe_at = now + p->rto;
		send_data(p, p->una, 1, now);
	}
	if (now >= p->take_at) {
		p->take_at += 2 * p->config.gap;
		take(p, 2 * p->payload, now);
		if (p->taken == p->received)
			p->take_at = TCP_NEVER;
	}
	output(p, now);
	close_if_done(p);
}
