// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * count.c - count.so, a QEMU TCG plugin: exact counts of the instructions that
 * user, kernel, wedge and hypervisor execute, and of events by class.
 *
 *	-plugin count.so,out=<file>[,region=<executor>[:<hex>-<hex>]]...[,sites=<file>]
 *
 * The cheapest exact way: every translation block (TB) adds its length to the
 * counter of its executor when it starts.  A block that a fault, a device
 * access or self-modified code leaves early has then added too much; -icount
 * knows by how much.  So, wherever the executor may change, settle() takes the
 * difference off the executor that ran until then.  docs/counting.md says
 * precisely what is exact.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "classify.h"
#include "counters.h"
#include "executors.h"
#include "idt.h"
#include "internals.h"
#include "output.h"
#include "qemu-plugin.h"
#include "whole.h"
#include "wp.h"

int qemu_plugin_version = PLUGIN_API_VERSION;

#define PAGE_SIZE 4096u
#define MAX_INSN  15u

static const char *out_path;

/*
 * icount_now() at the end of the last block that ended in `int n`, and of the
 * last that ended in a branch to a handler's entry: if a handler starts at that
 * very count, that is how it was reached.
 */
static uint64_t softint_at = UINT64_MAX, branch_at = UINT64_MAX;

/* What a callback must know of its place, as a pointer-sized number. */
struct place {
	uint32_t code : 16;  /* vector, or marker code */
	uint32_t insns : 12; /* instructions from here to the end of the block */
	uint32_t who : 4;
};

static void *pack(struct place p)
{
	return (void *)(uintptr_t)(p.code | p.insns << 16 | (uintptr_t)p.who << 28);
}

static struct place unpack(void *userdata)
{
	uintptr_t v = (uintptr_t)userdata;

	return (struct place){v & 0xffff, v >> 16 & 0xfff, v >> 28 & 0xf};
}

/*
 * Blocks have counted what they would execute; icount what they did.  Take the
 * difference off @who, which has been executing since the last time.
 */
static uint64_t settle(enum executor who)
{
	uint64_t now = icount_now();
	int64_t excess = 0;

	for (int i = 0; i < EXECUTORS; i++)
		excess += (int64_t)counters.insns[i];
	excess -= (int64_t)now;
	/* A block that runs without plugins is one instruction long; more is a misfit. */
	if (excess < -1)
		internals_misfit("icount is %" PRId64 " ahead of the executed blocks", -excess);
	counters.insns[who] -= (uint64_t)excess;
	return now;
}

static void refresh_idt(void)
{
	/* Entries are instrumented when translated: have everything translated anew. */
	if (idt_refresh())
		qemu.tb_flush(qemu.get_cpu(0));
}

static enum event event_of(enum executor who, const uint8_t *code, size_t len)
{
	enum event ev = classify(code, len);

	return ev == EV_syscall && who != USER ? EV_hypercall : ev;
}

/*
 * The instruction at @rip has faulted: it was counted when it began, and it will
 * be again if it is retried.  Events count completed instructions only.
 */
static void uncount(uint64_t rip, enum executor who)
{
	uint8_t code[MAX_INSN];
	size_t len = PAGE_SIZE - rip % PAGE_SIZE;

	if (len >= MAX_INSN || !read_guest(rip, code, MAX_INSN)) {
		if (len > MAX_INSN)
			len = MAX_INSN;
		if (!read_guest(rip, code, len))
			return; /* it never began: its page is not there */
	} else {
		len = MAX_INSN;
	}
	counters.events[event_of(who, code, len)][who]--;
}

/* What the CPU pushes (SDM vol. 3, 6.14.2), error code apart. */
struct frame {
	uint64_t rip, cs, rflags, rsp, ss;
};

static bool read_frame(int vector, struct frame *f, uint64_t *error)
{
	uint64_t rsp = read_rsp();

	*error = 0;
	/* RSP is aligned to 16 bytes before five or six words are pushed. */
	if (rsp % 16 != (vector_has_error(vector) ? 0 : 8))
		return false;
	if (vector_has_error(vector)) {
		if (!read_guest(rsp, error, sizeof(*error)))
			return false;
		rsp += sizeof(*error);
	}
	/* Bit 1 of RFLAGS is always set, bits 3, 5, 15 and 22 up never. */
	return read_guest(rsp, f, sizeof(*f)) && f->cs && f->cs <= 0xffff && f->ss <= 0xffff &&
	       (f->rflags & 0xffffffffffc0802a) == 2;
}

#define PF_FETCH 0x10 /* page fault's error code: it was an instruction fetch */

/* The first instruction of the handler of a vector executes. */
static void on_handler(unsigned int vcpu, void *userdata)
{
	struct place p = unpack(userdata);
	int vector = (int)p.code;
	struct frame f;
	uint64_t error, before;
	enum executor who;
	enum event ev;

	(void)vcpu;
	if (!read_frame(vector, &f, &error)) {
		settle(p.who);
		return; /* jumped to */
	}
	who = executor_of(f.rip);
	before = settle(who) - p.insns;
	if (before == branch_at || before == softint_at)
		return;
	ev = vector_event(vector);
	counters.events[ev][who]++;
	if (ev != EV_interrupt && ev != EV_nmi)
		counters.events[EV_exception][who]++;
	if (vector_is_fault(vector) && !(vector == 14 && error & PF_FETCH))
		uncount(f.rip, who);
}

/* Another executor may run after this instruction. */
static void on_leave(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	settle(unpack(userdata).who);
}

static void on_softint(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	softint_at = settle(unpack(userdata).who);
}

