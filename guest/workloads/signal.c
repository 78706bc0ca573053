/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signal.c - delivery of a signal to a handler, and the return from it. */
#include <signal.h>
#include <unistd.h>
#include <runner.h>

static volatile sig_atomic_t wrong;
static volatile uint64_t delivered;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	if (sig != SIGUSR1 || info->si_code != SI_USER || info->si_pid != getpid())
		wrong = 1;
	delivered++;
}

static void prepare(struct run *run)
{
	struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};

	(void)run;
	if (sigaction(SIGUSR1, &sa, NULL))
		fail_errno("sigaction");
}

static void work(struct run *run, uint64_t ops)
{
	const int self = getpid();

	delivered = 0;
	for (uint64_t i = 0; i < ops; i++)
		if (kill(self, SIGUSR1))
			fail_errno("kill");
	if (wrong)
		fail("a signal came with wrong information");
	digest_u64(&run->check, delivered);
}

WORKLOAD = {
	.name = "signal",
	.unit = "signal",
	.what = "kill() of itself, the handler run (it calls getpid) and the return from it",
	.full_ops = 80000,
	.quick_ops = 5000,
	.warmup_ops = 100,
	.initrd = "base",
	.peer = "none",
	.host = true,
	.prepare = prepare,
	.work = work,
};
