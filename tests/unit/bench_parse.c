// SPDX-License-Identifier: GPL-2.0-or-later
/* bench_parse.c - what the harness reads: consoles, counts, peer reports, run ids. */
#include "../../bench/figures.h"
#include "../../bench/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wp.h>
#include <cmocka.h>

#define RESULT "@wp result name=fork ops=100 bytes=7 ticks=12345 check=00ff\n"

enum {
	BOOT = 1,
	RES = 2,
	DONE = 4,
	FAIL = 8
};

static void consoles(void **state)
{
	static const struct {
		int line;
		const char *text;
		int ret, flags;
	} t[] = {
		{__LINE__, "", 0, 0},
		{__LINE__, "Linux version 6.1\n", 0, 0},
		{__LINE__, "@wp boot\n" RESULT "@wp done\n", 0, BOOT | RES | DONE},
		{__LINE__, "@wp boot\r\n@wp done\r\n", 0, BOOT | DONE},
		{__LINE__, "@wp boot\r\r\n", 0, BOOT},
		{__LINE__,
		 "@wp boot\n[    1.0] e1000: eth0 NIC Link is Up\n" RESULT "oops\n@wp done\n", 0,
		 BOOT | RES | DONE},
		{__LINE__, "[    1.0] clocksource: Switched@wp boot\n(XEN) x " RESULT, 0,
		 BOOT | RES},
		/* A line without its end may be half of one. */
		{__LINE__, "@wp boot\n@wp do", 0, BOOT},
		{__LINE__, "@wp boot\n@wp done", 0, BOOT},
		{__LINE__, "@wp fail no memory\n", 0, FAIL},
		{__LINE__, "@wp fail\n", 0, FAIL},
		/* Cut, garbled or doubled lines are not results. */
		{__LINE__, "@wp result name=fork ops=100 bytes=7 ticks=12345\n", -1, 0},
		{__LINE__, "@wp result name=fork ops=1x bytes=7 ticks=1 check=00\n", -1, 0},
		{__LINE__, "@wp result name=fork ops=-1 bytes=7 ticks=1 check=00\n", -1, 0},
		{__LINE__,
		 "@wp result name=fork ops=99999999999999999999 bytes=7 ticks=1 check=0\n", -1, 0},
		{__LINE__, "@wp result name=fork ops=1 bytes=7 ticks=1 check=xyz\n", -1, 0},
		{__LINE__, "@wp result name= ops=1 bytes=7 ticks=1 check=00\n", -1, 0},
		{__LINE__, RESULT RESULT, -1, RES},
		{__LINE__, "@wp dnoe\n", -1, 0},
		{__LINE__, "@wp failure\n", -1, 0},
	};
	struct console c;
	char why[256];

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		int ret = console_parse(&c, t[i].text, why, sizeof(why));
		int flags = (c.booted ? BOOT : 0) | (c.result ? RES : 0) | (c.done ? DONE : 0) |
			    (*c.fail ? FAIL : 0);

		if (ret != t[i].ret || flags != t[i].flags)
			fail_msg("line %d: ret %d flags %d", t[i].line, ret, flags);
	}
}

static void console_fields(void **state)
{
	struct console c;
	char why[256];

	(void)state;
	assert_int_equal(console_parse(&c, RESULT "@wp fail out of sockets\r\n", why, sizeof(why)),
			 0);
	assert_string_equal(c.name, "fork");
	assert_string_equal(c.check, "00ff");
	assert_string_equal(c.fail, "out of sockets");
	assert_int_equal(c.ops, 100);
	assert_int_equal(c.bytes, 7);
	assert_int_equal(c.ticks.n, 12345);
}

#define HEAD  "wedgeperf-counts 1\n"
#define SNAP1 "snapshot 1\ninsns user 5\ninsns kernel 10\nend\n"
#define SNAP2 "snapshot 2\ninsns user 6\ninsns kernel 20\nevent iret kernel 3\nend\n"
#define SNAP3                                                                                      \
	"snapshot 3\ninsns user 16\ninsns kernel 120\ninsns hypervisor 9\nevent iret kernel 7\n"   \
	"event cpuid user 2\nend\n"