static void on_branch_to_handler(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	branch_at = settle(unpack(userdata).who);
}

static void on_lidt(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	idt_touched();
}

static void on_mode_change(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	idt_mode_touched();
}

/* Everything before the marker's instruction, and nothing from it on. */
static void on_marker(unsigned int vcpu, void *userdata)
{
	struct place p = unpack(userdata);

	(void)vcpu;
	settle(p.who);
	counters.insns[p.who] -= p.insns;
	snapshot_take(p.code);
	counters.insns[p.who] += p.insns;
	refresh_idt();
}

/* Instructions after which another executor may run, or that need care. */
static const struct {
	uint8_t event;
	qemu_plugin_vcpu_udata_cb_t callback;
} watched[] = {
	{EV_syscall, on_leave},	    {EV_hypercall, on_leave},  {EV_sysret, on_leave},
	{EV_sysenter, on_leave},    {EV_sysexit, on_leave},    {EV_iret, on_leave},
	{EV_lret, on_leave},	    {EV_farjump, on_leave},    {EV_softint, on_softint},
	{EV_lidt, on_lidt},	    {EV_wrcr, on_mode_change}, {EV_wrcr3, on_mode_change},
	{EV_wrmsr, on_mode_change},
};

static void watch(struct qemu_plugin_insn *insn, qemu_plugin_vcpu_udata_cb_t callback,
		  struct place p)
{
	qemu_plugin_register_vcpu_insn_exec_cb(insn, callback, QEMU_PLUGIN_CB_R_REGS, pack(p));
}

static void add(struct qemu_plugin_insn *insn, uint64_t *counter)
{
	qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, counter, 1);
}

static void instrument(struct qemu_plugin_insn *insn, struct place p)
{
	const uint8_t *code = qemu_plugin_insn_data(insn);
	size_t len = qemu_plugin_insn_size(insn);
	enum event ev = event_of(p.who, code, len);
	uint64_t *site = site_counter(qemu_plugin_insn_vaddr(insn));
	unsigned int marker = marker_code(code, len);

	if (ev) {
		add(insn, &counters.events[ev][p.who]);
		for (size_t i = 0; i < G_N_ELEMENTS(watched); i++)
			if (watched[i].event == ev)
				watch(insn, watched[i].callback, p);
	}
	if (site)
		add(insn, site);
	if (marker) {
		p.code = marker;
		watch(insn, on_marker, p);
	}
}

/* Where can control go from the end of a block without the CPU's delivering anything? */
static void instrument_end(struct qemu_plugin_insn *insn, struct place p)
{
	const uint8_t *code = qemu_plugin_insn_data(insn);
	size_t len = qemu_plugin_insn_size(insn);
	uint64_t pc = qemu_plugin_insn_vaddr(insn), target = branch_target(code, len, pc);

	if ((idt_vector(pc + len) >= 0 && falls_through(code, len)) ||
	    (target && idt_vector(target) >= 0))
		watch(insn, on_branch_to_handler, p);
	else if (target && executor_of(target) != (enum executor)p.who)
		watch(insn, on_leave, p);
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb), i;
	uint64_t start = qemu_plugin_tb_vaddr(tb);
	enum executor who = executor_of(start);
	struct qemu_plugin_insn *last = qemu_plugin_tb_get_insn(tb, n - 1);
	int vector;

	(void)id;
	if (who != USER)
		refresh_idt();
	if (n > 1 && !is_whole(qemu_plugin_insn_data(last), qemu_plugin_insn_size(last),
			       qemu_plugin_insn_vaddr(last)))
		last = qemu_plugin_tb_get_insn(tb, --n - 1);
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
						 &counters.insns[who], n);
	vector = idt_vector(start);
	if (vector >= 0)
		watch(qemu_plugin_tb_get_insn(tb, 0), on_handler,
		      (struct place){(uint32_t)vector, (uint32_t)n, who});
	for (i = 0; i < n; i++)
		instrument(qemu_plugin_tb_get_insn(tb, i),
			   (struct place){0, (uint32_t)(n - i), who});
	instrument_end(last, (struct place){0, 1, who});
}

static void on_vcpu(qemu_plugin_id_t id, unsigned int vcpu)
{
	(void)id;
	if (*qemu.use_icount != 1) {
		wp_warn("exact counting needs QEMU's instruction clock: -icount shift=0,sleep=off");
		_exit(WP_USAGE);
	}
	if (vcpu) {
		wp_warn("counts one virtual CPU only: leave out -smp");
		_exit(WP_USAGE);
	}
}

static void at_exit(qemu_plugin_id_t id, void *userdata)
{
	(void)id;
	(void)userdata;
	snapshots_write(out_path);
}

static void option(const char *arg)
{
	const char *value = strchr(arg, '='), *wrong = NULL;

	if (value && !strncmp(arg, "out=", 4))
		out_path = wp_strdup(value + 1);
	else if (value && !strncmp(arg, "sites=", 6))
		sites_load(value + 1);
	else if (value && !strncmp(arg, "region=", 7))
		wrong = executor_region(value + 1);
	else
		wrong = "unknown argument (out=, region=, sites=)";
	if (wrong)
		wp_die(WP_USAGE, "%s: %s", arg, wrong);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	wp_program = "count.so";
	for (int i = 0; i < argc; i++)
		option(argv[i]);
	if (!out_path)
		wp_die(WP_USAGE, "out=<file> is missing");
	output_check(out_path);
	if (strcmp(info->target_name, "x86_64") || !info->system_emulation)
		internals_misfit("it is not qemu-system-x86_64");
	internals_init();
	qemu_plugin_register_vcpu_init_cb(id, on_vcpu);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
