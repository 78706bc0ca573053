/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tcp.h - the guest's TCP peer as a pure state machine: frames and time in,
 * frames and a deadline out.  It knows nothing of QEMU.
 *
 * All times are nanoseconds of one clock that never runs backwards.
 */
#ifndef WEDGEPERF_TCP_H
#define WEDGEPERF_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TCP_FRAME_MAX 1514 /* Ethernet header and 1500 bytes */
#define TCP_NEVER     INT64_MAX

enum tcp_mode {
	TCP_SOURCE = 1, /* sends the pattern to whoever connects to port 5001 */
	TCP_SINK	/* takes the pattern from whoever connects to port 5002 */
};

struct tcp_config {
	enum tcp_mode mode;
	uint64_t bytes; /* what a source sends per connection */
	/*
	 * The line's speed: time of one full frame, 1 to 10^9 ns.  A source sends
	 * one frame per gap.  A sink takes one per gap, and acknowledges every two.
	 */
	int64_t gap;
	/* Called with every frame to send; it must not call back into here. */
	void (*send)(void *opaque, const uint8_t *frame, size_t len);
	void *opaque;
};

struct tcp_stats {
	uint64_t bytes;	      /* payload: acknowledged by the guest, or taken from it */
	uint64_t retransmits; /* frames sent again */
	uint64_t frames;      /* frames with payload, sent or taken */
	uint64_t dropped;     /* frames to us that were damaged or out of order */
	uint64_t connections; /* closed in order, by both sides */
	int64_t first, last;  /* time of the first and the last payload; -1: none */
	const char *failure;  /* what went wrong first; NULL: nothing */
};

struct tcp_peer;

struct tcp_peer *tcp_new(const struct tcp_config *config);
void tcp_free(struct tcp_peer *p);

/* A frame has come in. */
void tcp_input(struct tcp_peer *p, const uint8_t *frame, size_t len, int64_t now);

/* When tcp_timer() wants to be called next; TCP_NEVER: not until a frame comes. */
int64_t tcp_deadline(const struct tcp_peer *p);
void tcp_timer(struct tcp_peer *p, int64_t now);

/* Valid until the next call. */
const struct tcp_stats *tcp_stats(const struct tcp_peer *p);

#endif
