// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * init.c - the guest's /init for an interrupt storm: takes the bytes that
 * emulator/storm.c puts into the second serial port, each raising its interrupt, while
 * the checkers run, and says whether any byte or any checker went wrong.
 *
 * Kernel command line: storm.count=<bytes>.  Console, as the workloads' results are
 * (docs/guests.md): `@storm ...` lines for people, `@wp result ...` and `@wp done`.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <wedgeperf/storm.h>

#include "checker.h"

#define PORT	 "/dev/ttyS1"
#define TRIGGER	 "/sys/class/tty/ttyS1/rx_trig_bytes"
#define PATIENCE 5000 /* ms without a byte: an interrupt was lost */
#define MOST	 16   /* checkers */

extern const struct checker *first_checker[] __asm__("__start_storm_checkers");
extern const struct checker *last_checker[] __asm__("__stop_storm_checkers");

/* Of all processes. */
static struct shared {
	volatile int stop;
	volatile uint64_t rounds[MOST];
	char complaint[200];
} * shared;

static const char *who = "storm";
static pid_t init_pid;

static _Noreturn void end(void)
{
	fflush(NULL);
	tcdrain(STDOUT_FILENO);
	sync();
	reboot(RB_AUTOBOOT);
	_exit(1);
}

void wrong(const char *fmt, ...)
{
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (getpid() == init_pid) {
		printf("@wp fail %s: %s\n", who, text);
		end();
	}
	snprintf(shared->complaint, sizeof(shared->complaint), "%s: %s", who, text);
	_exit(1);
}

static void mounts(void)
{
	static const char *const dirs[][2] = {
		{"proc", "/proc"}, {"devtmpfs", "/dev"}, {"sysfs", "/sys"}};

	for (unsigned int i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		mkdir(dirs[i][1], 0755);
		if (mount(dirs[i][0], dirs[i][1], dirs[i][0], 0, NULL) && errno != EBUSY)
			wrong("mounting %s: %s", dirs[i][1], strerror(errno));
	}
}

static uint64_t wanted(void)
{
	char line[4096];
	FILE *f = fopen("/proc/cmdline", "r");
	const char *p = f && fgets(line, sizeof(line), f) ? strstr(line, "storm.count=") : NULL;
	const uint64_t n = p ? strtoull(p + strlen("storm.count="), NULL, 10) : 0;

	if (!n)
		wrong("the kernel command line has no storm.count=<number>");
	fclose(f);
	return n;
}

static void put_word(const char *path, const char *word)
{
	const int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, word, strlen(word)) < 0)
		wrong("%s: %s", path, strerror(errno));
	close(fd);
}

/* Raw, and with every byte an interrupt, where the driver waits for eight of them. */
static int open_port(void)
{
	struct termios t;
	const int fd = open(PORT, O_RDWR | O_NOCTTY);

	if (fd < 0)
		wrong("%s: %s (QEMU's second -serial)", PORT, strerror(errno));
	put_word(TRIGGER, "1");
	if (tcgetattr(fd, &t))
		wrong("%s: tcgetattr: %s", PORT, strerror(errno));
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	if (tcsetattr(fd, TCSANOW, &t))
		wrong("%s: tcsetattr: %s", PORT, strerror(errno));
	return fd;
}

static size_t checkers(void)
{
	return ((uintptr_t)last_checker - (uintptr_t)first_checker) / sizeof(*first_checker);
}

static void start_checkers(void)
{
	const size_t n = checkers();

	if (n > MOST)
		wrong("more than %d checkers", MOST);
	for (size_t i = 0; i < n; i++) {
		const pid_t pid = fork();

		if (pid < 0)
			wrong("fork: %s", strerror(errno));
		if (pid)
			continue;
		who = first_checker[i]->name;
		while (!shared->stop) {
			first_checker[i]->once(shared->rounds[i]);
			shared->rounds[i]++;
		}
		_exit(0);
	}
	/* The storm meets them at work. */
	for (size_t i = 0; i < n; i++)
		while (!shared->rounds[i] && !shared->complaint[0])
			usleep(1000);
}

static uint64_t receive(int port, uint64_t count)
{
	uint64_t got = 0, digest = 0xcbf29ce484222325ull;
	uint8_t buf[4096];

	if (write(port, &(char){STORM_READY}, 1) != 1)
		wrong("%s: writing: %s", PORT, strerror(errno));
	while (got < count) {
		struct pollfd p = {.fd = port, .events = POLLIN};
		ssize_t n;

		if (poll(&p, 1, PATIENCE) != 1)
			wrong("no byte for %d ms after %llu of %llu: an interrupt was lost",
			      PATIENCE, (unsigned long long)got, (unsigned long long)count);
		n = read(port, buf, sizeof(buf));
		if (n <= 0)
			wrong("%s: %s", PORT, n ? strerror(errno) : "end of file");
		for (ssize_t i = 0; i < n; i++, got++) {
			if (buf[i] != storm_byte(got))
				wrong("byte %llu is %02x, not %02x", (unsigned long long)got,
				      buf[i], storm_byte(got));
			digest = (digest ^ buf[i]) * 0x100000001b3ull;
		}
		if (shared->complaint[0])
			break;
	}
	return digest;
}

static void stop_checkers(void)
{
	int status;

	shared->stop = 1;
	while (wait(&status) > 0)
		if (!WIFEXITED(status) || WEXITSTATUS(status)) {
			if (!shared->complaint[0])
				snprintf(shared->complaint, sizeof(shared->complaint),
					 "a checker ended with status %#x", status);
		}
	for (size_t i = 0; i < checkers(); i++)
		printf("@storm checker %s rounds %llu\n", first_checker[i]->name,
		       (unsigned long long)shared->rounds[i]);
	if (shared->complaint[0])
		wrong("%s", shared->complaint);
}

static void print_interrupts(void)
{
	char line[400];
	FILE *f = fopen("/proc/interrupts", "r");

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, "ttyS1"))
			printf("@storm interrupts %s", line + strspn(line, " "));
	if (f)
		fclose(f);
}

int main(void)
{
	const struct sched_param first = {.sched_priority = 1};
	uint64_t digest;

	setvbuf(stdout, NULL, _IOLBF, 0);
	init_pid = getpid();
	puts("@wp boot");
	mounts();
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		wrong("mmap: %s", strerror(errno));

	const uint64_t count = wanted();
	const int port = open_port();

	start_checkers();
	/* Nobody's slowness but the machine's may cost a byte. */
	if (sched_setscheduler(0, SCHED_FIFO, &first))
		wrong("sched_setscheduler: %s", strerror(errno));
	digest = receive(port, count);
	stop_checkers();
	print_interrupts();
	printf("@wp result name=storm ops=%llu bytes=%llu ticks=0 check=%016llx\n@wp done\n",
	       (unsigned long long)count, (unsigned long long)count, (unsigned long long)digest);
	end();
}
