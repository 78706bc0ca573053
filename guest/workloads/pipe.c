/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipe.c - two processes that wake each other: context switches. */
#include <unistd.h>
#include <runner.h>

static int to_child[2], from_child[2], child;

/* Sends every byte back, plus one, until the pipe is closed. */
static _Noreturn void echo(void)
{
	unsigned char byte;

	close(to_child[1]);
	close(from_child[0]);
	while (read(to_child[0], &byte, 1) == 1) {
		byte++;
		write_all(from_child[1], &byte, 1);
	}
	_exit(0);
}

static void prepare(struct run *run)
{
	(void)run;
	if (pipe(to_child) || pipe(from_child))
		fail_errno("pipe");
	child = fork();
	if (child < 0)
		fail_errno("fork");
	if (child == 0)
		echo();
	close(to_child[0]);
	close(from_child[1]);
}

static void work(struct run *run, uint64_t ops)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < ops; i++) {
		unsigned char byte = (unsigned char)i;

		write_all(to_child[1], &byte, 1);
		read_all(from_child[0], &byte, 1);
		sum += byte;
	}
	digest_u64(&run->check, sum);
}

static void finish(struct run *run)
{
	close(to_child[1]);
	digest_u64(&run->check, (uint64_t)wait_for(child));
}

WORKLOAD = {
	.name = "pipe",
	.unit = "trip",
	.what = "one byte to another process and one back, through two pipes",
	.full_ops = 30000,
	.quick_ops = 2000,
	.warmup_ops = 100,
	.initrd = "base",
	.peer = "none",
	.host = true,
	.prepare = prepare,
	.work = work,
	.finish = finish,
};
