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
	static const char page[4096] = {1};
	const off_t size = sizeof(page), pages = 37 * (off_t)k;
	int fd = memfd_create("perturbation", MFD_CLOEXEC);

	/* Open at 0 too: every process of every boot has as many descriptors. */
	if (fd < 0)
		fail_errno("perturbation: memfd_create");
	for (off_t i = 0; i < pages; i++)
		if (pwrite(fd, page, sizeof(page), i * size) != size)
			fail_errno("perturbation %llu: page %lld", (unsigned long long)k,
				   (long long)i);
	/* Give every other one back: the free lists are no longer in order. */
	for (off_t i = 0; i < pages; i += 2)
		if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, i * size, size))
			fail_errno("perturbation %llu: hole %lld", (unsigned long long)k,
				   (long long)i);
}
