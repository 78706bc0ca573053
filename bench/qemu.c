// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * qemu.c - the command line of a run.
 *
 * What is deterministic about it, and why each option is there: docs/measuring.md.
 */
#include "inputs.h"
#include "machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <wedgeperf/netpeer.h>

#define GUEST_MB    512
#define MB_PER_STEP 2 /* memory per unit of perturbation */
#define GUEST_MAC   "52:54:00:00:00:02"
#define GUEST_MAC_2 "52:54:00:00:00:03"
#define ARGS_MAX    64

const char *const net_mode_names[] = {"none", "peer in virtual time", "sender+receiver"};

enum net_mode run_net(const struct run *r)
{
	return r->workload->peer == PEER_NONE ? NET_NONE : NET_PEER;
}

static const char *hypervisor = "xen";

void run_hypervisor(const char *directory)
{
	hypervisor = directory;
}

static void add_word(struct wp_buf *b, const char *word, size_t len, const char *build,
		     const struct run *r, enum net_mode net)
{
	char *nested;

	if (!strncmp(word, "build", len)) {
		wp_buf_str(b, build);
	} else if (!strncmp(word, "tree", len)) {
		nested = run_expand(r->system->tree, build, r, net);
		wp_buf_str(b, nested);
		free(nested);
	} else if (!strncmp(word, "initrd", len)) {
		wp_buf_printf(b, "%s/guest/initrd%s.cpio", build,
			      strcmp(r->workload->initrd, "base") ? "-programs" : "");
	} else if (!strncmp(word, "container", len)) {
		wp_buf_str(b, r->workload->initrd);
	} else if (!strncmp(word, "kernel", len)) {
		wp_buf_str(b, r->kernel);
	} else if (!strncmp(word, "mb", len)) {
		wp_buf_printf(b, "%u", GUEST_MB + MB_PER_STEP * r->k);
	} else if (!strncmp(word, "pc", len)) {
		wp_buf_str(b, MACHINE_PC);
	} else if (!strncmp(word, "dom0", len)) {
		wp_buf_str(b, MACHINE_DOM0);
	} else if (!strncmp(word, "xen", len)) {
		wp_buf_str(b, MACHINE_XEN);
	} else if (!strncmp(word, "hypervisor", len)) {
		wp_buf_str(b, hypervisor);
	} else if (!strncmp(word, "guest", len)) {
		wp_buf_printf(b, "wp.workload=%s wp.ops=%llu wp.perturb=%u%s%s", r->workload->name,
			      (unsigned long long)run_ops(r), r->k,
			      net == NET_LOOP ? " wp.net=loop" : "",
			      net == NET_NONE ? "" : " " MACHINE_NIC);
	} else {
		wp_die(WP_FAILED, "system %s: unknown word {%.*s}", r->system->id, (int)len, word);
	}
}

char *run_expand(const char *template, const char *build, const struct run *r, enum net_mode net)
{
	struct wp_buf b = {0};

	while (*template) {
		size_t n = strcspn(template, "{");

		wp_buf_add(&b, template, n);
		template += n;
		if (*template) {
			n = strcspn(++template, "}");
			add_word(&b, template, n, build, r, net);
			template += n + (template[n] == '}');
		}
	}
	return b.data;
}

struct args {
	char *v[ARGS_MAX];
	size_t n;
};

