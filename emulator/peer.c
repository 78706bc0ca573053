// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * peer.c - peer.so, a QEMU TCG plugin: the guest's TCP peer in virtual time.
 *
 *	-plugin peer.so,mode=source|sink,out=<file>[,bytes=<n>][,gap=<ns>]
 *	-netdev hubport,id=h0,hubid=0 -device e1000,netdev=h0,romfile=
 *
 * It lives inside QEMU and is driven by QEMU's virtual clock, so it takes none
 * of the guest's time and does the same in every run.  tcp.c is the protocol,
 * qemu-net.c the way into QEMU.
 */
#include <inttypes.h>
#include <string.h>
#include <wedgeperf/netpeer.h>
#include "internals.h"
#include "output.h"
#include "qemu-net.h"
#include "qemu-plugin.h"
#include "tcp.h"
#include "timed.h"
#include "wp.h"

int qemu_plugin_version = PLUGIN_API_VERSION;

static const char *out_path;
static struct tcp_peer *peer;
static bool heard_guest;

/* Frames to send and the timer are settled after each step, not within it. */
static void transmit(void *opaque, const uint8_t *frame, size_t len)
{
	(void)opaque;
	qemu_net_send(frame, len);
}

static void on_frame(const uint8_t *frame, size_t len, int64_t now)
{
	heard_guest = true;
	tcp_input(peer, frame, len, now);
	qemu_net_deadline(tcp_deadline(peer));
}

static void on_timer(int64_t now)
{
	tcp_timer(peer, now);
	qemu_net_deadline(tcp_deadline(peer));
}

static const char *outcome(const struct tcp_stats *s)
{
	if (s->failure)
		return s->failure;
	if (s->connections)
		return NULL;
	return heard_guest ? "no connection was closed by both sides" : "the guest sent no frame";
}

static void at_exit(qemu_plugin_id_t id, void *userdata)
{
	const struct tcp_stats *s = tcp_stats(peer);
	const char *why = outcome(s);
	struct wp_buf b = {0};

	(void)id;
	(void)userdata;
	qemu_net_finish();
	wp_buf_printf(&b, "wedgeperf-peer 1\nstate %s\n", why ? "failed" : "ok");
	if (why)
		wp_buf_printf(&b, "reason %s\n", why);
	wp_buf_printf(&b, "bytes %" PRIu64 "\nfirst_ns %" PRId64 "\nlast_ns %" PRId64 "\n",
		      s->bytes, s->first, s->last);
	wp_buf_printf(&b, "retransmits %" PRIu64 "\nframes %" PRIu64 "\n", s->retransmits,
		      s->frames);
	wp_buf_printf(&b, "dropped %" PRIu64 "\nconnections %" PRIu64 "\nend\n", s->dropped,
		      s->connections);
	output_write(out_path, &b);
	wp_buf_free(&b);
}

static void option(struct tcp_config *config, const char *arg)
{
	bool source = !strcmp(arg, "mode=source");

	if (!strncmp(arg, "out=", 4))
		out_path = wp_strdup(arg + 4);
	else if (!strncmp(arg, "bytes=", 6))
		config->bytes = timed_number(arg, 1, UINT64_MAX / 2);
	else if (!strncmp(arg, "gap=", 4))
		config->gap = (int64_t)timed_number(arg, 1, 1000000000);
	else if (source || !strcmp(arg, "mode=sink"))
		config->mode = source ? TCP_SOURCE : TCP_SINK;
	else
		wp_die(WP_USAGE, "%s: unknown argument (mode=source|sink, bytes=, gap=, out=)",
		       arg);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *qemu_info, int argc, char **argv)
{
	static const struct qemu_net_ops ops = {on_frame, on_timer};
	struct tcp_config config = {.gap = NETPEER_DEFAULT_GAP_NS, .send = transmit};

	wp_program = "peer.so";
	for (int i = 0; i < argc; i++)
		option(&config, argv[i]);
	if (!config.mode || !out_path)
		wp_die(WP_USAGE, "mode=source|sink and out=<file> are needed");
	if (config.mode == TCP_SOURCE && !config.bytes)
		wp_die(WP_USAGE, "a source needs bytes=<number>");
	if (!qemu_info->system_emulation)
		internals_misfit("it is not a system emulator");
	output_check(out_path);
	peer = tcp_new(&config);
	qemu_net_start(&ops);
	qemu_plugin_register_vcpu_init_cb(id, timed_on_vcpu);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
