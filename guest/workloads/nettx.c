/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nettx.c - TCP send, as netperf's stream test in the papers: writes of 32 KiB
 * to a socket with 256 KiB of buffer.  The peer checks the pattern, and closes
 * the connection when it has all: until then the op is not done.
 */
#include <sys/socket.h>
#include <unistd.h>
#include <wedgeperf/netpeer.h>
#include <runner.h>

#define CHUNK 32768

static unsigned char pattern[NETPEER_PERIOD + CHUNK];

static void prepare(struct run *run)
{
	netpeer_fill(pattern, 0, sizeof(pattern));
	net_up(run, false);
}

static void work(struct run *run, uint64_t ops)
{
	int fd = net_connect(NETPEER_SINK_PORT, 128 * 1024);
	char more;
	ssize_t n;

	while (run->bytes < ops) {
		const uint64_t left = ops - run->bytes;

		n = write(fd, pattern + run->bytes % NETPEER_PERIOD, left < CHUNK ? left : CHUNK);
		if (n < 0)
			fail_errno("sending after %llu bytes", (unsigned long long)run->bytes);
		run->bytes += (uint64_t)n;
	}
	if (shutdown(fd, SHUT_WR))
		fail_errno("shutdown");
	n = read(fd, &more, 1);
	if (n)
		fail("the peer did not close the connection after %llu bytes",
		     (unsigned long long)ops);
	close(fd);
	digest_u64(&run->check, run->bytes);
}

WORKLOAD = {
	.name = "nettx",
	.unit = "byte",
	.what = "one byte sent by TCP to the peer, until it has all and closes",
	.full_ops = 128 << 20,
	.quick_ops = 8 << 20,
	.warmup_ops = 0,
	.initrd = "base",
	.peer = "sink",
	.prepare = prepare,
	.work = work,
};
