// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * run.c - the real assembler as a child.
 *
 * It reads the text from a pipe and writes to a temporary name beside the
 * output, which is renamed when all went well: a reader never sees a part.  What it
 * says at the end of the text names no line, and its input "{standard input}":
 * its messages are kept until it has ended, to put the input's name there.
 */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source.h"

#define STDIN_NAME "{standard input}" /* what gas calls it */

extern char **environ;

/* For the signal handler. */
static volatile pid_t child;
static const char *volatile temporary;

static bool is_self(const char *path)
{
	struct stat self, other;

	return !stat("/proc/self/exe", &self) && !stat(path, &other) &&
	       self.st_dev == other.st_dev && self.st_ino == other.st_ino;
}

const char *run_find(void)
{
	const char *as = getenv("AFTERBURN_AS"), *path = getenv("PATH"), *dir, *end;

	if (as && *as) {
		if (is_self(as))
			wp_die(WP_USAGE, "AFTERBURN_AS=%s is this wrapper; name the real assembler",
			       as);
		return as;
	}
	if (!path)
		path = "/usr/bin:/bin";
	for (dir = path; dir; dir = *end ? end + 1 : NULL) {
		char *candidate;

		end = dir + strcspn(dir, ":");
		candidate = wp_format("%.*s%sas", (int)(end - dir), dir, end == dir ? "./" : "/");
		if (!access(candidate, X_OK) && !is_self(candidate))
			return candidate;
		free(candidate);
	}
	wp_die(WP_FAILED, "no other `as' in PATH: install binutils, or set AFTERBURN_AS to the "
			  "real assembler");
}

void run_exec(const char *as, char **argv)
{
	execv(as, argv);
	wp_die(WP_FAILED, "cannot run the assembler %s: %s", as, strerror(errno));
}

/* Only functions that are safe in a handler. */
static void on_signal(int sig)
{
	int saved = errno;

	if (child > 0) {
		kill(child, sig);
		while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (temporary)
		unlink(temporary);
	errno = saved;
	signal(sig, SIG_DFL);
	raise(sig);
}

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static void catch_signals(sigset_t *set)
{
	struct sigaction sa = {.sa_handler = on_signal};
	size_t i;

	sigemptyset(set);
	for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		sigaddset(set, ending[i]);
	sa.sa_mask = *set;
	for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		struct sigaction old;

		/* What the caller ignores (nohup) stays ignored. */
		if (!sigaction(ending[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(ending[i], &sa, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}

/* Writes it all; an assembler that has ended already says why by itself. */
static void feed(int fd, const struct wp_buf *head, const struct wp_buf *body)
{
	struct iovec iov[2] = {{head->data, head->len}, {body->data, body->len}};
	size_t i = 0;

	while (i < 2) {
		ssize_t n = writev(fd, iov + i, 2 - (int)i);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		while (i < 2 && (size_t)n >= iov[i].iov_len)
			n -= (ssize_t)iov[i++].iov_len;
		if (i < 2) {
			iov[i].iov_base = (char *)iov[i].iov_base + n;
			iov[i].iov_len -= (size_t)n;
		}
	}
}

/*
 * Starts `as` reading from a pipe and, unless @messages is -1, writing its messages
 * there; returns the pipe's other end.
 */
static int start(const char *as, char **argv, int messages, const sigset_t *signals)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, pipe_only, old;
	int fds[2], error;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		wp_die(WP_FAILED, "no pipe to the assembler: %s", strerror(errno));
	/* As large as the system gives: fewer switches between the two. */
	fcntl(fds[1], F_SETPIPE_SZ, 1 << 20);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[0], STDIN_FILENO);
	if (messages >= 0)
		posix_spawn_file_actions_adddup2(&actions, messages, STDERR_FILENO);
	posix_spawnattr_init(&attr);
	sigemptyset(&none);
	sigemptyset(&pipe_only);
	sigaddset(&pipe_only, SIGPIPE);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &pipe_only);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	/* No signal may come between the start and the noting of the child. */
	sigprocmask(SIG_BLOCK, signals, &old);
	error = posix_spawn(&pid, as, &actions, &attr, argv, environ);
	if (!error)
		child = pid;
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (error)
		wp_die(WP_FAILED, "cannot run the assembler %s: %s", as, strerror(error));
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[0]);
	return fds[1];
}

static void write_all(int fd, const char *p, size_t len)
{
	ssize_t n;

	for (; len; p += n, len -= (size_t)n) {
		n = write(fd, p, len);
		if (n < 0 && errno != EINTR)
			return;
		if (n < 0)
			n = 0;
	}
}

/* Prints the assembler's messages, with @name where they begin with STDIN_NAME. */
static void relay(int messages, const char *name)
{
	struct wp_buf out = {0};
	const char *p, *end, *next;
	struct stat st;
	char *text;

	if (fstat(messages, &st) || !st.st_size)
		return;
	text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, messages, 0);
	if (text == MAP_FAILED) {
		wp_warn("lost the assembler's messages: %s", strerror(errno));
		return;
	}
	end = text + st.st_size;
	for (p = text; p < end; p = next) {
		size_t len = strlen(STDIN_NAME);

		next = memchr(p, '\n', (size_t)(end - p));
		next = next ? next + 1 : end;
		if ((size_t)(next - p) > len && !memcmp(p, STDIN_NAME, len)) {
			wp_buf_str(&out, name);
			p += len;
		}
		wp_buf_add(&out, p, (size_t)(next - p));
	}
	write_all(STDERR_FILENO, out.data, out.len);
	wp_buf_free(&out);
	munmap(text, (size_t)st.st_size);
}

