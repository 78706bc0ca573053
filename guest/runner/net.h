/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net.h - what the runner's network files share; IP addresses in host byte order. */
#ifndef WEDGEPERF_NET_H
#define WEDGEPERF_NET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct sockaddr_in net_address(uint32_t ip, uint16_t port);

/* Give @interface its address, bring it up, wait for its link. */
void net_configure(const char *interface, uint32_t ip);

/*
 * Start the peer inside the guest (loop.c) that will serve one connection: sending
 * @bytes, or taking what comes.  Returns when it listens.
 */
void loop_start(bool source, uint64_t bytes);

#endif
