/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loop.c - a network peer inside the guest, for an emulator that offers none.
 *
 * The machine has a second NIC on the same hub.  A child process takes it into a
 * network namespace of its own, so that frames really cross both NICs, and serves
 * one connection as include/wedgeperf/netpeer.h says.  Its work is done by the
 * same CPU: a result is that of sender plus receiver.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wedgeperf/netpeer.h>
#include "net.h"
#include "runner.h"

#define CHUNK 32768

static unsigned char pattern[NETPEER_PERIOD + CHUNK];

static int listening(uint16_t port)
{
	const struct sockaddr_in at = net_address(INADDR_ANY, port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) || listen(fd, 1))
		fail_errno("peer: listening on port %u", port);
	return fd;
}

static void send_pattern(int fd, uint64_t bytes)
{
	for (uint64_t at = 0; at < bytes;) {
		const uint64_t left = bytes - at;
		const size_t len = left < CHUNK ? left : CHUNK;

		write_all(fd, pattern + at % NETPEER_PERIOD, len);
		at += len;
	}
}

static void take_pattern(int fd)
{
	static unsigned char chunk[CHUNK];
	uint64_t at = 0;
	ssize_t n;

	while ((n = read(fd, chunk, CHUNK)) > 0) {
		if (memcmp(chunk, pattern + at % NETPEER_PERIOD, (size_t)n) != 0)
			fail("peer: wrong bytes after %llu", (unsigned long long)at);
		at += (uint64_t)n;
	}
	if (n < 0)
		fail_errno("peer: receiving");
}

static _Noreturn void serve(int ready, int go, bool source, uint64_t bytes)
{
	int fd;
	char c = 0;

	if (unshare(CLONE_NEWNET))
		fail_errno("peer: a network namespace");
	write_all(ready, &c, 1);
	read_all(go, &c, 1);
	net_configure("eth1", NETPEER_IP);
	netpeer_fill(pattern, 0, sizeof(pattern));
	fd = listening(source ? NETPEER_SOURCE_PORT : NETPEER_SINK_PORT);
	write_all(ready, &c, 1);
	fd = accept(fd, NULL, NULL);
	if (fd < 0)
		fail_errno("peer: accept");
	if (source)
		send_pattern(fd, bytes);
	else
		take_pattern(fd);
	close(fd);
	_exit(0);
}

/* rtnetlink(7): set one attribute of interface @name, its network namespace. */
static void give_interface(const char *name, int pid)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg link;
		struct rtattr attr;
		uint32_t pid;
	} ask = {
		.head = {.nlmsg_len = sizeof(ask),
			 .nlmsg_type = RTM_NEWLINK,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
		.link = {.ifi_family = AF_UNSPEC, .ifi_index = (int)if_nametoindex(name)},
		.attr = {.rta_len = RTA_LENGTH(sizeof(uint32_t)), .rta_type = IFLA_NET_NS_PID},
		.pid = (uint32_t)pid,
	};
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[256];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || send(fd, &ask, sizeof(ask), 0) != sizeof(ask) ||
	    recv(fd, &answer, sizeof(answer), 0) < (ssize_t)NLMSG_LENGTH(sizeof(answer.error)))
		fail_errno("rtnetlink");
	if (answer.head.nlmsg_type != NLMSG_ERROR || answer.error.error) {
		errno = -answer.error.error;
		fail_errno("%s: giving it to the peer (has the machine a second NIC?)", name);
	}
	close(fd);
}

void loop_start(bool source, uint64_t bytes)
{
	int ready[2], go[2], pid;
	char c = 0;

	if (pipe(ready) || pipe(go))
		fail_errno("pipe");
	pid = fork();
	if (pid < 0)
		fail_errno("fork");
	if (pid == 0) {
		close(ready[0]);
		close(go[1]);
		serve(ready[1], go[0], source, bytes);
	}
	close(ready[1]);
	close(go[0]);
	read_all(ready[0], &c, 1);
	give_interface("eth1", pid);
	write_all(go[1], &c, 1);
	read_all(ready[0], &c, 1);
	close(ready[0]);
	close(go[1]);
}
