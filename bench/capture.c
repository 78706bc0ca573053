// SPDX-License-Identifier: GPL-2.0-or-later
/* capture.c - run a short-lived program and take what it prints. */
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int capture(char *const argv[], struct wp_buf *out)
{
	int fd[2], status, err;
	pid_t pid;

	wp_buf_add(out, "", 0);
	if (pipe2(fd, O_CLOEXEC))
		return -1;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		if (null < 0 || dup2(null, 0) < 0 || dup2(fd[1], 1) < 0 || dup2(null, 2) < 0)
			_exit(127);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(fd[1]);
	err = pid < 0 ? -1 : wp_read_fd(fd[0], out);
	close(fd[0]);
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return err || !WIFEXITED(status) || WEXITSTATUS(status) ? -1 : 0;
}

char *capture_line(char *const argv[], const char *fallback)
{
	struct wp_buf out = {0};
	char *line;

	if (capture(argv, &out) || !out.len) {
		wp_buf_free(&out);
		return wp_strdup(fallback);
	}
	out.data[strcspn(out.data, "\r\n")] = '\0';
	line = wp_strdup(out.data);
	wp_buf_free(&out);
	return line;
}
