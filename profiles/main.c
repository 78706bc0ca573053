// SPDX-License-Identifier: GPL-2.0-or-later
/* main.c - `profile`: make, join, show and check profiles. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "collect.h"
#include "show.h"

static const char usage_text[] =
	"usage: profile <command> [options]\n"
	"  sites   --vmlinux FILE [--spans]            addresses, for count.so (--spans: "
	"sitecost.so)\n"
	"  collect --vmlinux FILE --workload NAME      make a profile, from one of\n"
	"          --counts FILE                         count.so's counts of sites\n"
	"          --wedge FILE [--minus FILE]           a console of the wedge, "
	"wedge.report=1\n"
	"          --perf FILE                           the text of perf script\n"
	"          --stores FILE                         ptstores.so (also beside one of the "
	"above)\n"
	"  merge   [--vmlinux FILE] [--by-name] FILE...  add them up\n"
	"  check   --vmlinux FILE [--by-name] FILE     is it of this kernel?\n"
	"  show    [--top N] FILE                      as tables, most first\n"
	"  missed  FILE                                stores without a site, for "
	"memsites/missed-*.txt\n"
	"  -o, --output FILE                           write there instead of to standard output\n"
	"Formats and methods: docs/profiles.md\n";

static struct options {
	const char *vmlinux, *workload, *counts, *wedge, *minus, *perf, *stores, *output;
	size_t top;
	bool spans, by_name;
	char **file;
	size_t files;
} opt = {.top = 30};

static const struct option long_options[] = {
	{"vmlinux", required_argument, NULL, 'v'}, {"workload", required_argument, NULL, 'w'},
	{"counts", required_argument, NULL, 'c'},  {"wedge", required_argument, NULL, 'W'},
	{"minus", required_argument, NULL, 'm'},   {"perf", required_argument, NULL, 'p'},
	{"stores", required_argument, NULL, 's'},  {"output", required_argument, NULL, 'o'},
	{"top", required_argument, NULL, 't'},	   {"spans", no_argument, NULL, 'S'},
	{"by-name", no_argument, NULL, 'n'},	   {NULL, 0, NULL, 0},
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

static void put(struct wp_buf *b)
{
	const char *text = b->data ? b->data : "";

	if (opt.output) {
		if (wp_write_file(opt.output, text, b->len))
			wp_die(WP_FAILED, "cannot write %s: %s", opt.output, strerror(errno));
	} else if (fwrite(text, 1, b->len, stdout) != b->len || fflush(stdout)) {
		wp_die(WP_FAILED, "cannot write: %s", strerror(errno));
	}
	wp_buf_free(b);
}

static void cmd_sites(void)
{
	struct wp_buf b = {0};
	struct kernel k;

	kernel_open(&k, need(opt.vmlinux, "--vmlinux"));
	wp_buf_printf(&b, "# sites of %s, build %s\n", k.image.path, k.build);
	for (size_t i = 0; i < k.sites.n; i++) {
		const struct site *s = &k.sites.site[i];
		unsigned int bytes = s->total > s->length ? s->total : s->length;

		if (!opt.spans)
			wp_buf_printf(&b, "%" PRIx64 "\n", s->addr);
		else if (s->flags & AB_F_NOFALL)
			wp_buf_printf(&b, "%" PRIx64 " -\n", s->addr);
		else
			wp_buf_printf(&b, "%" PRIx64 " %" PRIx64 "\n", s->addr, s->addr + bytes);
	}
	put(&b);
	kernel_close(&k);
}

static void cmd_collect(void)
{
	struct profile p = {0};
	struct wp_buf b = {0};
	struct kernel k;

	need(opt.workload, "--workload");
	if (!*opt.workload || strpbrk(opt.workload, " \t\n"))
		wp_die(WP_USAGE, "--workload takes one word");
	if (!!opt.counts + !!opt.wedge + !!opt.perf > 1 ||
	    !(opt.counts || opt.wedge || opt.perf || opt.stores))
		wp_die(WP_USAGE, "one of --counts, --wedge and --perf, or --stores, is needed");
	kernel_open(&k, need(opt.vmlinux, "--vmlinux"));
	strcpy(p.build, k.build);
	profile_add_workload(&p, opt.workload);
	p.unit = opt.wedge ? UNIT_EMULATIONS : opt.perf ? UNIT_SAMPLES : UNIT_EXECUTIONS;
	if (opt.counts)
		collect_counts(&k, &p, opt.counts);
	if (opt.wedge)
		collect_wedge(&k, &p, opt.wedge, opt.minus);
	if (opt.perf)
		collect_perf(&k, &p, opt.perf);
	if (opt.stores)
		collect_stores(&k, &p, opt.stores);
	if (profile_sort(&p))
		wp_die(WP_USAGE, "a sum of counts exceeds 64 bits");
	profile_print(&p, &b);
	put(&b);
	profile_free(&p);
	kernel_close(&k);
}

/* Reads opt.file[i]; with --vmlinux as a profile of that kernel. */
static void read_one(struct profile *p, size_t i, const struct kernel *k)
{
	struct wp_buf unmatched = {0};

	if (profile_read(p, opt.file[i]))
		exit(WP_USAGE);
	if (k && profile_match(p, opt.file[i], k, opt.by_name, &unmatched))
		exit(WP_FINDING);
	if (unmatched.len)
		wp_warn("%s: not in %s, left out:\n%s", opt.file[i], k->image.path, unmatched.data);
	wp_buf_free(&unmatched);
}