static void count_files(void **state)
{
	static const struct {
		int line;
		const char *text;
		int ret;
	} t[] = {
		{__LINE__, HEAD SNAP1 SNAP2 SNAP3, 0},
		{__LINE__, "", -1},
		{__LINE__, "wedgeperf-counts 2\n" SNAP1 SNAP2 SNAP3, -1},
		{__LINE__, HEAD SNAP1 SNAP2, -1},
		{__LINE__, HEAD SNAP2 SNAP3, -1},
		{__LINE__, HEAD SNAP1 SNAP2 SNAP2 SNAP3, -1},
		{__LINE__, HEAD SNAP1 SNAP2 "snapshot 3\ninsns user 16\ninsns kernel 120\n", -1},
		{__LINE__, HEAD SNAP1 SNAP2 "snapshot 3\ninsns user 1\ninsns kernel 120\nend\n",
		 -1},
		{__LINE__, HEAD SNAP1 SNAP2 "snapshot 3\ninsns user 9\ninsns kernel 99\nend\n", -1},
		{__LINE__, HEAD SNAP1 "snapshot 4\nend\n" SNAP2 SNAP3, -1},
		{__LINE__, HEAD "insns user 1\n" SNAP1 SNAP2 SNAP3, -1},
		{__LINE__, HEAD SNAP1 SNAP2 "snapshot 3\ninsns martian 1\nend\n", -1},
		{__LINE__, HEAD SNAP1 SNAP2 "snapshot 3\ninsns user x\nend\n", -1},
		{__LINE__, HEAD SNAP1 SNAP2 "snapshot 3\nevent iret martian 1\nend\n", -1},
	};
	struct counts measured, boot;
	char why[256];

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		int ret = counts_parse(&measured, &boot, t[i].text, why, sizeof(why));

		if (ret != t[i].ret)
			fail_msg("line %d: ret %d (%s)", t[i].line, ret, ret ? why : "accepted");
	}
}

static void counts_between_markers(void **state)
{
	struct counts m, boot;
	char why[256];

	(void)state;
	assert_int_equal(counts_parse(&m, &boot, HEAD SNAP1 SNAP2 SNAP3, why, sizeof(why)), 0);
	assert_int_equal(m.insns[EXEC_USER].n, 10);
	assert_int_equal(m.insns[EXEC_KERNEL].n, 100);
	assert_int_equal(m.insns[EXEC_WEDGE].n, 0);
	assert_int_equal(m.insns[EXEC_HYPERVISOR].n, 9);
	assert_int_equal(counts_insns(&m).n, 119);
	assert_int_equal(counts_insns(&boot).n, 15);
	assert_int_equal(m.nevents, 2);
	assert_string_equal(m.event[0].class, "cpuid");
	assert_int_equal(event_total(&m.event[0]).n, 2);
	assert_string_equal(m.event[1].class, "iret");
	assert_int_equal(m.event[1].by[EXEC_KERNEL].n, 4);
}

static void peer_files(void **state)
{
	static const char ok[] = "wedgeperf-peer 1\nstate ok\nbytes 5\nfirst_ns 7\nlast_ns 9\n"
				 "retransmits 1\nframes 3\ndropped 2\nconnections 1\nend\n";
	static const char bad[] = "wedgeperf-peer 1\nstate failed\nreason a reset\nbytes 5\n"
				  "first_ns 7\nlast_ns 9\nretransmits 1\nframes 3\ndropped 2\n"
				  "connections 1\nend\n";
	struct peer p;
	char why[256], cut[sizeof(ok)];

	(void)state;
	assert_int_equal(peer_parse(&p, ok, why, sizeof(why)), 0);
	assert_true(p.present && p.ok);
	assert_int_equal(p.bytes, 5);
	assert_int_equal(p.first.n, 7);
	assert_int_equal(p.last.n, 9);
	assert_int_equal(p.frames, 3);
	assert_int_equal(peer_parse(&p, bad, why, sizeof(why)), 0);
	assert_false(p.ok);
	assert_string_equal(p.reason, "a reset");
	/* Cut anywhere, it is refused. */
	for (size_t n = 0; n + 2 < sizeof(ok); n++) {
		memcpy(cut, ok, n);
		cut[n] = '\0';
		if (!peer_parse(&p, cut, why, sizeof(why)))
			fail_msg("a report cut at %zu was accepted", n);
	}
	assert_int_equal(peer_parse(&p, "wedgeperf-peer 1\nbytes x\n", why, sizeof(why)), -1);
}

#define STI "wedge: kind sti: inline: 7 sites, emulated 0 times\r\n"

static void what_the_wedge_says_of_its_sites(void **state)
{
	static const char *const bad[] = {
		"wedge: kind sti: inline: 7 sites\n",
		"wedge: kind sti: inline: x sites, emulated 0 times\n",
		"wedge: kind sti: 7 sites, emulated 0 times\n",
		"wedge: kind sti: inline: 7 sites, emulated 0 times, or so\n",
	};
	static struct tally t;
	char why[256];

	(void)state;
	assert_int_equal(tally_parse(&t, " done\nwedge: 7 sites\n", why, sizeof(why)), 0);
	assert_int_equal(t.n, 0);
	assert_int_equal(
		tally_parse(&t,
			    " done\n" STI "(XEN) and others\n"
			    "wedge: kind pte_store: call: 3 sites, emulated 12345 times\n" STI
			    "wedge: kind sti: inl",
			    why, sizeof(why)),
		0);
	assert_int_equal(t.n, 3);
	assert_string_equal(t.row[0].kind, "sti");
	assert_string_equal(t.row[0].strategy, "inline");
	assert_int_equal(t.row[0].sites, 7);
	assert_string_equal(t.row[1].kind, "pte_store");
	assert_int_equal(t.row[1].emulated, 12345);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(tally_parse(&t, bad[i], why, sizeof(why)), -1);
}

