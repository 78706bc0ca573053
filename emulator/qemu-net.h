/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qemu-net.h - a network client and a timer inside QEMU, for a plugin.
 *
 * The one place that relies on the layout of a structure of QEMU's: the first
 * six fields of NetClientInfo (include/net/net.h of 7.2).  Timers and clients
 * are opaque memory, larger than QEMU needs.  So it proves itself, with real
 * frames and at a real deadline, before the guest can have sent anything, and
 * ends QEMU with a message and exit code 3 if something is not as expected.
 */
#ifndef WEDGEPERF_QEMU_NET_H
#define WEDGEPERF_QEMU_NET_H

#include <stddef.h>
#include <stdint.h>

struct qemu_net_ops {
	void (*frame)(const uint8_t *frame, size_t len, int64_t now);
	void (*timer)(int64_t now);
};

/* Join hub 0.  Call once, from qemu_plugin_install(). */
void qemu_net_start(const struct qemu_net_ops *ops);

/* Send a frame to the hub. */
void qemu_net_send(const uint8_t *frame, size_t len);

/* Call ops->timer at this virtual time (ns), INT64_MAX: never. */
void qemu_net_deadline(int64_t when);

/* At the end: did the self-test take place?  Ends QEMU if it did not. */
void qemu_net_finish(void);

#endif
