/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main.c - the runner's start: one workload, measured between two markers.
 *
 *	/init				in the guest: see cmdline.h
 *	runner --list			one line a workload, fields separated by tabs:
 *					name unit full_ops quick_ops initrd peer boots description
 *	runner WORKLOAD OPS [PERTURB]	on a host
 *	runner --exit CODE		what the exec workload executes
 *
 * Lines on the console, each begins with "@wp ":
 *	boot | result name= ops= bytes= ticks= check= | fail REASON | done
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <x86intrin.h>
#include <wedgeperf/marker.h>
#include "cmdline.h"
#include "machine.h"
#include "runner.h"

static void measure(const struct workload *w, const struct request *r, bool guest)
{
	struct run run = {.ops = r->ops, .guest = guest, .loop = r->loop};
	uint64_t start, end;
	char line[200];

	machine_perturb(r->perturb);
	digest_init(&run.check);
	if (w->prepare)
		w->prepare(&run);
	if (guest)
		machine_settle();
	if (w->warmup_ops)
		w->work(&run, w->warmup_ops);
	digest_init(&run.check);
	run.bytes = 0;

	MARKER(MARK_START);
	start = __rdtsc();
	w->work(&run, r->ops);
	end = __rdtsc();
	MARKER(MARK_END);

	if (w->finish)
		w->finish(&run);
	snprintf(line, sizeof(line),
		 "@wp result name=%s ops=%" PRIu64 " bytes=%" PRIu64 " ticks=%" PRIu64
		 " check=%016" PRIx64 "\n@wp done\n",
		 w->name, r->ops, run.bytes, end - start, run.check.state);
	write_all(STDOUT_FILENO, line, strlen(line));
}

/* Since only the layout of memory differs, pairs of boots agree to a part in a thousand. */
#define BOOTS 2

static int list(void)
{
	size_t n;
	const struct workload *const *all = workload_list(&n);

	for (size_t i = 0; i < n; i++)
		printf("%s\t%s\t%" PRIu64 "\t%" PRIu64 "\t%s\t%s\t%u\t%s\n", all[i]->name,
		       all[i]->unit, all[i]->full_ops, all[i]->quick_ops, all[i]->initrd,
		       all[i]->peer, all[i]->boots ? all[i]->boots : BOOTS, all[i]->what);
	if (fflush(stdout) || ferror(stdout)) {
		perror("runner: writing the list");
		return 3;
	}
	return 0;
}

static int guest_main(void)
{
	const struct workload *w;
	struct request r;
	char text[4096], why[300];

	MARKER(MARK_BOOT);
	machine_start();
	machine_cmdline(text, sizeof(text));
	if (parse_cmdline(text, &r, why, sizeof(why)))
		fail("%s", why);
	if (!*r.workload)
		fail("no wp.workload= on the command line");
	w = workload_find(r.workload);
	if (!w)
		fail("no such workload: %s", r.workload);
	if (!r.ops)
		r.ops = w->quick_ops;
	measure(w, &r, true);
	machine_end(0);
}

static int usage(void)
{
	fputs("usage: runner --list | runner WORKLOAD OPS [PERTURB]\n", stderr);
	return 2;
}

static int host_main(int argc, char **argv)
{
	const struct workload *w;
	struct request r = {.perturb = 0};

	if (argc < 3 || argc > 4 || parse_number(argv[2], &r.ops) || !r.ops ||
	    (argc == 4 && parse_number(argv[3], &r.perturb)))
		return usage();
	w = workload_find(argv[1]);
	if (!w) {
		fprintf(stderr, "runner: no such workload: %s (see --list)\n", argv[1]);
		return 2;
	}
	if (!w->host) {
		fprintf(stderr, "runner: %s runs in a guest only\n", argv[1]);
		return 2;
	}
	measure(w, &r, false);
	return 0;
}

int main(int argc, char **argv)
{
	if (getpid() == 1)
		return guest_main();
	if (argc == 3 && strcmp(argv[1], "--exit") == 0)
		_exit(atoi(argv[2]));
	if (argc == 2 && strcmp(argv[1], "--list") == 0)
		return list();
	return host_main(argc, argv);
}
