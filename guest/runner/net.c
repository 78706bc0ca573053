/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net.c - the guest's side of the network: one Ethernet interface and its link. */
#include "net.h"
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <wedgeperf/netpeer.h>
#include "runner.h"

#define NETMASK	  0xffffff00u
#define LINK_WAIT 5000 /* ms */
/* The first frames after link-up may be lost: let the NIC come to rest. */
#define LINK_REST 300 /* ms */

static void sleep_ms(long ms)
{
	const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

struct sockaddr_in net_address(uint32_t ip, uint16_t port)
{
	const struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(ip),
	};

	return in;
}

static void set_address(int fd, struct ifreq *ifr, unsigned long request, uint32_t ip)
{
	const struct sockaddr_in in = net_address(ip, 0);

	memcpy(&ifr->ifr_addr, &in, sizeof(in));
	if (ioctl(fd, request, ifr))
		fail_errno("%s: cannot be given an address (has the machine an e1000?)",
			   ifr->ifr_name);
}

static void set_up(int fd, struct ifreq *ifr)
{
	ifr->ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, ifr))
		fail_errno("%s: cannot be brought up", ifr->ifr_name);
}

/*
 * A kernel's first connect() fills a table of 256 KiB with random numbers (Linux,
 * inet_hash_connect), 6 million instructions that are no part of any stream: let a
 * connection to ourselves, which is refused, pay for it.
 */
static void first_connect(void)
{
	const struct sockaddr_in to = net_address(INADDR_LOOPBACK, 9);
	struct ifreq ifr = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		fail_errno("socket");
	set_up(fd, &ifr);
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0 || errno != ECONNREFUSED)
		fail_errno("connecting to ourselves");
	close(fd);
}

void net_configure(const char *interface, uint32_t ip)
{
	struct ifreq ifr = {.ifr_ifindex = 0};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int waited = 0;

	if (fd < 0)
		fail_errno("socket");
	strncpy(ifr.ifr_name, interface, sizeof(ifr.ifr_name) - 1);
	set_address(fd, &ifr, SIOCSIFADDR, ip);
	set_address(fd, &ifr, SIOCSIFNETMASK, NETMASK);
	set_up(fd, &ifr);
	for (;;) {
		if (ioctl(fd, SIOCGIFFLAGS, &ifr))
			fail_errno("%s", interface);
		if (ifr.ifr_flags & IFF_RUNNING)
			break;
		if (waited++ * 10 > LINK_WAIT)
			fail("%s: no link after %d ms", interface, LINK_WAIT);
		sleep_ms(10);
	}
	sleep_ms(LINK_REST);
	close(fd);
}

void net_up(const struct run *run, bool receive)
{
	first_connect();
	net_configure("eth0", NETPEER_GUEST_IP);
	if (run->loop)
		loop_start(receive, run->ops);
}

int net_connect(uint16_t port, int buffer)
{
	const struct sockaddr_in to = net_address(NETPEER_IP, port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		fail_errno("socket");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer)))
		fail_errno("setsockopt");
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)))
		fail_errno("connecting to the peer's port %u", port);
	return fd;
}
