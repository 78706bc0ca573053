// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd-hardware.c - `suite --on hardware`: the workloads on the very machine, its CPU and its
 * kernel; and `compare`: two files of such samples.
 *
 * The runner of the guests is a program of the host too.  Several runners (a base and a changed
 * one) are measured interleaved: a round is one run of each workload by each of them, so
 * that what drifts drifts for all.  The results are advisory: exit code 1 only with --strict.
 * Systems are those that the machine was booted with: reboot it for another kernel, compare the
 * files.
 */
#include "options.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "capture.h"
#include "figures.h"
#include "hardware.h"
#include "samples.h"
#include "workdir.h"

#define RUNNERS_MAX    8
#define DEFAULT_ROUNDS 20
#define UNIT	       "TSC ticks"

struct runner {
	char *name, *path;
	struct samples s;
};

static void pin(struct wp_buf *b)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu < 0 ? 0 : cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		wp_buf_printf(b, "not pinned to a CPU: %s\n", strerror(errno));
	else
		wp_buf_printf(b, "pinned to CPU %d\n", cpu < 0 ? 0 : cpu);
}

static void start(struct runner *r, char *spec)
{
	char *equals = strchr(spec, '='), date[32];
	struct utsname u;
	time_t now = time(NULL);

	if (!equals || equals == spec || !equals[1])
		wp_die(WP_USAGE, "'%s' is not <name>=<runner>", spec);
	*r = (struct runner){.name = wp_format("%.*s", (int)(equals - spec), spec),
			     .path = wp_strdup(equals + 1)};
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	uname(&u);
	r->s.cpu = hardware_cpu();
	r->s.kernel = wp_format("%s %s", u.release, u.version);
	r->s.unit = wp_strdup(UNIT);
	r->s.name = wp_strdup(r->name);
	r->s.date = wp_strdup(date);
}

/* One run of one workload; -1: it does not run on a host. */
static int run_one(struct runner *r, const char *name, uint64_t ops, double *ticks)
{
	char *number = wp_format("%llu", (unsigned long long)ops), why[256];
	char *const argv[] = {r->path, (char *)name, number, NULL};
	struct wp_buf out = {0};
	struct console c;
	int ret = capture(argv, &out);

	if (!ret && (console_parse(&c, out.data, why, sizeof(why)) || !c.result || !c.ticks.n))
		wp_die(WP_FAILED, "%s %s: its output makes no sense", r->path, name);
	if (!ret)
		*ticks = (double)c.ticks.n / (double)c.ops;
	wp_buf_free(&out);
	free(number);
	return ret;
}

static void must_run(struct runner *r, const char *name, uint64_t ops)
{
	double ticks;

	if (run_one(r, name, ops, &ticks))
		wp_die(WP_FAILED, "%s %s: it failed, though it ran before", r->path, name);
	samples_add(&r->s, name, ticks);
}

/* The workloads of the first runner that run on a host: by trying each, which warms up, too. */
static size_t usable(const struct options *o, struct runner *r, const struct workloads *w,
		     const struct workload **list)
{
	size_t n = 0;
	double ticks;

	for (size_t i = 0; i < w->n; i++) {
		if (!list_has(o->workloads, w->list[i].name))
			continue;
		if (run_one(r, w->list[i].name, w->list[i].quick_ops, &ticks))
			fprintf(stderr, "  BENCH   %s runs in a guest only: left out\n",
				w->list[i].name);
		else
			list[n++] = &w->list[i];
	}
	if (!n)
		wp_die(WP_FAILED, "%s: no workload of it runs on this host", r->path);
	return n;
}

static void store(const struct options *o, struct runner *r)
{
	char *dir = wp_format("%s/hardware", o->engine.results);
	char *path = wp_format("%s/%s.samples", dir, r->name);
	struct wp_buf b = {0};

	make_dir(dir);
	samples_print(&r->s, &b);
	if (wp_write_file(path, b.data, b.len))
		wp_die(WP_FAILED, "%s: %m", path);
	printf("all samples: %s\n", path);
	wp_buf_free(&b);
	free(path);
	free(dir);
}

static int verdict(const struct options *o, size_t slower, struct wp_buf *b)
{
	fputs(b->data, stdout);
	if (slower)
		printf("%zu slower%s\n", slower,
		       o->strict ? "" : " (advisory: exit code 0; --strict makes it 1)");
	return slower && o->strict ? WP_FINDING : WP_OK;
}

int cmd_hardware(const struct options *o, int argc, char **argv)
{
	unsigned int rounds = o->rounds ? o->rounds : DEFAULT_ROUNDS;
	struct runner r[RUNNERS_MAX];
	const struct workload **list;
	struct wp_buf about = {0}, table = {0};
	struct workloads w;
	size_t n, runners = argc ? (size_t)argc : 1, slower = 0;
	char *own = wp_format("now=%s/guest/runner", o->engine.build);

	if (o->systems)
		wp_die(WP_USAGE, "--on hardware measures the system that this machine was booted "
				 "with; --systems is for the emulator");
	if (runners > RUNNERS_MAX)
		wp_die(WP_USAGE, "at most %d runners", RUNNERS_MAX);
	hardware_describe(&about);
	pin(&about);
	fputs(about.data, stdout);
	if (!hardware_tsc_constant())
		wp_die(WP_FAILED, "the TSC of this CPU is not constant: its ticks are no time");
	for (size_t i = 0; i < runners; i++)
		start(&r[i], argc ? argv[i] : own);
	workloads_load(&w, o->engine.build);
	list = wp_alloc((w.n + 1) * sizeof(*list));
	n = usable(o, &r[0], &w, list);
	for (unsigned int round = 0; round < rounds; round++)
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < runners; k++)
				must_run(&r[(k + round) % runners], list[i]->name,
					 list[i]->quick_ops);
	printf("%u rounds, interleaved\n\n", rounds);
	for (size_t k = 1; k < runners; k++)
		slower += samples_table(&r[0].s, &r[k].s, &table);
	if (runners == 1)
		samples_table(&r[0].s, NULL, &table);
	for (size_t k = 0; k < runners; k++)
		store(o, &r[k]);
	return verdict(o, slower, &table);
}

int cmd_compare(const struct options *o, int argc, char **argv)
{
	struct samples s[2];
	struct wp_buf table = {0};
	const char *differ;
	char why[512];

	if (argc != 2)
		wp_die(WP_USAGE, "compare: which two files of samples?");
	for (int i = 0; i < 2; i++)
		if (samples_read(&s[i], argv[i], why, sizeof(why)))
			wp_die(WP_USAGE, "%s", why);
	differ = samples_differ(&s[0], &s[1]);
	if (differ)
		wp_die(WP_USAGE, "%s and %s cannot be compared: %s (%s, %s; %s, %s)", argv[0],
		       argv[1], differ, s[0].cpu, s[0].unit, s[1].cpu, s[1].unit);
	return verdict(o, samples_table(&s[0], &s[1], &table), &table);
}
