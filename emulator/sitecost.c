// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sitecost.c - sitecost.so, a QEMU TCG plugin: what each annotated site costs, in
 * executed instructions, from its first byte to the instruction behind it.
 *
 *	-plugin sitecost.so,out=<file>,sites=<file>[,region=<executor>[:<hex>-<hex>]]...[,ledger=1]
 *
 * sites: one line each, `<hex address> <hex end>`, or `<hex address> -` for a site
 * behind which control never continues: that one ends where kernel or user code
 * runs again.  Regions are those of count.so.
 *
 * Only *clean* executions are taken: no other site began in between.  Where an
 * interrupt is delivered within the site its handler has sites, so that what the
 * handler does is not taken for the price of, say, an sti.  An execution that never
 * gets to its end (it faults and is fixed up) is no clean one either.
 *
 * Counting starts anew at MARK_START and stops at MARK_END.  At exit:
 *	wedgeperf-sitecosts 1
 *	site <hex address> <clean executions> <their instructions>
 *	end
 * With ledger=1 every instruction is booked (ledger.h), and before the end come, with the bytes of
 * the instruction that stands at the site,
 *	booked <hex address> <hex bytes> <executions> <user> <kernel> <wedge> <hypervisor>
 *	booked none - 0 <user> <kernel> <wedge> <hypervisor>
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wedgeperf/marker.h>
#include "classify.h"
#include "executors.h"
#include "internals.h"
#include "ledger.h"
#include "output.h"
#include "qemu-plugin.h"
#include "whole.h"
#include "wp.h"

int qemu_plugin_version = PLUGIN_API_VERSION;

#define NO_END	 0
#define INSN_MAX 15

static struct site {
	uint64_t addr, end;
	uint64_t begun_at; /* instructions since power-on */
	uint64_t clean, insns;
	unsigned char code[INSN_MAX]; /* as translated last; for the ledger */
	size_t code_len;
} * sites;
static struct ending { /* by ascending address */
	uint64_t end;
	struct site *site;
} * endings;
static size_t n_sites, n_endings;

static const char *out_path;
static struct site *open_site; /* the last one that began, unless it has ended */
static bool counting, complete, ledger;
static bool booted; /* MARK_BOOT was passed: before it no block is called back for the ledger */

/* Instructions before the one that calls back, @left from the end of its block. */
static uint64_t now(uintptr_t left)
{
	return icount_now() - left;
}

/* What a callback must know of its place. */
struct where {
	struct site *site;
	uintptr_t left;
	enum executor who;
};

/* Which site is under way, NULL for none, from the instruction on that is called back for. */
static void set_open(struct site *s, uintptr_t left)
{
	open_site = s;
	if (ledger)
		ledger_site(s ? (size_t)(s - sites) : LEDGER_NONE, now(left));
}

static void on_begin(unsigned int vcpu, void *userdata)
{
	struct where *w = userdata;

	(void)vcpu;
	w->site->begun_at = now(w->left);
	set_open(w->site, w->left);
}

static void finish(struct site *s, uintptr_t left)
{
	if (counting) {
		s->clean++;
		s->insns += now(left) - s->begun_at;
	}
	set_open(NULL, left);
}

static void on_end(unsigned int vcpu, void *userdata)
{
	struct where *w = userdata;

	(void)vcpu;
	if (open_site == w->site)
		finish(w->site, w->left);
}

/* Kernel or user code runs; @userdata: the length of its block. */
static void on_guest_code(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	if (open_site && open_site->end == NO_END)
		finish(open_site, (uintptr_t)userdata);
}

static void on_block(unsigned int vcpu, void *userdata)
{
	struct where *w = userdata;

	(void)vcpu;
	ledger_executor(w->who, now(w->left));
}

/* What was translated before is translated anew, now with the ledger's calls. */
static void on_boot(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	if (!booted)
		qemu.tb_flush(qemu.get_cpu(0));
	booted = true;
}

static void on_start(unsigned int vcpu, void *userdata)
{
	struct where *w = userdata;

	(void)vcpu;
	for (size_t i = 0; i < n_sites; i++)
		sites[i].clean = sites[i].insns = 0;
	counting = true;
	set_open(NULL, w->left);
	if (ledger)
		ledger_start(now(w->left));
}

