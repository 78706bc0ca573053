// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * init.c - the guest's /init that runs programs one after another and says how
 * each ended: the kernel's selftests, stress-ng.
 *
 * /programs has one command a line: seconds, then the program and its arguments
 * separated by blanks.  Console: `@prog <n> <command>` before each, then its
 * output, then `@prog <n> exit <code> <ms>`, `signal <number> <ms>` or `timeout 0 <ms>`;
 * `@wp done` at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARGS_MAX 32

static const struct {
	const char *type, *at;
} mounts[] = {
	{"proc", "/proc"}, {"sysfs", "/sys"},	  {"devtmpfs", "/dev"},
	{"tmpfs", "/tmp"}, {"tmpfs", "/dev/shm"}, {"mqueue", "/dev/mqueue"},
};

static void override(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		printf("@prog no %s: %s\n", path, strerror(errno));
	close(fd);
}

static void set_up(void)
{
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].at, 0755);
		if (mount(mounts[i].type, mounts[i].at, mounts[i].type, 0, NULL))
			printf("@prog no %s: %s\n", mounts[i].at, strerror(errno));
	}
	/* Large mappings of which little is touched are not refused. */
	override("/proc/sys/vm/overcommit_memory", "1");
	setenv("PATH", "/bin:/usr/bin", 1);
	setenv("HOME", "/tmp", 1);
	setenv("LC_ALL", "C", 1);
}

static _Noreturn void child(char *line)
{
	static char *argv[ARGS_MAX];
	size_t n = 0;

	/* Not init's: some programs look at their own session and process group. */
	setsid();
	for (char *word = strtok(line, " "); word && n < ARGS_MAX - 1; word = strtok(NULL, " "))
		argv[n++] = word;
	execv(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/*
 * init is the parent of orphans too; only @pid's end counts.  Its whole session
 * is ended then: what one program leaves behind must not disturb the next.
 */
static int await(pid_t pid, unsigned int seconds, int *status)
{
	static const struct timespec step = {.tv_nsec = 10000000};
	struct timespec now, end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += seconds;
	for (;;) {
		pid_t got = waitpid(-1, status, WNOHANG);

		if (got == pid)
			return 0;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec > end.tv_sec || (got < 0 && errno != EINTR))
			return -1;
		if (!got)
			nanosleep(&step, NULL);
	}
}

static void run(unsigned int n, char *line)
{
	unsigned int seconds = (unsigned int)strtoul(line, &line, 10);
	struct timespec start, now;
	int status, late;
	long ms;
	pid_t pid;

	line += strspn(line, " ");
	printf("@prog %u %s\n", n, line);
	clock_gettime(CLOCK_MONOTONIC, &start);
	pid = fork();
	if (!pid)
		child(line);
	late = await(pid, seconds, &status);
	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000;
	kill(-1, SIGKILL); /* init itself is left out */
	while (waitpid(-1, NULL, 0) > 0)
		;
	if (late)
		printf("\n@prog %u timeout 0 %ld\n", n, ms);
	else if (WIFSIGNALED(status))
		printf("\n@prog %u signal %d %ld\n", n, WTERMSIG(status), ms);
	else
		printf("\n@prog %u exit %d %ld\n", n, WEXITSTATUS(status), ms);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;
	unsigned int n = 0;
	FILE *list;

	setvbuf(stdout, NULL, _IOLBF, 0);
	set_up();
	list = fopen("/programs", "re");
	if (!list)
		printf("@prog no /programs: %s\n", strerror(errno));
	while (list && getline(&line, &size, list) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (*line && *line != '#')
			run(++n, line);
	}
	printf("@wp done\n");
	sync();
	reboot(RB_AUTOBOOT);
	return 1;
}
