// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * main.c - build/gate/gate: measures a record, compares two.  gate/run, which `make gate`
 * calls, decides what is measured and what it is compared with.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "environment.h"
#include "measure.h"
#include "print.h"

struct options {
	struct measure m;
	const char *out, *known, *base, *base_name, *now, *tolerances, *costs;
};

static const struct option long_options[] = {
	{"build", required_argument, NULL, 'b'},
	{"out", required_argument, NULL, 'o'},
	{"known", required_argument, NULL, 'k'},
	{"sample", required_argument, NULL, 's'},
	{"kernels", required_argument, NULL, 'K'},
	{"systems", required_argument, NULL, 'S'},
	{"workloads", required_argument, NULL, 'W'},
	{"size", required_argument, NULL, 'z'},
	{"perturb", required_argument, NULL, 'p'},
	{"jobs", required_argument, NULL, 'j'},
	{"results", required_argument, NULL, 'r'},
	{"anew", no_argument, NULL, 'a'},
	{"base", required_argument, NULL, 'B'},
	{"base-name", required_argument, NULL, 'M'},
	{"now", required_argument, NULL, 'N'},
	{"tolerances", required_argument, NULL, 'T'},
	{"costs", required_argument, NULL, 'C'},
	{"cc", required_argument, NULL, 'c'},
	{"revision", required_argument, NULL, 'v'},
	{"clean", no_argument, NULL, 'l'},
	{"xen", required_argument, NULL, 'X'},
	{"no-ledgers", no_argument, NULL, 'L'},
	{NULL, 0, NULL, 0},
};

static _Noreturn void usage(void)
{
	fputs("usage: gate <command> [options]\n\n"
	      "  measure   execute the runs of this build, write a record: --out FILE\n"
	      "  check     is it a whole record?  --base FILE\n"
	      "  moved     have inputs moved, and runs with them?  --base FILE --now FILE\n"
	      "  compare   --base FILE --now FILE --out PREFIX: PREFIX.txt .json .tap .xml\n\n"
	      "  --known FILE      runs whose key is in this record are not executed\n"
	      "  --sample N        but N of them are, to see that they are the same (0)\n"
	      "  --kernels a,b  --systems a,b  --workloads a,b\n"
	      "                    measure these; compare: miss these if only the base has them\n"
	      "  --size full|quick (quick)\n"
	      "  --perturb K       the memory layout of all runs (0)\n"
	      "  --jobs N          QEMUs at a time (one a CPU)\n"
	      "  --results DIR     of single runs (<build>/gate/results)\n"
	      "  --anew            execute runs that have a result there, too\n"
	      "  --no-ledgers      of sites: faster, but what moves is not explained\n"
	      "  --xen DIR         boot <build>/DIR/xen where there is a hypervisor (xen)\n"
	      "  --clean           refuse sources that are not those of a commit\n"
	      "  --build DIR       the build directory (build)\n"
	      "  --cc PROGRAM      the compiler (gcc)\n"
	      "  --revision REV    the commit that is measured (as git says)\n"
	      "  --base-name TEXT  what the base is, for the report\n"
	      "  --tolerances FILE (gate/tolerances)  --costs FILE (bench/costs/haswell.csv)\n\n"
	      "exit codes: 0 done, 1 a regression (compare) or moved inputs (moved), 2 wrong usage "
	      "or\n"
	      "a damaged file, 3 the harness failed\n",
	      stderr);
	exit(WP_USAGE);
}

static unsigned int count(const char *option, const char *s, unsigned int max)
{
	char *end;
	unsigned long v = strtoul(s, &end, 10);

	if (end == s || *end || *s == '-' || v > max)
		wp_die(WP_USAGE, "--%s: '%s' is not a number up to %u", option, s, max);
	return (unsigned int)v;
}

static enum run_size size(const char *s)
{
	for (int i = SIZE_FULL; i <= SIZE_QUICK; i++)
		if (!strcmp(s, run_size_names[i]))
			return (enum run_size)i;
	wp_die(WP_USAGE, "--size: '%s' is neither full nor quick", s);
}