static void on_stop(unsigned int vcpu, void *userdata)
{
	struct where *w = userdata;

	(void)vcpu;
	complete = counting;
	counting = false;
	if (ledger)
		ledger_stop(now(w->left));
}

static int by_address(const void *a, const void *b)
{
	const struct site *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static int by_end(const void *a, const void *b)
{
	const struct ending *x = a, *y = b;

	return x->end < y->end ? -1 : x->end > y->end;
}

static struct site *site_at(uint64_t addr)
{
	struct site key = {.addr = addr};

	return bsearch(&key, sites, n_sites, sizeof(key), by_address);
}

static struct site *site_ending_at(uint64_t addr)
{
	struct ending key = {.end = addr}, *e;

	e = bsearch(&key, endings, n_endings, sizeof(key), by_end);
	return e ? e->site : NULL;
}

/* Freed never: as long as the translated code. */
static void watch(struct qemu_plugin_insn *insn, qemu_plugin_vcpu_udata_cb_t callback,
		  struct site *site, size_t left)
{
	struct where *w = wp_alloc(sizeof(*w));

	*w = (struct where){.site = site, .left = left};
	qemu_plugin_register_vcpu_insn_exec_cb(insn, callback, QEMU_PLUGIN_CB_R_REGS, w);
}

static void instrument(struct qemu_plugin_insn *insn, size_t left)
{
	uint64_t addr = qemu_plugin_insn_vaddr(insn);
	struct site *begins = site_at(addr), *ends = site_ending_at(addr);

	if (ends)
		watch(insn, on_end, ends, left);
	if (begins) {
		begins->code_len = qemu_plugin_insn_size(insn);
		if (begins->code_len > INSN_MAX)
			begins->code_len = INSN_MAX;
		memcpy(begins->code, qemu_plugin_insn_data(insn), begins->code_len);
		watch(insn, on_begin, begins, left);
	}
	switch (marker_code(qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn))) {
	case MARK_BOOT:
		if (ledger)
			watch(insn, on_boot, NULL, left);
		break;
	case MARK_START:
		watch(insn, on_start, NULL, left);
		break;
	case MARK_END:
		watch(insn, on_stop, NULL, left);
		break;
	}
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	enum executor who = executor_of(qemu_plugin_tb_vaddr(tb));
	struct qemu_plugin_insn *last = qemu_plugin_tb_get_insn(tb, n - 1);

	(void)id;
	if (n > 1 && !is_whole(qemu_plugin_insn_data(last), qemu_plugin_insn_size(last),
			       qemu_plugin_insn_vaddr(last)))
		n--;
	if (booted) {
		struct where *w = wp_alloc(sizeof(*w));

		*w = (struct where){.left = n, .who = who};
		qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_tb_get_insn(tb, 0), on_block,
						       QEMU_PLUGIN_CB_R_REGS, w);
	}
	if (who == KERNEL || who == USER)
		qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_tb_get_insn(tb, 0),
						       on_guest_code, QEMU_PLUGIN_CB_R_REGS,
						       (void *)n);
	for (size_t i = 0; i < n; i++)
		instrument(qemu_plugin_tb_get_insn(tb, i), n - i);
}

static void add_site(const char *file, unsigned int number, const char *line)
{
	struct site s = {0};
	char *end;

	s.addr = strtoull(line, &end, 16);
	if (end != line && *end == ' ') {
		const char *second = end + 1;

		if (!strcmp(second, "-"))
			end = strchr(second, '\0');
		else
			s.end = strtoull(second, &end, 16);
		if (end != second && !*end && (s.end == NO_END || s.end > s.addr)) {
			sites = wp_realloc(sites, (n_sites + 1) * sizeof(*sites));
			sites[n_sites++] = s;
			return;
		}
	}
	wp_die_at(WP_USAGE, file, number,
		  "not `<hex address> <hex end>' or `<hex address> -': '%s'", line);
}

