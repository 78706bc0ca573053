// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * traps.c - exceptions and signals arrive where and as they must: a breakpoint, a
 * division, a write to address @place, a signal of one's own with a value.
 */
#include <errno.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include "checker.h"

static volatile uint64_t seen_address;
static volatile int seen_signal, seen_value;

static void handler(int number, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	greg_t *rip = &uc->uc_mcontext.gregs[REG_RIP];

	seen_signal = number;
	seen_address = (uint64_t)info->si_addr;
	seen_value = info->si_value.sival_int;
	/* Behind the instruction that is at fault; int3 is behind itself. */
	if (number == SIGSEGV)
		*rip += 3; /* mov %rax,(%rcx) */
	else if (number == SIGFPE)
		*rip += 2; /* div %ecx */
}

static void expect(const char *what, int number)
{
	if (seen_signal != number)
		wrong("%s: signal %d", what, seen_signal);
	seen_signal = 0;
}

static void once(uint64_t round)
{
	struct sigaction act = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
	const uint64_t place = 0x10 + (round & 0xff) * 8;

	if (!round) {
		static const int signals[] = {SIGSEGV, SIGTRAP, SIGFPE, SIGUSR1};

		for (unsigned int i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
			sigaction(signals[i], &act, NULL);
	}
	__asm__ volatile("int3" ::: "memory");
	expect("int3", SIGTRAP);
	__asm__ volatile("mov %%rax, (%%rcx)" ::"c"(place) : "memory");
	expect("a write", SIGSEGV);
	if (seen_address != place)
		wrong("a write to %#llx was one to %#llx", (unsigned long long)place,
		      (unsigned long long)seen_address);
	__asm__ volatile("xor %%edx, %%edx; xor %%ecx, %%ecx; div %%ecx" ::"a"(1)
			 : "rcx", "rdx", "memory");
	expect("a division by zero", SIGFPE);
	if (sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = (int)round}))
		wrong("sigqueue: errno %d", errno);
	expect("sigqueue", SIGUSR1);
	if (seen_value != (int)round)
		wrong("a signal's value is %d", seen_value);
}

static const struct checker traps = {"traps", once};
CHECKER(traps);