static void set_option(struct options *o, int c)
{
	switch (c) {
	case 'b':
		o->m.engine.build = optarg;
		break;
	case 'o':
		o->out = optarg;
		break;
	case 'k':
		o->known = optarg;
		break;
	case 's':
		o->m.sample = count("sample", optarg, 1000);
		break;
	case 'K':
		o->m.kernels = optarg;
		break;
	case 'S':
		o->m.systems = optarg;
		break;
	case 'W':
		o->m.workloads = optarg;
		break;
	case 'z':
		o->m.size = size(optarg);
		break;
	case 'p':
		o->m.perturb = count("perturb", optarg, RUN_PERTURB_MAX);
		break;
	case 'j':
		o->m.engine.jobs = count("jobs", optarg, 1024);
		break;
	case 'r':
		o->m.engine.results = optarg;
		break;
	case 'a':
		o->m.engine.reuse = false;
		break;
	case 'l':
		o->m.clean = true;
		break;
	case 'L':
		o->m.engine.ledger = false;
		break;
	case 'X':
		run_hypervisor(optarg);
		break;
	case 'B':
		o->base = optarg;
		break;
	case 'M':
		o->base_name = optarg;
		break;
	case 'N':
		o->now = optarg;
		break;
	case 'T':
		o->tolerances = optarg;
		break;
	case 'C':
		o->costs = optarg;
		break;
	case 'c':
		o->m.cc = optarg;
		break;
	case 'v':
		o->m.revision = optarg;
		break;
	default:
		usage();
	}
}

static void must_read(struct record *r, const char *path, const char *option)
{
	char why[512];

	if (!path)
		wp_die(WP_USAGE, "--%s: which file?", option);
	if (record_read(r, path, why, sizeof(why)))
		wp_die(WP_USAGE, "%s", why);
}

static void must_write(const char *path, const struct wp_buf *b)
{
	if (wp_write_file(path, b->data, b->len))
		wp_die(WP_FAILED, "%s: %m", path);
}

static int cmd_measure(struct options *o)
{
	struct record known = {0}, r;
	struct wp_buf b = {0};
	struct measured done;

	if (!o->out)
		wp_die(WP_USAGE, "--out: which file?");
	if (o->known) {
		must_read(&known, o->known, "known");
		o->m.known = &known;
	}
	done = measure(&r, &o->m);
	fprintf(stderr,
		"gate: %zu runs: %zu executed, now or before; %zu have the very inputs of runs "
		"that are known, "
		"hence their figures",
		done.runs, done.runs - done.known + done.sampled, done.known);
	if (done.sampled)
		fprintf(stderr, " (%zu of these executed all the same: %zu differ)", done.sampled,
			done.differs);
	fputs("\n", stderr);
	if (done.failed)
		wp_die(WP_FAILED, "%zu runs failed; see above", done.failed);
	if (done.differs)
		wp_die(WP_FAILED, "runs of equal inputs are not equal; see above");
	record_print(&r, &b);
	must_write(o->out, &b);
	wp_buf_free(&b);
	record_free(&r);
	record_free(&known);
	return WP_OK;
}

static int cmd_check(struct options *o)
{
	struct record r;

	must_read(&r, o->base, "base");
	printf("%s: %zu runs of %s, whole\n", o->base, r.runs, r.revision);
	record_free(&r);
	return WP_OK;
}

/* Have the bytes of anything that both ran changed? */
static bool keys_differ(const struct record *base, const struct record *now)
{
	for (size_t i = 0; i < now->runs; i++) {
		const struct rec_run *old = record_run(base, now->run[i].id);

		if (old && strcmp(old->key, now->run[i].key))
			return true;
	}
	return false;
}

