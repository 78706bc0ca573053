/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mix.c - all stressors at once, in processes of their own. */
#include <string.h>
#include <unistd.h>
#include "stress.h"

#define BYTES_PER_ROUND (16u << 20)

static void part(const struct workload *w, const struct run *run, uint64_t rounds, int fd)
{
	struct run own = {.ops = rounds * w->quick_ops, .guest = run->guest};

	digest_init(&own.check);
	if (w->prepare)
		w->prepare(&own);
	digest_init(&own.check);
	w->work(&own, own.ops);
	write_all(fd, &own.check.state, sizeof(own.check.state));
	_exit(0);
}

void mix_start(struct mix *mix, const struct run *run, uint64_t rounds)
{
	size_t n;
	const struct workload *const *all = workload_list(&n);

	mix->n = 0;
	for (size_t i = 0; i < n; i++) {
		int pipe_of[2];

		if (!all[i]->host || !strcmp(all[i]->name, "mix"))
			continue;
		if (mix->n == MIX_MAX)
			fail("more than %d stressors: raise MIX_MAX in stress.h", MIX_MAX);
		if (pipe(pipe_of))
			fail_errno("pipe");
		mix->part[mix->n].name = all[i]->name;
		mix->part[mix->n].fd = pipe_of[0];
		mix->part[mix->n].pid = fork_or_fail();
		if (!mix->part[mix->n].pid) {
			close(pipe_of[0]);
			part(all[i], run, rounds, pipe_of[1]);
		}
		close(pipe_of[1]);
		mix->n++;
	}
}

void mix_wait(struct mix *mix, struct run *run)
{
	for (size_t i = 0; i < mix->n; i++) {
		uint64_t state;
		int status;

		read_all(mix->part[i].fd, &state, sizeof(state));
		close(mix->part[i].fd);
		status = wait_for(mix->part[i].pid);
		if (status)
			fail("%s ended with status %x", mix->part[i].name, (unsigned int)status);
		digest_u64(&run->check, state);
	}
}

static void prepare(struct run *run)
{
	guest_set(run, "/proc/sys/kernel/printk", "1"); /* who dies on purpose is no news */
}

static void work(struct run *run, uint64_t ops)
{
	struct mix mix;

	mix_start(&mix, run, ops);
	mix_wait(&mix, run);
}

void mix_beside_prepare(struct run *run, const char *name)
{
	prepare(run);
	workload_find(name)->prepare(run);
}

void mix_beside_work(struct run *run, uint64_t bytes, const char *name)
{
	struct mix mix;

	mix_start(&mix, run, (bytes + BYTES_PER_ROUND - 1) / BYTES_PER_ROUND);
	workload_find(name)->work(run, bytes);
	mix_wait(&mix, run);
}

WORKLOAD = {
	.name = "mix",
	.unit = "round",
	.what = "the quick ops of every stressor that needs no peer, all at once",
	.full_ops = 8,
	.quick_ops = 1,
	.initrd = "stress",
	.peer = "none",
	.host = true,
	.prepare = prepare,
	.work = work,
};
