// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * engine.c - executes runs, several QEMUs at a time.
 *
 * One loop over one signalfd: children that end, Ctrl-C, and once a second a
 * look at what the guests are doing.  Each QEMU writes into a directory of its
 * own below the results; only reports that are whole and make sense become a
 * result file.
 */
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image.h"
#include "ledger.h"
#include "progress.h"
#include "provenance.h"
#include "workdir.h"

#define TAIL_LINES     15
#define TAIL_BYTES     4096
#define IDLE_S	       180   /* no output and no CPU time for so long: it sleeps for ever */
#define FAIL_GRACE_S   2     /* from "@wp fail" to the end of the guest */
#define TICK_SLACK     10000 /* instructions between a marker and the clock reading beside it */
#define CONSOLE_MAX    (64 << 20) /* bytes; a run says a few KB */
#define REPORT_TAIL    (1 << 20)
#define PLUGIN_REFUSED 3 /* exit code of QEMU when a plugin's self-test failed */

/* A run, and what it is a function of. */
struct plan {
	const struct run *run;
	struct inputs in;
};

struct job {
	const struct run *run;
	struct inputs in;
	char id[RUN_ID_MAX];
	char *dir;
	pid_t pid; /* 0: not running */
	double started, active, failed_at;
	double cpu_at_output, cpu_seen;
	off_t console_size;
	const char *killed; /* why it was ended, or NULL */
};

struct engine {
	const struct engine_options *o;
	struct job *running;
	pid_t *spinner;
	size_t failures;
	int signals;
	bool loop; /* peer.so does not fit this QEMU */
};

static void unblock_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void start(struct engine *e, struct job *j)
{
	char **argv, *log;

	if (!j->dir)
		j->dir = new_workdir(e->o->results);
	argv = qemu_argv(e->o->build, j->run, j->in.net, j->dir);
	if (e->o->ledger && ledger_wanted(j->run))
		argv = ledger_argv(argv, e->o->build, j->run, j->dir);
	log = wp_format("%s/messages", j->dir);
	j->killed = NULL;
	j->console_size = 0;
	j->cpu_at_output = j->cpu_seen = j->failed_at = 0;
	j->started = j->active = now_seconds();
	j->pid = fork();
	if (j->pid < 0)
		wp_die(WP_FAILED, "fork: %s", strerror(errno));
	if (j->pid == 0) {
		int null = open("/dev/null", O_RDONLY);
		int out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0666);

		/* Out of the terminal's process group: Ctrl-C is ours to handle. */
		setpgid(0, 0);
		unblock_signals();
		if (null >= 0 && out >= 0 && dup2(null, 0) == 0 && dup2(out, 1) == 1 &&
		    dup2(out, 2) == 2)
			execvp(argv[0], argv);
		_exit(127);
	}
	free(log);
	qemu_argv_free(argv);
}

