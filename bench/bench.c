// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench.c - the harness: which subcommand, which options.
 *
 * Adding a subcommand is adding a row and a file cmd-<name>.c.
 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command {
	const char *name, *arguments, *text;
	command_fn run;
} commands[] = {
	{"list", "", "print every run of the matrix as a command of its own", cmd_list},
	{"run", "<system/workload/size/k>...", "execute runs, one boot each", cmd_run},
	{"suite", "", "execute the matrix, then print the table", cmd_suite},
	{"table", "", "print the table from the results that are there", cmd_table},
	{"determinism", "[<run>...]", "execute runs twice, idle and loaded, and compare them",
	 cmd_determinism},
	{"compare", "<base> <now>", "compare two files of samples from hardware", cmd_compare},
};

enum {
	OPT_BUILD = 256,
	OPT_RESULTS,
	OPT_SIZE,
	OPT_KERNELS,
	OPT_SYSTEMS,
	OPT_WORKLOADS,
	OPT_BOOTS,
	OPT_JOBS,
	OPT_TIMEOUT,
	OPT_SILENCE,
	OPT_COSTS,
	OPT_FROM,
	OPT_REUSE,
	OPT_CLEAN,
	OPT_DETAIL,
	OPT_MISSING,
	OPT_ON,
	OPT_ROUNDS,
	OPT_STRICT,
	OPT_XEN
};

static const struct option long_options[] = {
	{"build", required_argument, NULL, OPT_BUILD},
	{"results", required_argument, NULL, OPT_RESULTS},
	{"size", required_argument, NULL, OPT_SIZE},
	{"kernels", required_argument, NULL, OPT_KERNELS},
	{"systems", required_argument, NULL, OPT_SYSTEMS},
	{"workloads", required_argument, NULL, OPT_WORKLOADS},
	{"boots", required_argument, NULL, OPT_BOOTS},
	{"jobs", required_argument, NULL, OPT_JOBS},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"silence", required_argument, NULL, OPT_SILENCE},
	{"costs", required_argument, NULL, OPT_COSTS},
	{"from", required_argument, NULL, OPT_FROM},
	{"reuse", no_argument, NULL, OPT_REUSE},
	{"clean", no_argument, NULL, OPT_CLEAN},
	{"detail", no_argument, NULL, OPT_DETAIL},
	{"missing", no_argument, NULL, OPT_MISSING},
	{"on", required_argument, NULL, OPT_ON},
	{"rounds", required_argument, NULL, OPT_ROUNDS},
	{"strict", no_argument, NULL, OPT_STRICT},
	{"xen", required_argument, NULL, OPT_XEN},
	{NULL, 0, NULL, 0},
};

static void describe(FILE *f)
{
	fputs("usage: bench <command> [options] [runs]\n\n", f);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(f, "  %-12s %-28s %s\n", commands[i].name, commands[i].arguments,
			commands[i].text);
	fputs("\n"
	      "  --size full|quick     sizes of the workloads (full)\n"
	      "  --kernels a,b         these generations of Linux (6.1)\n"
	      "  --systems a,b         only these systems\n"
	      "  --workloads a,b       only these workloads\n"
	      "  --boots N             perturbed boots for each figure\n"
	      "  --reuse               take stored results of the same inputs\n"
	      "  --clean               suite: not in a tree with uncommitted changes\n"
	      "  --jobs N              QEMUs at a time (one a CPU)\n"
	      "  --timeout S           wall seconds that a run may take (1800)\n"
	      "  --silence S           CPU seconds that it may compute without a word (600)\n"
	      "  --results DIR         where results lie (<build>/results)\n"
	      "  --build DIR           the build directory (build)\n"
	      "  --costs FILE          costs of events (bench/costs/haswell.csv)\n"
	      "  --from DIR            table: of the results in DIR, whatever they are of\n"
	      "  --xen DIR             boot <build>/DIR/xen where there is a hypervisor (xen)\n"
	      "  --detail              table: executors and events too\n"
	      "  --missing             list: only runs without a result\n"
	      "  --on hardware         suite: not in the emulator, but on this machine as it "
	      "runs;\n"
	      "                        then <name>=<runner>... are what is compared, interleaved\n"
	      "  --rounds N            on hardware: runs of each workload (20)\n"
	      "  --strict              on hardware: what is slower is an error\n",
	      f);
}

