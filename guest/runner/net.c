/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net.c - the guest's side of the network: one Ethernet interface and its link. */
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <wedgeperf/netpeer.h>
#include "runner.h"

#define INTERFACE "eth0"
#define NETMASK	  0xffffff00u
#define LINK_WAIT 5000 /* ms */
/* The first frames after link-up may be lost: let the NIC come to rest. */
#define LINK_REST 300 /* ms */

static void sleep_ms(long ms)
{
	const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static struct sockaddr_in address(uint32_t ip, uint16_t port)
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
	const struct sockaddr_in in = address(ip, 0);

	memcpy(&ifr->ifr_addr, &in, sizeof(in));
	if (ioctl(fd, request, ifr))
		fail_errno("%s: address 0x%08x", INTERFACE, ip);
}

void net_up(void)
{
	struct ifreq ifr = {.ifr_name = INTERFACE};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int waited = 0;

	if (fd < 0)
		fail_errno("socket");
	set_address(fd, &ifr, SIOCSIFADDR, NETPEER_GUEST_IP);
	set_address(fd, &ifr, SIOCSIFNETMASK, NETMASK);
	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr))
		fail_errno("%s: cannot be brought up (has the machine an e1000?)", INTERFACE);
	for (;;) {
		if (ioctl(fd, SIOCGIFFLAGS, &ifr))
			fail_errno("%s", INTERFACE);
		if (ifr.ifr_flags & IFF_RUNNING)
			break;
		if (waited++ * 10 > LINK_WAIT)
			fail("%s: no link after %d ms", INTERFACE, LINK_WAIT);
		sleep_ms(10);
	}
	sleep_ms(LINK_REST);
	close(fd);
}

int net_connect(uint16_t port, int buffer)
{
	const struct sockaddr_in to = address(NETPEER_IP, port);
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