static int cmd_moved(struct options *o)
{
	struct record base, now;
	struct wp_buf b = {0};
	int ret = WP_OK;

	must_read(&base, o->base, "base");
	must_read(&now, o->now, "now");
	if (environment_moved(&base, &now, &b)) {
		ret = keys_differ(&base, &now) ? WP_FINDING : WP_OK;
		printf("gate: inputs have moved since the baseline was made:\n%s%s", b.data,
		       ret ? "" : "gate: all images are what they were: the baseline serves\n");
	}
	wp_buf_free(&b);
	record_free(&base);
	record_free(&now);
	return ret;
}

static void write_reports(const char *prefix, const struct report *r)
{
	static const struct {
		const char *suffix;
		void (*print)(const struct report *r, struct wp_buf *b);
	} form[] = {{"txt", print_text},
		    {"json", print_json},
		    {"tap", print_tap},
		    {"xml", print_junit}};

	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		struct wp_buf b = {0};
		char *path = wp_format("%s.%s", prefix, form[i].suffix);

		form[i].print(r, &b);
		must_write(path, &b);
		if (!i)
			fputs(b.data, stdout);
		free(path);
		wp_buf_free(&b);
	}
}

static int cmd_compare(struct options *o)
{
	struct record base, now;
	struct report r = {.base_name = o->base_name ? o->base_name : ""};
	const struct selection asked = {o->m.kernels, o->m.systems, o->m.workloads};
	struct wp_buf moved = {0};
	struct explanation *explanation;
	struct tolerances t;
	struct comparison c;
	struct costs costs;
	int ret;

	if (!o->out)
		wp_die(WP_USAGE, "--out: which prefix?");
	must_read(&base, o->base, "base");
	must_read(&now, o->now, "now");
	tolerances_load(&t, o->tolerances);
	costs_load(&costs, o->costs);
	environment_moved(&base, &now, &moved);
	compare(&c, &base, &now, &asked, &t, &costs);
	r.explanations = explain(&explanation, &c, &costs);
	r.base = &base;
	r.now = &now;
	r.c = &c;
	r.explanation = explanation;
	r.moved = moved.data ? moved.data : "";
	if (comparison_empty(&c)) {
		wp_warn("%s and %s have no figure in common: other kernels, systems or workloads",
			o->base, o->now);
		ret = WP_USAGE;
	} else {
		write_reports(o->out, &r);
		ret = comparison_fails(&c) ? WP_FINDING : WP_OK;
	}
	explain_free(explanation, r.explanations);
	comparison_free(&c);
	costs_free(&costs);
	tolerances_free(&t);
	wp_buf_free(&moved);
	record_free(&base);
	record_free(&now);
	return ret;
}

static const struct command {
	const char *name;
	int (*run)(struct options *o);
} commands[] = {
	{"measure", cmd_measure},
	{"check", cmd_check},
	{"moved", cmd_moved},
	{"compare", cmd_compare},
};

int main(int argc, char **argv)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct options o = {
		.m = {.engine = {.build = "build",
				 .reuse = true,
				 .ledger = true,
				 .jobs = cpus > 0 ? (unsigned int)cpus : 1,
				 .timeout_s = 1800,
				 .silence_s = 600},
		      .size = SIZE_QUICK,
		      .cc = "gcc"},
		.tolerances = "gate/tolerances",
		.costs = "bench/costs/haswell.csv",
	};
	int c, ret;

	wp_program = "gate";
	if (argc < 2)
		usage();
	while ((c = getopt_long(argc - 1, argv + 1, "", long_options, NULL)) != -1)
		set_option(&o, c);
	if (optind != argc - 1)
		usage();
	if (!o.m.engine.results)
		o.m.engine.results = wp_format("%s/gate/results", o.m.engine.build);
	if (!o.m.engine.jobs)
		wp_die(WP_USAGE, "--jobs: at least one");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, argv[1]))
			continue;
		ret = commands[i].run(&o);
		if (fflush(stdout) || ferror(stdout))
			wp_die(WP_FAILED, "standard output cannot be written: %m");
		return ret;
	}
	usage();
}
