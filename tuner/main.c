// SPDX-License-Identifier: GPL-2.0-or-later
/* main.c - `tuner`: costs from runs, a plan from profiles and costs, both beside a run. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/plan.h"
#include "derive.h"
#include "plan.h"

static const char usage_text[] =
	"usage: tuner <command> [options]\n"
	"  costs   --vmlinux FILE [WORKLOAD:]STRATEGY=FILE...\n"
	"                                              costs, from files of sitecost.so\n"
	"          STRATEGY: trap, call, inline, or the file of a plan; with WORKLOAD\n"
	"          costs of that workload, too, where they differ from the general ones\n"
	"          [--pads FILE]                         what pads cost a CPU: its file of "
	"microbench\n"
	"  plan    --vmlinux FILE --costs FILE         choose, for profiles of that kernel\n"
	"          [--text-budget BYTES]                 pad bytes in all\n"
	"          [--native-budget VALUE]               cost of pads on bare hardware in all\n"
	"          [--keep-pads]                         for the pads that the kernel has\n"
	"          [--single-step-safe]                  the kernel never single-steps itself\n"
	"          [--by-name] PROFILE...                profiles of another build, too\n"
	"  compare --vmlinux FILE --costs FILE --plan FILE|trap|call|inline\n"
	"          --sites FILE --counts FILE          files of sitecost.so and count.so\n"
	"          [--base STRATEGY=FILE] PROFILE        count.so's under that: for the whole run\n"
	"  -o, --output FILE                           write there instead of to standard output\n"
	"Formats and method: docs/tuner.md\n";

#define MAX_STATES 4000000 /* some 200 MB */

static struct options {
	const char *vmlinux, *costs, *plan, *sites, *counts, *base, *pads, *output;
	struct budgets budgets;
	struct option_rules rules;
	bool by_name;
	char **file;
	size_t files;
} opt = {.budgets = {NO_BUDGET, NO_BUDGET, MAX_STATES}};

static const struct option long_options[] = {
	{"vmlinux", required_argument, NULL, 'v'},
	{"costs", required_argument, NULL, 'c'},
	{"plan", required_argument, NULL, 'p'},
	{"sites", required_argument, NULL, 's'},
	{"counts", required_argument, NULL, 'C'},
	{"base", required_argument, NULL, 'b'},
	{"pads", required_argument, NULL, 'P'},
	{"output", required_argument, NULL, 'o'},
	{"text-budget", required_argument, NULL, 'T'},
	{"native-budget", required_argument, NULL, 'N'},
	{"keep-pads", no_argument, NULL, 'k'},
	{"single-step-safe", no_argument, NULL, 'S'},
	{"by-name", no_argument, NULL, 'n'},
	{NULL, 0, NULL, 0},
};

static _Noreturn void usage(void)
{
	fputs(usage_text, stderr);
	exit(WP_USAGE);
}

static const char *need(const char *value, const char *option)
{
	if (!value)
		wp_die(WP_USAGE, "%s is needed here", option);
	return value;
}

static int64_t number(const char *text, const char *option)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value > INT64_MAX / 1000000)
		wp_die(WP_USAGE, "%s takes a whole number", option);
	return value;
}

static void put(struct wp_buf *b)
{
	if (opt.output) {
		if (wp_write_file(opt.output, b->data, b->len))
			wp_die(WP_FAILED, "cannot write %s: %s", opt.output, strerror(errno));
	} else if (fwrite(b->data, 1, b->len, stdout) != b->len || fflush(stdout)) {
		wp_die(WP_FAILED, "cannot write: %s", strerror(errno));
	}
	wp_buf_free(b);
}

/* [WORKLOAD:]STRATEGY=FILE; what stands before a colon and has a slash is a plan's path. */
static void add_run(struct derived *d, char *run)
{
	char *file = strrchr(run, '='), *colon = strchr(run, ':');
	const char *workload = NULL, *strategy = run;

	if (!file)
		wp_die(WP_USAGE, "`%s' is not [WORKLOAD:]STRATEGY=FILE", run);
	*file++ = '\0';
	if (colon && colon < file && !memchr(run, '/', (size_t)(colon - run))) {
		*colon = '\0';
		workload = run;
		strategy = colon + 1;
		if (!*workload || workload[strcspn(workload, " \t#")])
			wp_die(WP_USAGE, "`%s' is no name of a workload", workload);
	}
	derived_add(d, workload, strategy, file);
}

static void cmd_costs(void)
{
	struct pads pads = pads_in_instructions;
	struct wp_buf out = {0};
	struct derived *d;
	struct kernel k;

	if (!opt.files)
		usage();
	kernel_open(&k, need(opt.vmlinux, "--vmlinux"));
	d = derived_new(&k);
	for (size_t i = 0; i < opt.files; i++)
		add_run(d, opt.file[i]);
	if (opt.pads)
		pads_read(&pads, opt.pads);
	derived_print(d, &pads, &out);
	put(&out);
	derived_free(d);
	kernel_close(&k);
}

/* Returns each, and their sum in *@sum. */
static struct profile *read_profiles(struct profile *sum, const struct kernel *k)
{
	struct profile *each = wp_alloc(opt.files * sizeof(*each));

