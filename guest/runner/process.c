/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.c - failing, waiting and whole reads and writes for workloads. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "machine.h"
#include "runner.h"

static void say_failed(const char *fmt, va_list ap, const char *suffix)
{
	char line[300];
	int n = snprintf(line, sizeof(line), "@wp fail ");

	n += vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
	if (n > (int)sizeof(line) - 80)
		n = (int)sizeof(line) - 80;
	snprintf(line + n, sizeof(line) - (size_t)n, "%s%s\n", *suffix ? ": " : "", suffix);
	/* One write: children may be talking as well. */
	if (write(STDOUT_FILENO, line, strlen(line)) < 0)
		_exit(2); /* nobody is listening */
}

void fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_failed(fmt, ap, "");
	va_end(ap);
	machine_end(1);
}

void fail_errno(const char *fmt, ...)
{
	const char *reason = strerror(errno);
	va_list ap;

	va_start(ap, fmt);
	say_failed(fmt, ap, reason);
	va_end(ap);
	machine_end(1);
}

int wait_for(int pid)
{
	int status;

	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			fail_errno("waiting for process %d", pid);
	return status;
}

void write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0)
			fail_errno("write of %zu bytes", len);
		p += n;
		len -= (size_t)n;
	}
}

void read_all(int fd, void *data, size_t len)
{
	char *p = data;

	while (len) {
		ssize_t n = read(fd, p, len);

		if (n < 0)
			fail_errno("read of %zu bytes", len);
		if (n == 0)
			fail("end of file with %zu bytes still to come", len);
		p += n;
		len -= (size_t)n;
	}
}

const char *self_path(void)
{
	return "/proc/self/exe";
}