static void arg(struct args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void arg(struct args *a, const char *fmt, ...)
{
	struct wp_buf b = {0};
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		wp_die(WP_FAILED, "out of memory");
	va_end(ap);
	wp_buf_str(&b, s);
	free(s);
	if (a->n == ARGS_MAX - 1)
		wp_die(WP_FAILED, "QEMU's command line is too long");
	a->v[a->n++] = b.data;
}

static void expanded(struct args *a, const char *option, const char *template, const char *build,
		     const struct run *r, enum net_mode net)
{
	arg(a, "%s", option);
	a->v[a->n++] = run_expand(template, build, r, net);
}

static void net_args(struct args *a, const char *build, const struct run *r, enum net_mode net,
		     const char *out)
{
	static const char *const mode[] = {"none", "source", "sink"};

	if (net == NET_NONE) {
		arg(a, "-net");
		arg(a, "none");
		return;
	}
	arg(a, "-netdev");
	arg(a, "hubport,id=h0,hubid=0");
	arg(a, "-device");
	arg(a, "e1000,netdev=h0,romfile=,mac=" GUEST_MAC);
	if (net == NET_LOOP) {
		arg(a, "-netdev");
		arg(a, "hubport,id=h1,hubid=0");
		arg(a, "-device");
		arg(a, "e1000,netdev=h1,romfile=,mac=" GUEST_MAC_2);
		return;
	}
	arg(a, "-plugin");
	arg(a, "%s/emulator/peer.so,mode=%s,bytes=%llu,gap=%d,out=%s/peer", build,
	    mode[r->workload->peer], (unsigned long long)run_ops(r), NETPEER_DEFAULT_GAP_NS, out);
}

/* Bytes of the files that @initrd loads: "file words,file words", a comma in words being ",,". */
static long modules_bytes(const char *initrd)
{
	long sum = 0;

	while (*initrd) {
		char *file = wp_format("%.*s", (int)strcspn(initrd, " ,"), initrd);
		struct stat st;

		if (!stat(file, &st))
			sum += st.st_size;
		free(file);
		while (*initrd && (*initrd != ',' || initrd[1] == ','))
			initrd += *initrd == ',' ? 2 : 1;
		initrd += *initrd == ',';
	}
	return sum;
}

/* How long the firmware shows its menu, so that Xen starts before a second turns: machine_splash.
 */
static void splash(struct args *a, long mb, const char *initrd)
{
	long us = MACHINE_RTC_US - MACHINE_RTC_US_PER_MB * mb - modules_bytes(initrd) / 1000;

	while (us < MACHINE_TICK_US)
		us += 1000000;
	arg(a, "-boot");
	arg(a, "menu=on,splash-time=%ld", us / MACHINE_TICK_US * 55 - 20);
}

char **qemu_argv(const char *build, const struct run *r, enum net_mode net, const char *out)
{
	static const char *const base[] = {MACHINE_QEMU};
	long mb = GUEST_MB + MB_PER_STEP * (long)r->k + (r->system->on_xen ? MACHINE_XEN_MB : 0);
	char *initrd = run_expand(r->system->initrd, build, r, net);
	const struct bench_system *s = r->system;
	struct args a = {0};
	struct wp_buf count = {0};
	char **argv;

	arg(&a, "qemu-system-x86_64");
	for (size_t i = 0; i < sizeof(base) / sizeof(base[0]); i++)
		arg(&a, "%s", base[i]);
	arg(&a, "-serial");
	arg(&a, "file:%s/console", out);
	arg(&a, "-m");
	arg(&a, "%ld", mb);
	net_args(&a, build, r, net, out);
	arg(&a, "-plugin");
	wp_buf_printf(&count, "%s/emulator/count.so,out=%s/counts", build, out);
	for (size_t i = 0; i < SYSTEM_REGIONS && s->region[i]; i++)
		wp_buf_printf(&count, ",region=%s", s->region[i]);
	arg(&a, "%s", count.data);
	wp_buf_free(&count);
	if (s->on_xen)
		splash(&a, mb, initrd);
	expanded(&a, "-kernel", s->kernel, build, r, net);
	arg(&a, "-initrd");
	arg(&a, "%s", initrd);
	free(initrd);
	expanded(&a, "-append", s->append, build, r, net);
	argv = wp_alloc((a.n + 1) * sizeof(*argv));
	memcpy(argv, a.v, a.n * sizeof(*argv));
	return argv;
}

void qemu_argv_free(char **argv)
{
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	free(argv);
}
