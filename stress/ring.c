/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ring.c - many processes, each connected to the next by a socket, pass blocks of data round;
 * each changes a block and the last compares the outcome.
 */
#include <sys/socket.h>
#include <unistd.h>
#include "stress.h"

#define MEMBERS 32
#define LAPS	10
#define BLOCK	1024

static void change(unsigned char *block)
{
	for (unsigned int i = 0; i < BLOCK; i++)
		block[i] = (unsigned char)(block[i] * 5 + 1);
}

static _Noreturn void member(int in, int out)
{
	unsigned char block[BLOCK];

	for (unsigned int l = 0; l < LAPS; l++) {
		read_all(in, block, BLOCK);
		change(block);
		write_all(out, block, BLOCK);
	}
	_exit(0);
}

static void one_ring(struct run *run, uint64_t seed)
{
	unsigned char block[BLOCK], want[BLOCK];
	int pid[MEMBERS], first[2], in, out, next[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, first))
		fail_errno("ring: socketpair");
	out = first[0];
	in = first[1];
	for (unsigned int m = 0; m < MEMBERS; m++) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, next))
			fail_errno("ring: socketpair");
		pid[m] = fork_or_fail();
		if (!pid[m]) {
			close(out);
			close(next[1]);
			member(in, next[0]);
		}
		close(in);
		close(next[0]);
		in = next[1];
	}
	for (unsigned int l = 0; l < LAPS; l++) {
		for (unsigned int i = 0; i < BLOCK; i++)
			want[i] = block[i] = (unsigned char)(seed + l + i);
		write_all(out, block, BLOCK);
		read_all(in, block, BLOCK);
		for (unsigned int m = 0; m < MEMBERS; m++)
			change(want);
		for (unsigned int i = 0; i < BLOCK; i++)
			if (block[i] != want[i])
				fail("ring: byte %u is %x, not %x", i, block[i], want[i]);
		digest_bytes(&run->check, block, 64);
	}
	close(in);
	close(out);
	for (unsigned int m = 0; m < MEMBERS; m++)
		digest_u64(&run->check, (uint64_t)wait_for(pid[m]));
}

static void work(struct run *run, uint64_t ops)
{
	for (uint64_t i = 0; i < ops; i++)
		one_ring(run, i * 77);
}

WORKLOAD = {
	.name = "ring",
	.unit = "ring",
	.what = "10 blocks of 1 KiB passed round 32 processes by sockets, and their deaths",
	.full_ops = 100,
	.quick_ops = 3,
	.initrd = "stress",
	.peer = "none",
	.host = true,
	.work = work,
};