static void need_files(size_t least, size_t most)
{
	if (opt.files < least || opt.files > most)
		usage();
}

static void cmd_merge(void)
{
	struct profile sum, p;
	struct wp_buf b = {0};
	struct kernel k;

	need_files(1, SIZE_MAX);
	if (opt.by_name)
		need(opt.vmlinux, "--vmlinux (whose names are to be matched)");
	if (opt.vmlinux)
		kernel_open(&k, opt.vmlinux);
	read_one(&sum, 0, opt.vmlinux ? &k : NULL);
	for (size_t i = 1; i < opt.files; i++) {
		const char *wrong;

		read_one(&p, i, opt.vmlinux ? &k : NULL);
		wrong = profile_merge(&sum, &p);
		if (wrong)
			wp_die_at(WP_FINDING, opt.file[i], 0, "cannot be added to %s: %s",
				  opt.file[0], wrong);
		profile_free(&p);
	}
	profile_print(&sum, &b);
	put(&b);
	profile_free(&sum);
	if (opt.vmlinux)
		kernel_close(&k);
}

static void cmd_check(void)
{
	struct kernel k;
	struct profile p;

	need_files(1, 1);
	kernel_open(&k, need(opt.vmlinux, "--vmlinux"));
	read_one(&p, 0, &k);
	if (!p.sites.n)
		wp_die_at(WP_FINDING, opt.file[0], 0, "it counts no site");
	printf("%s: %zu sites of build %s\n", opt.file[0], p.sites.n, k.build);
	profile_free(&p);
	kernel_close(&k);
}

static void cmd_show(void)
{
	struct wp_buf b = {0};
	struct profile p;

	need_files(1, 1);
	read_one(&p, 0, NULL);
	profile_show(&p, opt.top, &b);
	put(&b);
	profile_free(&p);
}

/* In the grammar of memsites/missed-*.txt: to be reviewed, explained and added there. */
static void cmd_missed(void)
{
	struct wp_buf b = {0};
	struct profile p;

	need_files(1, 1);
	read_one(&p, 0, NULL);
	for (size_t i = 0; i < p.places.n; i++) {
		const char *name = p.places.count[i].name, *offset = strstr(name, "+0x");

		wp_buf_printf(&b, "unmarked-store %.*s - %" PRIu64 " stores at %s\n",
			      (int)(offset - name), name, p.places.count[i].count, offset);
	}
	put(&b);
	profile_free(&p);
}

static const struct {
	const char *name;
	void (*run)(void);
} commands[] = {
	{"sites", cmd_sites}, {"collect", cmd_collect}, {"merge", cmd_merge},
	{"check", cmd_check}, {"show", cmd_show},	{"missed", cmd_missed},
};

static void parse_options(int argc, char **argv)
{
	char *end;
	int c;

	while ((c = getopt_long(argc, argv, "o:", long_options, NULL)) != -1)
		switch (c) {
		case 'v':
			opt.vmlinux = optarg;
			break;
		case 'w':
			opt.workload = optarg;
			break;
		case 'c':
			opt.counts = optarg;
			break;
		case 'W':
			opt.wedge = optarg;
			break;
		case 'm':
			opt.minus = optarg;
			break;
		case 'p':
			opt.perf = optarg;
			break;
		case 's':
			opt.stores = optarg;
			break;
		case 'o':
			opt.output = optarg;
			break;
		case 'S':
			opt.spans = true;
			break;
		case 'n':
			opt.by_name = true;
			break;
		case 't':
			opt.top = strtoul(optarg, &end, 10);
			if (*optarg < '0' || *optarg > '9' || *end)
				wp_die(WP_USAGE, "--top takes a number");
			break;
		default:
			usage();
		}
	opt.file = argv + optind;
	opt.files = (size_t)(argc - optind);
}

int main(int argc, char **argv)
{
	wp_program = "profile";
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[1], commands[i].name)) {
			parse_options(argc - 1, argv + 1);
			commands[i].run();
			return WP_OK;
		}
	usage();
}