/* --MD names the temporary output and knows no inputs: say what is true. */
static int correct_dependencies(const struct cmdline *c)
{
	size_t len = strlen(temporary), i;
	struct source old;
	FILE *new;
	int ret;

	if (source_open(&old, c->depends))
		return -1;
	if (old.len <= len || memcmp(old.text, temporary, len) || old.text[len] != ':') {
		source_close(&old);
		return 0;
	}
	new = fopen(c->depends, "w");
	if (!new)
		return -1;
	fprintf(new, "%s:", c->output);
	for (i = 0; i < c->n_inputs; i++)
		if (strcmp(c->inputs[i], "-"))
			fprintf(new, " %s", c->inputs[i]);
	fwrite(old.text + len + 1, 1, old.len - len - 1, new);
	ret = ferror(new);
	ret |= fclose(new);
	source_close(&old);
	return ret;
}

int run_as(const char *as, const struct cmdline *c, const char *name, const struct wp_buf *head,
	   const struct wp_buf *body)
{
	char **argv = wp_alloc((c->n_args + 4) * sizeof(*argv));
	sigset_t signals;
	struct stat st;
	size_t n = c->n_args;
	int fd, status, messages = name ? memfd_create("messages", MFD_CLOEXEC) : -1;

	memcpy(argv, c->args, n * sizeof(*argv));
	/* A device is written in place. */
	if (stat(c->output, &st) || S_ISREG(st.st_mode))
		temporary = wp_format("%s.afterburn.%ld", c->output, (long)getpid());
	argv[n++] = (char *)"-o";
	argv[n++] = (char *)(temporary ? temporary : c->output);
	argv[n++] = (char *)"-";
	catch_signals(&signals);
	fd = start(as, argv, messages, &signals);
	feed(fd, head, body);
	close(fd);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			wp_die(WP_FAILED, "lost the assembler: %s", strerror(errno));
	child = 0;
	free(argv);
	if (messages >= 0)
		relay(messages, name);
	if (WIFSIGNALED(status)) {
		if (temporary)
			unlink(temporary);
		wp_warn("the assembler %s was killed by signal %d (%s)", as, WTERMSIG(status),
			strsignal(WTERMSIG(status)));
		return 128 + WTERMSIG(status);
	}
	if (WEXITSTATUS(status)) {
		if (temporary)
			unlink(temporary);
		return WEXITSTATUS(status);
	}
	if (c->depends && temporary && correct_dependencies(c))
		wp_warn_at(c->depends, 0, "cannot correct these dependencies: %s", strerror(errno));
	if (temporary && rename(temporary, c->output)) {
		int saved = errno;

		unlink(temporary);
		wp_warn_at(c->output, 0, "cannot rename the new object: %s", strerror(saved));
		return WP_FAILED;
	}
	return 0;
}
