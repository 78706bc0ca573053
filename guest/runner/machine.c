/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine.c - being the guest's first process, see machine.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include "machine.h"
#include "runner.h"

static const struct {
	const char *type, *dir;
} mounts[] = {
	{"proc", "/proc"},
	{"sysfs", "/sys"},
	{"devtmpfs", "/dev"},
	{"tmpfs", "/tmp"},
};

/* Without this, a crash of the first process is a kernel panic with no reason. */
static void crashed(int sig)
{
	signal(sig, SIG_DFL);
	fail("the runner died of signal %d (%s)", sig, strsignal(sig));
}

void machine_start(void)
{
	static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		signal(fatal[i], crashed);
	if (write(STDOUT_FILENO, "@wp boot\n", 9) != 9)
		machine_end(1); /* no console: nothing can be said */
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].dir, 0755);
		/* EBUSY: the kernel has mounted devtmpfs by itself */
		if (mount(mounts[i].type, mounts[i].dir, mounts[i].type, 0, NULL) && errno != EBUSY)
			fail_errno("mounting %s on %s", mounts[i].type, mounts[i].dir);
	}
}

void machine_cmdline(char *text, size_t size)
{
	int fd = open("/proc/cmdline", O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (n < 0)
		fail_errno("/proc/cmdline");
	text[n] = '\0';
	close(fd);
}

void machine_settle(void)
{
	const struct timespec second = {.tv_sec = 1};

	tcdrain(STDOUT_FILENO);
	nanosleep(&second, NULL);
}

void machine_end(int code)
{
	if (getpid() != 1)
		_exit(code);
	tcdrain(STDOUT_FILENO);
	reboot(RB_AUTOBOOT);
	for (;;) /* not reached unless the machine cannot reboot */
		pause();
}

void machine_perturb(uint64_t k)
{
	const size_t page = 4096, pages = 37 * k;
	unsigned char *held;

	if (!k)
		return;
	held = mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (held == MAP_FAILED)
		fail_errno("perturbation %llu: %zu pages", (unsigned long long)k, pages);
	for (size_t i = 0; i < pages; i++)
		held[i * page] = 1;
	for (uint64_t i = 0; i < k; i++) {
		int pid = fork();

		if (pid < 0)
			fail_errno("perturbation %llu: fork", (unsigned long long)k);
		if (pid == 0) {
			for (size_t j = i; j < pages; j += 3)
				held[j * page] = 2;
			_exit(0);
		}
		wait_for(pid);
	}
	/* Give every other page back: the free lists are no longer in order. */
	for (size_t i = 0; i < pages; i += 2)
		munmap(held + i * page, page);
}