static void load_sites(const char *path)
{
	struct wp_buf text = {0};
	unsigned int number = 0;
	char *line, *rest;

	if (wp_read_file(path, &text))
		wp_die(WP_USAGE, "sites=%s: %s", path, strerror(errno));
	for (rest = text.data; (line = strsep(&rest, "\n"));) {
		number++;
		if (*line && *line != '#')
			add_site(path, number, line);
	}
	wp_buf_free(&text);
	if (!n_sites)
		wp_die(WP_USAGE, "sites=%s: it names no site", path);
	qsort(sites, n_sites, sizeof(*sites), by_address);
	endings = wp_alloc(n_sites * sizeof(*endings));
	for (size_t i = 0; i < n_sites; i++) {
		if (i && sites[i].addr == sites[i - 1].addr)
			wp_die(WP_USAGE, "sites=%s: %" PRIx64 " stands there twice", path,
			       sites[i].addr);
		if (sites[i].end != NO_END)
			endings[n_endings++] = (struct ending){sites[i].end, &sites[i]};
	}
	qsort(endings, n_endings, sizeof(*endings), by_end);
}

static void print_booked(struct wp_buf *b, size_t site)
{
	const struct ledger_line *l = ledger_line(site);
	const struct site *s = site == LEDGER_NONE ? NULL : &sites[site];

	if (s && !l->begun)
		return;
	if (s) {
		wp_buf_printf(b, "booked %" PRIx64 " ", s->addr);
		for (size_t i = 0; i < s->code_len; i++)
			wp_buf_printf(b, "%02x", s->code[i]);
	} else {
		wp_buf_str(b, "booked none -");
	}
	wp_buf_printf(b, " %" PRIu64, l->begun);
	for (int e = 0; e < EXECUTORS; e++)
		wp_buf_printf(b, " %" PRIu64, l->insns[e]);
	wp_buf_str(b, "\n");
}

static void at_exit(qemu_plugin_id_t id, void *userdata)
{
	struct wp_buf b = {0};

	(void)id;
	(void)userdata;
	if (!complete) {
		wp_warn("the guest did not pass MARK_START and MARK_END: no %s is written",
			out_path);
		/* Who keeps ledgers counts as well, and knows better what went wrong. */
		if (ledger)
			return;
		_exit(WP_FAILED);
	}
	wp_buf_str(&b, "wedgeperf-sitecosts 1\n");
	for (size_t i = 0; i < n_sites; i++)
		if (sites[i].clean)
			wp_buf_printf(&b, "site %" PRIx64 " %" PRIu64 " %" PRIu64 "\n",
				      sites[i].addr, sites[i].clean, sites[i].insns);
	for (size_t i = 0; ledger && i < n_sites; i++)
		print_booked(&b, i);
	if (ledger)
		print_booked(&b, LEDGER_NONE);
	wp_buf_str(&b, "end\n");
	output_write(out_path, &b);
	wp_buf_free(&b);
}

static void on_vcpu(qemu_plugin_id_t id, unsigned int vcpu)
{
	(void)id;
	if (*qemu.use_icount != 1 || vcpu) {
		wp_warn("exact costs need -icount shift=0,sleep=off and one virtual CPU");
		_exit(WP_USAGE);
	}
}

static void option(const char *arg)
{
	const char *value = strchr(arg, '='), *wrong = NULL;

	if (value && !strncmp(arg, "out=", 4))
		out_path = wp_strdup(value + 1);
	else if (value && !strncmp(arg, "sites=", 6))
		load_sites(value + 1);
	else if (value && !strncmp(arg, "region=", 7))
		wrong = executor_region(value + 1);
	else if (!strcmp(arg, "ledger=1") || !strcmp(arg, "ledger=on"))
		ledger = true;
	else
		wrong = "unknown argument (out=, sites=, region=, ledger=1)";
	if (wrong)
		wp_die(WP_USAGE, "%s: %s", arg, wrong);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	wp_program = "sitecost.so";
	for (int i = 0; i < argc; i++)
		option(argv[i]);
	if (!out_path || !n_sites)
		wp_die(WP_USAGE, "out=<file> and sites=<file> are needed");
	if (ledger)
		ledger_open(n_sites);
	output_check(out_path);
	if (strcmp(info->target_name, "x86_64") || !info->system_emulation)
		internals_misfit("it is not qemu-system-x86_64");
	internals_init();
	qemu_plugin_register_vcpu_init_cb(id, on_vcpu);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
