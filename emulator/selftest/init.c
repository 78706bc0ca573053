// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * init.c - the only process of a Linux guest that tests count.so: phases of
 * different kinds, each between START and END markers, and the TSC's difference
 * around each on the console, "t <phase> <ticks>".
 *
 * What is counted is two instructions more than the TSC shows: the marker that
 * starts it and the first rdtsc, which has counted itself when it answers.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wedgeperf/marker.h>

#define PAGE 4096

/* After the last snapshot, so that the test can cut QEMU's log there. */
#define MARK_LAST 4

static char from[100000], to[100000];

static inline uint64_t tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
}

static void nothing(void)
{
}

static void loop(void)
{
	for (volatile int i = 0; i < 100000; i++)
		;
}

static void system_calls(void)
{
	for (int i = 0; i < 1000; i++)
		syscall(SYS_getppid);
}

static char *map(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void page_faults(void)
{
	char *p = map(400 * PAGE);

	for (int i = 0; i < 400; i++)
		p[i * PAGE] = 1;
	munmap(p, 400 * PAGE);
}

static void rep_movs(void)
{
	void *d = to, *s = from;
	size_t n = sizeof(to);

	__asm__ volatile("rep movsb" : "+D"(d), "+S"(s), "+c"(n)::"memory");
}

static void rep_stos_faults(void)
{
	void *d = map(100 * PAGE);
	size_t n = 100 * PAGE;

	__asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(1) : "memory");
}

static void processes(void)
{
	for (int i = 0; i < 30; i++) {
		pid_t child = fork();

		if (!child)
			_exit(0);
		waitpid(child, NULL, 0);
	}
}

static void timer_interrupts(void)
{
	for (volatile int i = 0; i < 3000000; i++)
		;
}

/* A forced signal that is ignored would kill. */
static void resume(int number)
{
	(void)number;
}

static const struct {
	const char *name;
	void (*run)(void);
} phases[] = {
	{"nothing", nothing},	   {"loop", loop},
	{"syscall", system_calls}, {"page-fault", page_faults},
	{"rep", rep_movs},	   {"rep-fault", rep_stos_faults},
	{"fork", processes},	   {"timer", timer_interrupts},
};

int main(void)
{
	int console = open("/dev/console", O_RDWR);

	dup2(console, 1);
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		uint64_t start;

		MARKER(MARK_START);
		start = tsc();
		phases[i].run();
		start = tsc() - start;
		MARKER(MARK_END);
		dprintf(1, "t %s %llu\n", phases[i].name, (unsigned long long)start);
	}
	signal(SIGTRAP, resume);
	MARKER(MARK_LAST);
	__asm__ volatile("int3");
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}
