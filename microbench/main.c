// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * microbench - prices of sensitive operations by strategy, measured where it runs:
 * on a host as a process, for the sequences that user mode permits, or as the only
 * program (PID 1) of a guest kernel, whose machine it then restarts.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "measure.h"
#include "report.h"
#include "wp.h"

static const char usage[] =
	"usage: microbench [options]\n"
	"  --op NAME[,NAME]     only these operations (see --list)\n"
	"  --events LIST        count these events too: any that libpfm4 can name\n"
	"  --samples N          samples an operation, 5 to 10000 (default 51)\n"
	"  --cpu N              run on this CPU (default: where it is)\n"
	"  --json FILE          write results as JSON too\n"
	"  --list               operations and strategies, tab-separated\n";

/* PID 1 must not end.  A restart is what QEMU's -no-reboot and a hypervisor see. */
static void end_of_guest(void)
{
	fflush(NULL);
	reboot(RB_AUTOBOOT);
}

static const struct mb_op *const *ops_first, *const *ops_last;

static unsigned long number(const char *option, const char *text, unsigned long min,
			    unsigned long max)
{
	char *end;

	errno = 0;

	const unsigned long v = strtoul(text, &end, 10);

	if (errno || end == text || *end || v < min || v > max)
		wp_die(WP_USAGE, "%s: '%s' is not a number from %lu to %lu", option, text, min,
		       max);
	return v;
}

/* Is @name among the comma-separated @list?  NULL: everything is. */
static bool wanted(const char *list, const char *name)
{
	const size_t len = strlen(name);

	for (const char *p = list; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (strncmp(p, name, len) == 0 && (p[len] == ',' || !p[len]))
			return true;
	return !list;
}

static void check_names(const char *list)
{
	char *copy = wp_strdup(list ? list : ""), *save = NULL;

	for (char *n = strtok_r(copy, ",", &save); n; n = strtok_r(NULL, ",", &save)) {
		bool found = false;

		for (const struct mb_op *const *op = ops_first; op < ops_last; op++)
			found |= strcmp((*op)->operation, n) == 0;
		if (!found)
			wp_die(WP_USAGE, "there is no operation '%s'; --list shows them", n);
	}
	free(copy);
}

static void list(void)
{
	for (const struct mb_op *const *op = ops_first; op < ops_last; op++)
		printf("%s\t%s\t%s\n", (*op)->operation, (*op)->strategy, (*op)->text);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"op", required_argument, NULL, 'o'},	   {"events", required_argument, NULL, 'e'},
		{"samples", required_argument, NULL, 's'}, {"cpu", required_argument, NULL, 'c'},
		{"json", required_argument, NULL, 'j'},	   {"list", no_argument, NULL, 'l'},
		{"help", no_argument, NULL, 'h'},	   {0}};
	struct method m = {.samples = 51, .sample_ticks = 50000};
	size_t count;
	const char *ops = NULL, *events = NULL, *json = NULL;
	int cpu = -1, opt;

	wp_program = "microbench";
	if (getpid() == 1)
		atexit(end_of_guest);
	ops_first = mb_table(&count);
	ops_last = ops_first + count;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'o':
			ops = optarg;
			break;
		case 'e':
			events = optarg;
			break;
		case 's':
			m.samples = (unsigned int)number("--samples", optarg, 5, 10000);
			break;
		case 'c':
			cpu = (int)number("--cpu", optarg, 0, 1023);
			break;
		case 'j':
			json = optarg;
			break;
		case 'l':
			list();
			return WP_OK;
		case 'h':
			fputs(usage, stdout);
			return WP_OK;
		default:
			fputs(usage, stderr);
			return WP_USAGE;
		}
	}
	if (optind < argc)
		wp_die(WP_USAGE, "'%s' is not an option\n%s", argv[optind], usage);
	check_names(ops);

	m.cpu = measure_pin(cpu);
	if (cpu >= 0 && m.cpu < 0)
		wp_die(WP_USAGE, "--cpu %d: %s", cpu, strerror(errno));

	struct counters cs;
	struct result *results = wp_alloc((size_t)(ops_last - ops_first) * sizeof(*results));

	count = 0;
	counters_open(&cs, events ? events : counters_default, events != NULL);
	for (const struct mb_op *const *op = ops_first; op < ops_last; op++)
		if (wanted(ops, (*op)->operation))
			measure(*op, &m, &cs, &results[count++]);
	report_table(stdout, &cs, &m, results, count);
	puts("# end of results");
	if (json) {
		char *text = report_json(&cs, &m, results, count);

		if (wp_write_file(json, text, strlen(text)))
			wp_die(WP_FAILED, "%s: %s", json, strerror(errno));
		free(text);
	}
	counters_close(&cs);
	free(results);
	return WP_OK;
}
