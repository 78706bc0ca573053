/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * signals.c - queued signals with values between processes, in order and without
 * loss; interval timers that interrupt them at any instruction; children that die of
 * signals.
 */
#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "stress.h"

#define PARTNERS 4
#define MESSAGES 40

static volatile sig_atomic_t alarms;

static void alarmed(int sig)
{
	(void)sig;
	alarms++;
}

/* Return each value, changed, to whom it came from. */
static _Noreturn void partner(const sigset_t *set)
{
	siginfo_t info;

	for (unsigned int i = 0; i < MESSAGES;) {
		union sigval value;

		if (sigwaitinfo(set, &info) < 0) {
			if (errno == EINTR)
				continue;
			fail_errno("signals: sigwaitinfo");
		}
		value.sival_int = info.si_value.sival_int * 3 + 1;
		if (sigqueue(info.si_pid, SIGRTMIN, value))
			fail_errno("signals: sigqueue");
		i++;
	}
	_exit(0);
}

static int converse(const int *pid, const sigset_t *set, uint64_t seed)
{
	siginfo_t info;
	int sum = 0;

	for (unsigned int i = 0; i < MESSAGES; i++) {
		for (unsigned int p = 0; p < PARTNERS; p++) {
			const union sigval value = {
				.sival_int = (int)((seed + i * PARTNERS + p) & 0xfffff)};

			if (sigqueue(pid[p], SIGRTMIN, value))
				fail_errno("signals: sigqueue");
			while (sigwaitinfo(set, &info) < 0)
				if (errno != EINTR)
					fail_errno("signals: sigwaitinfo");
			if (info.si_pid != pid[p] ||
			    info.si_value.sival_int != value.sival_int * 3 + 1)
				fail("signals: %d came from %d, not from %d",
				     info.si_value.sival_int, info.si_pid, pid[p]);
			sum += info.si_value.sival_int & 0xff;
		}
	}
	return sum;
}

static void die_of(int sig)
{
	int pid = fork_or_fail(), status;

	if (!pid) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		signal(sig, SIG_DFL);
		raise(sig);
		_exit(1);
	}
	status = wait_for(pid);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != sig)
		fail("signals: status %x of who should have died of signal %d",
		     (unsigned int)status, sig);
}

static void work(struct run *run, uint64_t ops)
{
	static const int deadly[] = {SIGTERM, SIGKILL, SIGUSR1, SIGABRT, SIGALRM};
	const struct itimerval often = {{0, 700}, {0, 700}}, never = {{0, 0}, {0, 0}};
	struct sigaction act = {.sa_handler = alarmed};
	int pid[PARTNERS];
	sigset_t set;

	sigaction(SIGALRM, &act, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (uint64_t i = 0; i < ops; i++) {
		for (unsigned int p = 0; p < PARTNERS; p++) {
			pid[p] = fork_or_fail();
			if (!pid[p])
				partner(&set);
		}
		if (setitimer(ITIMER_REAL, &often, NULL))
			fail_errno("signals: setitimer");
		digest_u64(&run->check, (uint64_t)converse(pid, &set, i * 1000));
		if (setitimer(ITIMER_REAL, &never, NULL))
			fail_errno("signals: setitimer");
		for (unsigned int p = 0; p < PARTNERS; p++)
			digest_u64(&run->check, (uint64_t)wait_for(pid[p]));
		die_of(deadly[i % (sizeof(deadly) / sizeof(deadly[0]))]);
	}
	if (!alarms)
		fail("signals: the interval timer never fired");
}

WORKLOAD = {
	.name = "signals",
	.unit = "talk",
	.what = "160 queued signals with values there and back, under an interval timer; a death",
	.full_ops = 200,
	.quick_ops = 8,
	.initrd = "stress",
	.peer = "none",
	.host = true,
	.work = work,
};