	for (size_t i = 0; i < opt.files; i++) {
		struct wp_buf unmatched = {0};
		struct profile *p = &each[i];
		const char *wrong;

		if (profile_read(p, opt.file[i]))
			exit(WP_USAGE);
		if (profile_match(p, opt.file[i], k, opt.by_name, &unmatched))
			exit(WP_FINDING);
		if (unmatched.len)
			wp_warn("%s: not in %s, left out:\n%s", opt.file[i], k->image.path,
				unmatched.data);
		wp_buf_free(&unmatched);
		if (!p->sites.n)
			wp_die_at(WP_USAGE, opt.file[i], 0,
				  "it counts no site: there is nothing to tune for");
		if (!i) {
			memcpy(sum->build, p->build, sizeof(sum->build));
			sum->unit = p->unit;
		}
		wrong = profile_merge(sum, p);
		if (wrong)
			wp_die_at(WP_FINDING, opt.file[i], 0, "cannot be added to %s: %s",
				  opt.file[0], wrong);
	}
	return each;
}

/* What was written must mean to others what was chosen. */
static void check_plan(const struct wp_buf *text, const struct decisions *d)
{
	struct plan *p = plan_parse("the plan just made", text->data, text->len);

	for (size_t i = 0; p && i < d->n; i++) {
		const struct decision *this = &d->decision[i];
		const struct choice *c = &this->option[this->chosen];
		struct plan_entry e = plan_lookup(p, this->kind, this->name);
		int pad = c->bytes ? c->total : 0;
		const char *variant = strchr(c->strategy, ':');

		if ((opt.rules.keep_pads || e.pad == pad) &&
		    (e.strategy == STRATEGY_INLINE) == !strncmp(c->strategy, "inline", 6) &&
		    (e.strategy == STRATEGY_TRAP) == !strcmp(c->strategy, "trap") &&
		    !e.variant == !variant && (!variant || !strcmp(e.variant, variant + 1)))
			continue;
		wp_die(WP_FAILED, "the plan does not say of %s what was chosen", this->name);
	}
	if (!p)
		exit(WP_FAILED);
	plan_free(p);
}

static void cmd_plan(void)
{
	struct wp_buf out = {0};
	struct solution solution = {0};
	struct decisions d;
	struct profile sum = {0}, *each;
	struct costs *c;
	struct kernel k;
	char *wrong;

	if (!opt.files)
		wp_die(WP_USAGE, "a profile is needed: there is nothing to tune for");
	if (!opt.budgets.bytes)
		wp_die(WP_USAGE, "a text budget of zero leaves every site to trap, for which no "
				 "plan is needed (wedge.strategy=trap): give some bytes");
	if (opt.rules.keep_pads &&
	    (opt.budgets.bytes != NO_BUDGET || opt.budgets.native != NO_BUDGET))
		wp_die(WP_USAGE, "with --keep-pads no pad is chosen, and budgets mean nothing");
	c = costs_read(need(opt.costs, "--costs"));
	if (!c)
		exit(WP_USAGE);
	kernel_open(&k, need(opt.vmlinux, "--vmlinux"));
	each = read_profiles(&sum, &k);
	options_make(&d, &k, each, opt.files, c, &opt.rules);
	wrong = plan_choose(&d, &opt.budgets, &solution);
	if (wrong)
		wp_die(WP_USAGE, "%s: %s", opt.costs, wrong);
	plan_print(&d, c, &opt.budgets, &solution,
		   &(struct plan_provenance){&k, &sum, opt.rules.keep_pads}, &out);
	check_plan(&out, &d);
	put(&out);
	options_free(&d);
	profile_free(&sum);
	for (size_t i = 0; i < opt.files; i++)
		profile_free(&each[i]);
	free(each);
	costs_free(c);
	kernel_close(&k);
}

static void cmd_compare(void)
{
	char *base = opt.base ? wp_strdup(opt.base) : NULL,
	     *file = base ? strrchr(base, '=') : NULL;
	struct wp_buf out = {0};
	struct kernel k;

	if (opt.files != 1)
		usage();
	if (base && !file)
		wp_die(WP_USAGE, "--base takes STRATEGY=FILE");
	if (file)
		*file++ = '\0';
	kernel_open(&k, need(opt.vmlinux, "--vmlinux"));
	compare(&k,
		&(struct comparison){need(opt.plan, "--plan"), need(opt.costs, "--costs"),
				     opt.file[0], need(opt.sites, "--sites"),
				     need(opt.counts, "--counts"), file, base},
		&out);
	put(&out);
	free(base);
	kernel_close(&k);
}

static const struct {
	const char *name;
	void (*run)(void);
} commands[] = {
	{"costs", cmd_costs},
	{"plan", cmd_plan},
	{"compare", cmd_compare},
};

static void parse_options(int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "o:", long_options, NULL)) != -1)
		switch (c) {
		case 'v':
			opt.vmlinux = optarg;
			break;
		case 'c':
			opt.costs = optarg;
			break;
		case 'p':
			opt.plan = optarg;
			break;
		case 's':
			opt.sites = optarg;
			break;
		case 'C':
			opt.counts = optarg;
			break;
		case 'b':
			opt.base = optarg;
			break;
		case 'o':
			opt.output = optarg;
			break;
		case 'P':
			opt.pads = optarg;
			break;
		case 'T':
			opt.budgets.bytes = number(optarg, "--text-budget");
			break;
		case 'N':
			opt.budgets.native = number(optarg, "--native-budget") * COST_ONE;
			break;
		case 'k':
			opt.rules.keep_pads = true;
			break;
		case 'S':
			opt.rules.single_step_safe = true;
			break;
		case 'n':
			opt.by_name = true;
			break;
		default:
			usage();
		}
	opt.file = argv + optind;
	opt.files = (size_t)(argc - optind);
}

int main(int argc, char **argv)
{
	wp_program = "tuner";
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[1], commands[i].name)) {
			parse_options(argc - 1, argv + 1);
			commands[i].run();
			return WP_OK;
		}
	usage();
}
