/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netrx.c - TCP receive, as netperf's stream test in the papers: reads of 32 KiB
 * from a socket with 256 KiB of buffer.  The peer sends a known pattern and then
 * closes the connection.  One byte in 509 (a prime) is compared: comparing all
 * would cost more than receiving them.
 */
#include <unistd.h>
#include <wedgeperf/netpeer.h>
#include <runner.h>

#define CHUNK  32768
#define STRIDE 509

static unsigned char chunk[CHUNK];

static void prepare(struct run *run)
{
	net_up(run, true);
}

static void work(struct run *run, uint64_t ops)
{
	int fd = net_connect(NETPEER_SOURCE_PORT, 128 * 1024);
	uint64_t next = 0; /* offset of the next byte to compare */
	uint64_t sum = 0;
	ssize_t n;

	while ((n = read(fd, chunk, CHUNK)) > 0) {
		for (; next < run->bytes + (uint64_t)n; next += STRIDE) {
			unsigned char byte = chunk[next - run->bytes];

			if (byte != netpeer_byte(next))
				fail("byte %llu of the stream is 0x%02x, not 0x%02x",
				     (unsigned long long)next, byte, netpeer_byte(next));
			sum += byte;
		}
		run->bytes += (uint64_t)n;
	}
	if (n < 0)
		fail_errno("receiving after %llu bytes", (unsigned long long)run->bytes);
	if (run->bytes != ops)
		fail("%llu bytes came, %llu were asked for", (unsigned long long)run->bytes,
		     (unsigned long long)ops);
	close(fd);
	digest_u64(&run->check, run->bytes);
	digest_u64(&run->check, sum);
}

WORKLOAD = {
	.name = "netrx",
	.unit = "byte",
	.what = "one byte received by TCP from the peer, connecting and closing included",
	.full_ops = 1ull << 30,
	.quick_ops = 16 << 20,
	.warmup_ops = 0,
	.initrd = "base",
	.peer = "source",
	.prepare = prepare,
	.work = work,
};