static const char list[] = "fork\tprocess\t2000\t100\tbase\tnone\t2\tfork and wait\n"
			   "netrx\tbyte\t1000\t10\tbase\tsource\t2\treceive\n"
			   "hackbench\tloop\t100\t2\tprograms\tnone\t3\tmessages\n";

static void run_ids(void **state)
{
	static const struct {
		int line;
		const char *id;
		int ret;
	} t[] = {
		{__LINE__, "native/fork/full/0", 0},
		{__LINE__, "xenolinux/netrx/quick/99", 0},
		{__LINE__, "padded/fork/full/10", 0},
		{__LINE__, "padded@6.12/fork/full/10", 0},
		{__LINE__, "native@6.1/fork/full/0", -1},
		{__LINE__, "native@/fork/full/0", -1},
		{__LINE__, "native@../fork/full/0", -1},
		{__LINE__, "native@6.12345678901234/fork/full/0", -1},
		{__LINE__, "@6.12/fork/full/0", -1},
		{__LINE__, "", -1},
		{__LINE__, "native", -1},
		{__LINE__, "native/fork/full", -1},
		{__LINE__, "native/fork/full/0/", -1},
		{__LINE__, "native/fork/full/0/0", -1},
		{__LINE__, "natve/fork/full/0", -1},
		{__LINE__, "native/frok/full/0", -1},
		{__LINE__, "native/fork/small/0", -1},
		{__LINE__, "native/fork/full/", -1},
		{__LINE__, "native/fork/full/100", -1},
		{__LINE__, "native/fork/full/01", -1},
		{__LINE__, "native/fork/full/-1", -1},
		{__LINE__, "native/fork/full/1x", -1},
		{__LINE__, "native/fork/full/ 1", -1},
	};
	struct workloads w;
	struct run r;
	char why[256], id[RUN_ID_MAX];

	(void)state;
	workloads_parse(&w, "list", list);
	assert_int_equal(w.n, 3);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		int ret = run_parse(&r, t[i].id, &w, why, sizeof(why));

		if (ret != t[i].ret)
			fail_msg("line %d: %s: ret %d", t[i].line, t[i].id, ret);
		if (ret)
			continue;
		run_id(&r, id);
		assert_string_equal(id, t[i].id);
	}
	workloads_free(&w);
}

static void matrix(void **state)
{
	struct workloads w;
	struct run *runs;
	size_t all, some;

	(void)state;
	workloads_parse(&w, "list", list);
	all = run_matrix(&runs, &w, SIZE_FULL, NULL, NULL, NULL, 0);
	assert_true(all > 0);
	/* No run twice, and each workload on each system. */
	for (size_t i = 0; i < all; i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(&runs[i], &runs[k], sizeof(runs[i]));
	free(runs);
	some = run_matrix(&runs, &w, SIZE_FULL, NULL, "native,xenolinux", "fork", 7);
	assert_int_equal(some, 14);
	for (size_t i = 0; i < some; i++)
		assert_string_equal(runs[i].workload->name, "fork");
	assert_int_equal(runs[6].k, 6);
	free(runs);
	some = run_matrix(&runs, &w, SIZE_FULL, NULL, "native", "hackbench", 0);
	assert_int_equal(some, 3); /* as the workload says */
	free(runs);
	/* BOOTS= repeats short transfers, not the gigabyte. */
	some = run_matrix(&runs, &w, SIZE_FULL, NULL, "native", "netrx", 4);
	assert_int_equal(some, 5);
	free(runs);
	some = run_matrix(&runs, &w, SIZE_FULL, "6.1,6.12", "native", "fork", 1);
	assert_int_equal(some, 2);
	assert_string_equal(runs[0].kernel, "6.1");
	assert_string_equal(runs[1].kernel, "6.12");
	free(runs);
	workloads_free(&w);
}

static void lists(void **state)
{
	(void)state;
	assert_true(list_has(NULL, "fork"));
	assert_true(list_has("fork", "fork"));
	assert_true(list_has("exec,fork", "fork"));
	assert_false(list_has("exec,forks", "fork"));
	assert_false(list_has("", "fork"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(consoles),
		cmocka_unit_test(console_fields),
		cmocka_unit_test(count_files),
		cmocka_unit_test(counts_between_markers),
		cmocka_unit_test(peer_files),
		cmocka_unit_test(run_ids),
		cmocka_unit_test(what_the_wedge_says_of_its_sites),
		cmocka_unit_test(matrix),
		cmocka_unit_test(lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