static _Noreturn void usage(void)
{
	describe(stderr);
	exit(WP_USAGE);
}

static unsigned int count(const char *option, const char *s, unsigned int max)
{
	char *end;
	unsigned long v = strtoul(s, &end, 10);

	if (end == s || *end || *s == '-' || !v || v > max)
		wp_die(WP_USAGE, "--%s: '%s' is not a number from 1 to %u", option, s, max);
	return (unsigned int)v;
}

static double seconds(const char *option, const char *s, double max)
{
	char *end;
	double v = strtod(s, &end);

	if (end == s || *end || !(v > 0) || v > max)
		wp_die(WP_USAGE, "--%s: '%s' is not a number of seconds up to %.0f", option, s,
		       max);
	return v;
}

static enum run_size size(const char *s)
{
	for (int i = SIZE_FULL; i <= SIZE_QUICK; i++)
		if (!strcmp(s, run_size_names[i]))
			return (enum run_size)i;
	wp_die(WP_USAGE, "--size: '%s' is neither full nor quick", s);
}

static void parse(struct options *o, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (c) {
		case OPT_BUILD:
			o->engine.build = optarg;
			break;
		case OPT_RESULTS:
			o->engine.results = optarg;
			break;
		case OPT_SIZE:
			o->size = size(optarg);
			break;
		case OPT_KERNELS:
			o->kernels = optarg;
			break;
		case OPT_SYSTEMS:
			o->systems = optarg;
			break;
		case OPT_WORKLOADS:
			o->workloads = optarg;
			break;
		case OPT_XEN:
			run_hypervisor(optarg);
			break;
		case OPT_BOOTS:
			o->boots = count("boots", optarg, RUN_PERTURB_MAX);
			break;
		case OPT_JOBS:
			o->engine.jobs = count("jobs", optarg, 1024);
			break;
		case OPT_TIMEOUT:
			o->engine.timeout_s = count("timeout", optarg, 1000000);
			break;
		case OPT_SILENCE:
			o->engine.silence_s = seconds("silence", optarg, 1000000);
			break;
		case OPT_COSTS:
			o->costs = optarg;
			break;
		case OPT_FROM:
			o->from = optarg;
			break;
		case OPT_REUSE:
			o->engine.reuse = true;
			break;
		case OPT_CLEAN:
			o->clean = true;
			break;
		case OPT_DETAIL:
			o->detail = true;
			break;
		case OPT_MISSING:
			o->missing = true;
			break;
		case OPT_ON:
			if (strcmp(optarg, "hardware") && strcmp(optarg, "emulator"))
				wp_die(WP_USAGE, "--on: '%s' is neither emulator nor hardware",
				       optarg);
			o->hardware = !strcmp(optarg, "hardware");
			break;
		case OPT_ROUNDS:
			o->rounds = count("rounds", optarg, 100000);
			break;
		case OPT_STRICT:
			o->strict = true;
			break;
		default:
			usage();
		}
	}
}

int main(int argc, char **argv)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct options o = {
		.program = argv[0],
		.engine = {.build = "build",
			   .jobs = cpus > 0 ? (unsigned int)cpus : 1,
			   .timeout_s = 1800,
			   .silence_s = 600},
		.costs = "bench/costs/haswell.csv",
	};
	int ret;

	wp_program = "bench";
	if (argc < 2)
		usage();
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
		describe(stdout);
		return WP_OK;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, argv[1]))
			continue;
		parse(&o, argc - 1, argv + 1);
		if (!o.engine.results)
			o.engine.results = wp_format("%s/results", o.engine.build);
		/* QEMU takes a comma for the end of a plugin's option. */
		if (strchr(o.engine.build, ',') || strchr(o.engine.results, ','))
			wp_die(WP_USAGE,
			       "%s: a directory with a comma in its name cannot be given to QEMU's "
			       "plugins: rename it",
			       strchr(o.engine.build, ',') ? o.engine.build : o.engine.results);
		ret = commands[i].run(&o, argc - 1 - optind, argv + 1 + optind);
		if (fflush(stdout) || ferror(stdout))
			wp_die(WP_FAILED, "standard output cannot be written: %m");
		return ret;
	}
	wp_warn("there is no command '%s'", argv[1]);
	usage();
}