static void read_report(const struct job *j, const char *name, struct wp_buf *b)
{
	char *path = wp_format("%s/%s", j->dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	/* Of a flood only the end: it may be larger than memory. */
	if (fd >= 0 && !fstat(fd, &st) && st.st_size > CONSOLE_MAX)
		lseek(fd, -(off_t)REPORT_TAIL, SEEK_END);
	if (fd < 0 || wp_read_fd(fd, b))
		wp_buf_add(b, "", 0);
	if (fd >= 0)
		close(fd);
	/* The parsers take text; a NUL would hide what comes after it. */
	for (size_t i = 0; i < b->len; i++)
		if (!b->data[i])
			b->data[i] = '?';
	free(path);
}

static void print_tail(const char *what, struct wp_buf *b)
{
	const char *s = b->data + b->len;
	int lines = 0;

	if (!b->len) {
		fprintf(stderr, "    (its %s is empty)\n", what);
		return;
	}
	while (s > b->data && b->data + b->len - s < TAIL_BYTES &&
	       (s[-1] != '\n' || s == b->data + b->len || ++lines < TAIL_LINES))
		s--;
	fprintf(stderr, "    end of its %s:\n", what);
	for (bool start = true; *s; s++) {
		if (start)
			fputs("    | ", stderr);
		start = *s == '\n';
		if (*s == '\n' || *s == '\t' || (unsigned char)*s >= ' ')
			fputc(*s, stderr);
	}
	if (s[-1] != '\n')
		fputc('\n', stderr);
}

/* Keeps the console for a closer look, where no later run would trust it. */
static void keep_console(const struct engine *e, const struct job *j)
{
	char *dir = wp_format("%s/failed", e->o->results), *name = wp_strdup(j->id), *from, *to;

	for (char *s = name; *s; s++)
		if (*s == '/')
			*s = '-';
	from = wp_format("%s/console", j->dir);
	to = wp_format("%s/%s.console", dir, name);
	make_dir(dir);
	if (!rename(from, to))
		fprintf(stderr, "    all of it: %s\n", to);
	free(to);
	free(from);
	free(name);
	free(dir);
}

static void job_end(struct job *j)
{
	if (j->dir)
		remove_dir(j->dir);
	free(j->dir);
	inputs_free(&j->in);
	*j = (struct job){0};
}

static void fail(struct engine *e, struct job *j, const char *why)
{
	struct wp_buf console = {0}, messages = {0};

	read_report(j, "console", &console);
	read_report(j, "messages", &messages);
	progress_step(j->id, "FAILED", now_seconds() - j->started);
	progress_clear();
	wp_warn("%s: %s", j->id, why);
	if (messages.len)
		print_tail("QEMU's messages", &messages);
	print_tail("console", &console);
	keep_console(e, j);
	wp_buf_free(&console);
	wp_buf_free(&messages);
	e->failures++;
	job_end(j);
}

static int read_figures(struct job *j, struct figures *f, char *why, size_t len)
{
	struct wp_buf console = {0}, counts = {0}, peer = {0};
	const struct console *c = &f->console;
	int ret = -1;

	read_report(j, "console", &console);
	read_report(j, "counts", &counts);
	read_report(j, "peer", &peer);
	if (console_parse(&f->console, console.data, why, len) ||
	    tally_parse(&f->tally, console.data, why, len))
		goto out;
	if (*c->fail)
		snprintf(why, len, "the guest reports: %s", c->fail);
	else if (!c->result || !c->done)
		snprintf(why, len, "the guest ended before it was done");
	else if (strcmp(c->name, j->run->workload->name) || c->ops != run_ops(j->run))
		snprintf(why, len, "the guest ran %s with %llu operations instead", c->name,
			 (unsigned long long)c->ops);
	else if (image_changed())
		snprintf(why, len, "%s changed while it was in use; measure again",
			 image_changed());
	else if (!c->ticks.n)
		snprintf(why, len, "the guest measured no time");
	else if (counts_parse(&f->measured, &f->boot, counts.data, why, len) ||
		 (j->in.net == NET_PEER && peer_parse(&f->peer, peer.data, why, len)))
		goto out;
	else if (counts_insns(&f->measured).n > c->ticks.n + c->ticks.n / 10000 + TICK_SLACK)
		snprintf(why, len, "%llu instructions in %llu ticks: counts and clock disagree",
			 (unsigned long long)counts_insns(&f->measured).n,
			 (unsigned long long)c->ticks.n);
	else if (j->in.net == NET_PEER && !f->peer.ok)
		snprintf(why, len, "the peer reports: %s", f->peer.reason);
	else if (j->in.net == NET_PEER && f->peer.bytes < c->bytes)
		snprintf(why, len, "the peer saw %llu of %llu bytes",
			 (unsigned long long)f->peer.bytes, (unsigned long long)c->bytes);
	else
		ret = 0;
out:
	wp_buf_free(&console);
	wp_buf_free(&counts);
	wp_buf_free(&peer);
	return ret;
}

/*
 * A run is a pure function of its inputs: what an earlier run of the same gave must
 * come out again.  Returns what differs first, or NULL; the caller frees it.
 */
static char *differs(const struct engine *e, const struct job *j, json_t *file)
{
	char *path = result_path(e->o->results, j->in.key), why[512], *a, *b, *text = NULL;
	struct result *old = result_load(path, why, sizeof(why));
	size_t at = 0, line = 0;

	if (old) {
		a = result_figures_text(old->json);
		b = result_figures_text(file);
		for (; a[at] && a[at] == b[at]; at++)
			if (a[at] == '\n')
				line = at + 1;
		if (a[at] != b[at])
			text = wp_format("not deterministic: %s has '%.*s' of the same inputs, now "
					 "it is '%.*s'; remove that file if it is the wrong one",
					 path, (int)strcspn(a + line, "\n"), a + line,
					 (int)strcspn(b + line, "\n"), b + line);
		free(a);
		free(b);
	}
	result_free(old);
	free(path);
	return text;
}

/* The ledger comes before the result: a result of which it is wanted has it. */
static int keep_ledger(const struct engine *e, const struct job *j)
{
	char *from, *to;
	int ret;

	if (!e->o->ledger || !ledger_wanted(j->run))
		return 0;
	from = wp_format("%s/ledger", j->dir);
	to = ledger_path(e->o->results, e->o->build, j->run, j->in.key);
	ret = rename(from, to);
	free(to);
	free(from);
	return ret;
}

static bool have_ledger(const struct engine *e, const struct job *j)
{
	char *path;
	bool have;

	if (!e->o->ledger || !ledger_wanted(j->run))
		return true;
	path = ledger_path(e->o->results, e->o->build, j->run, j->in.key);
	have = !access(path, R_OK);
	free(path);
	return have;
}

static void succeed(struct engine *e, struct job *j, const struct figures *f)
{
	double seconds = now_seconds() - j->started;
	json_t *provenance = provenance_json(e->o->build, j->run);
	json_t *file = result_json(j->run, &j->in, f, provenance, seconds);
	char *why = differs(e, j, file);

	if (!why && (keep_ledger(e, j) || result_store(e->o->results, j->in.key, file)))
		why = wp_format("its result cannot be written to %s: %s", e->o->results,
				strerror(errno));
	if (why) {
		fail(e, j, why);
		free(why);
	} else {
		progress_step(j->id, "ok", seconds);
		job_end(j);
	}
	json_decref(file);
	json_decref(provenance);
}

/* Can the guest talk to itself over two NICs? */
static bool guest_knows_loop(const char *build)
{
	char *path = wp_format("%s/guest/runner", build);
	struct wp_buf b = {0};
	bool knows = !wp_read_file(path, &b) && memmem(b.data, b.len, "wp.net=", 7);

	wp_buf_free(&b);
	free(path);
	return knows;
}

static void must_make(struct inputs *in, const char *build, const struct run *r, enum net_mode net)
{
	char why[512];

	if (inputs_make(in, build, r, net, why, sizeof(why)))
		wp_die(WP_FAILED, "%s", why);
}

static void use_loop(struct engine *e, struct job *j)
{
	inputs_free(&j->in);
	must_make(&j->in, e->o->build, j->run, NET_LOOP);
}

static bool reuse(struct engine *e, struct job *j)
{
	char *path = result_path(e->o->results, j->in.key), why[512] = "";
	struct result *r = have_ledger(e, j) ? result_load(path, why, sizeof(why)) : NULL;

	if (!r && *why) {
		progress_clear();
		wp_warn("%s; measuring %s again", why, j->id);
	}
	free(path);
	if (!r)
		return false;
	result_free(r);
	progress_step(j->id, "reused", 0);
	job_end(j);
	return true;
}

/* peer.so refused this QEMU: two NICs on one hub need nothing of its insides. */
static bool fall_back(struct engine *e, struct job *j)
{
	struct wp_buf messages = {0};
	bool peer;

	read_report(j, "messages", &messages);
	peer = j->in.net == NET_PEER && strstr(messages.data, "peer");
	if (peer && !guest_knows_loop(e->o->build)) {
		wp_warn("%s: this guest has no two-NIC fallback", j->id);
		peer = false;
	}
	if (peer && !e->loop) {
		progress_clear();
		wp_warn("the peer does not fit this QEMU; network runs use two NICs on one hub, "
			"labelled \"%s\"",
			net_mode_names[NET_LOOP]);
		print_tail("QEMU's messages", &messages);
		e->loop = true;
	}
	wp_buf_free(&messages);
	if (!peer)
		return false;
	use_loop(e, j);
	if (!e->o->reuse || !reuse(e, j))
		start(e, j);
	return true;
}

static void finish(struct engine *e, struct job *j, int status)
{
	struct figures *f = wp_alloc(sizeof(*f));
	char why[512];

	j->pid = 0;
	if (j->killed)
		fail(e, j, j->killed);
	else if (WIFSIGNALED(status))
		snprintf(why, sizeof(why), "QEMU was killed by signal %d", WTERMSIG(status)),
			fail(e, j, why);
	else if (WEXITSTATUS(status) == PLUGIN_REFUSED && fall_back(e, j))
		;
	else if (WEXITSTATUS(status))
		snprintf(why, sizeof(why), "QEMU ended with exit code %d%s", WEXITSTATUS(status),
			 WEXITSTATUS(status) == PLUGIN_REFUSED
				 ? ": a plugin's self-test says that this QEMU does not fit"
				 : ""),
			fail(e, j, why);
	else if (read_figures(j, f, why, sizeof(why)))
		fail(e, j, why);
	else
		succeed(e, j, f);
	free(f);
}

/* CPU seconds that a process has used: proc(5), fields 14 and 15. */
static double cpu_seconds(pid_t pid)
{
	char *path = wp_format("/proc/%ld/stat", (long)pid), *s;
	struct wp_buf b = {0};
	unsigned long user = 0, system = 0;

	if (!wp_read_file(path, &b) && b.data && (s = strrchr(b.data, ')')))
		sscanf(s + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
		       &system);
	wp_buf_free(&b);
	free(path);
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static bool said_fail(const struct job *j)
{
	struct wp_buf b = {0};
	struct console c;
	char why[512];
	bool failed;

	read_report(j, "console", &b);
	failed = !console_parse(&c, b.data, why, sizeof(why)) && *c.fail;
	wp_buf_free(&b);
	return failed;
}

/*
 * Silence is counted in CPU time of that QEMU, so that a busy host cannot make
 * a healthy guest look hung; a guest that sleeps for ever uses none at all.
 */
static void look_after(struct engine *e, struct job *j)
{
	char *path = wp_format("%s/console", j->dir);
	double cpu = cpu_seconds(j->pid), now = now_seconds();
	struct stat st;

	if (!stat(path, &st) && st.st_size != j->console_size) {
		j->console_size = st.st_size;
		j->cpu_at_output = cpu;
		j->active = now;
		if (!j->failed_at && j->console_size <= CONSOLE_MAX && said_fail(j))
			j->failed_at = now;
	}
	if (cpu > j->cpu_seen)
		j->active = now;
	j->cpu_seen = cpu;
	if (j->console_size > CONSOLE_MAX)
		j->killed = "it floods its console: more than 64 MB";
	else if (now - j->started > e->o->timeout_s)
		j->killed = "hung: it took more than its time (--timeout)";
	else if (cpu - j->cpu_at_output > e->o->silence_s)
		j->killed = "hung: it computed for long without a word on its console (--silence)";
	else if (now - j->active > IDLE_S)
		j->killed = "hung: it neither computes nor says anything";
	else if (j->failed_at && now - j->failed_at > FAIL_GRACE_S)
		j->killed = "it reported a failure and did not shut down";
	if (j->killed)
		kill(j->pid, SIGKILL);
	free(path);
}

static void abandon(struct engine *e, int signal)
{
	for (unsigned int i = 0; i < e->o->jobs; i++) {
		struct job *j = &e->running[i];

		if (!j->pid)
			continue;
		kill(j->pid, SIGKILL);
		waitpid(j->pid, NULL, 0);
		remove_dir(j->dir);
	}
	for (unsigned int i = 0; i < e->o->spinners; i++)
		kill(e->spinner[i], SIGKILL);
	progress_clear();
	wp_warn("ended by signal %d; results of finished runs are kept (REUSE=1 takes them)",
		signal);
	exit(128 + signal);
}

static void handle_signals(struct engine *e)
{
	struct signalfd_siginfo info;

	while (read(e->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			abandon(e, (int)info.ssi_signo);
	for (unsigned int i = 0; i < e->o->jobs; i++) {
		struct job *j = &e->running[i];
		int status;

		if (j->pid && waitpid(j->pid, &status, WNOHANG) == j->pid)
			finish(e, j, status);
	}
}

static int open_signals(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, before);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void start_spinners(struct engine *e)
{
	e->spinner = wp_alloc((e->o->spinners + 1) * sizeof(*e->spinner));
	for (unsigned int i = 0; i < e->o->spinners; i++) {
		e->spinner[i] = fork();
		if (e->spinner[i] == 0) {
			unblock_signals();
			for (volatile unsigned long n = 0;; n++)
				;
		}
	}
}

static void stop_spinners(struct engine *e)
{
	for (unsigned int i = 0; i < e->o->spinners; i++) {
		kill(e->spinner[i], SIGKILL);
		waitpid(e->spinner[i], NULL, 0);
	}
	free(e->spinner);
}

#define WEIGHT_MAX 2
/* Long runs first, so that the last minutes keep all CPUs busy. */
static int weight(const struct run *r)
{
	if (r->size == SIZE_FULL && r->workload->peer != PEER_NONE)
		return WEIGHT_MAX;
	return strcmp(r->workload->initrd, "base") ? 1 : 0;
}

static void show_running(const struct engine *e)
{
	struct wp_buf b = {0};

	for (unsigned int i = 0; i < e->o->jobs; i++)
		if (e->running[i].pid)
			wp_buf_printf(&b, "%s%s", b.len ? ", " : "", e->running[i].id);
	if (b.data)
		progress_now(b.data);
	wp_buf_free(&b);
}

/* Starts runs while there is a free place; returns whether anything runs. */
static bool fill(struct engine *e, struct plan *plan, size_t n, size_t *next)
{
	bool busy = false;

	for (unsigned int i = 0; i < e->o->jobs; i++) {
		struct job *j = &e->running[i];

		while (!j->pid && *next < n) {
			struct plan *p = &plan[(*next)++];

			j->run = p->run;
			j->in = p->in;
			run_id(j->run, j->id);
			if (e->loop && j->in.net == NET_PEER)
				use_loop(e, j);
			if (!e->o->reuse || !reuse(e, j))
				start(e, j);
		}
		busy |= j->pid != 0;
	}
	return busy;
}

/* All inputs are looked at before the first QEMU starts. */
static struct plan *make_plan(const struct engine_options *o, const struct run *runs, size_t n)
{
	struct plan *plan = wp_alloc((n + 1) * sizeof(*plan));
	size_t k = 0;

	for (int w = WEIGHT_MAX; w >= 0; w--) {
		for (size_t i = 0; i < n; i++) {
			if (weight(&runs[i]) != w)
				continue;
			plan[k].run = &runs[i];
			must_make(&plan[k].in, o->build, &runs[i], run_net(&runs[i]));
			k++;
		}
	}
	return plan;
}

size_t engine_run(const struct engine_options *o, const struct run *runs, size_t n)
{
	struct engine e = {.o = o};
	struct plan *plan = make_plan(o, runs, n);
	size_t next = 0;
	sigset_t before;

	prepare_results(o->results);
	fprintf(stderr,
		"  BENCH   %zu run%s, %u at a time; all is emulated (QEMU's TCG): /dev/kvm is not "
		"used, whether usable or not\n",
		n, n == 1 ? "" : "s", o->jobs);
	e.running = wp_alloc(o->jobs * sizeof(*e.running));
	e.signals = open_signals(&before);
	if (e.signals < 0)
		wp_die(WP_FAILED, "signalfd: %s", strerror(errno));
	start_spinners(&e);
	progress_begin(n);
	while (fill(&e, plan, n, &next)) {
		struct pollfd p = {.fd = e.signals, .events = POLLIN};

		show_running(&e);
		poll(&p, 1, 1000);
		handle_signals(&e);
		for (unsigned int i = 0; i < o->jobs; i++)
			if (e.running[i].pid)
				look_after(&e, &e.running[i]);
	}
	stop_spinners(&e);
	close(e.signals);
	/* Ctrl-C ends whatever comes next, too. */
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(e.running);
	free(plan);
	progress_clear();
	return e.failures;
}
