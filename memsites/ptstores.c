// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ptstores.c - ptstores.so, a QEMU TCG plugin: which kernel instructions really
 * store to page tables?
 *
 *	-plugin ptstores.so,out=<file>,free=<hex address of pgd_free>
 *
 * The compiler plugin decides by types; this is the check by observation.  It
 * knows at every moment which physical pages are page tables: roots are what
 * CR3 was loaded with, tables is what they link to (tables.c).  Every store of
 * the kernel to such a page is counted by its address.  A root has no link to it
 * that could go away, so the kernel's pgd_free() says when it ends.
 *
 * Stores to a page before it is linked, or after, are not stores to a page table.
 * Code that runs at low addresses (before the kernel jumps to its own) is not
 * looked at.
 *
 * Output, complete or absent:
 *	wedgeperf-ptstores 1
 *	roots N			CR3 values seen
 *	tables N		pages that ever were a table
 *	unseen N		entries that changed without a store that was seen
 *	store <hex address> <level 1-4> <count> <bytes of the last one>
 *	end
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "../emulator/internals.h"
#include "../emulator/output.h"
#include "../emulator/qemu-plugin.h"
#include "tables.h"
#include "wp.h"

int qemu_plugin_version = PLUGIN_API_VERSION;

#define KERNEL_START   0xffff800000000000ull
#define DIRECT_MAP     0xffff888000000000ull /* of Linux with 4 levels and nokaslr */
#define PHYS_MASK      0x000ffffffffff000ull
#define GDB_RSI	       4 /* gdb's numbering, as in emulator/internals.c */
#define MOV_TO_CR3_LEN 3

static const char *out_path;
static uint64_t pgd_free;
static void (*physical_rw)(uint64_t addr, void *buf, uint64_t len, bool write);

struct store {
	uint64_t count;
	unsigned int level, size;
};
static GHashTable *stores; /* address of the instruction -> struct store */
static uint64_t roots;

static void read_table(uint64_t page, uint64_t *entries)
{
	physical_rw(page, entries, TABLE_ENTRIES * sizeof(*entries), false);
}

static uint64_t read_cr3(void)
{
	char *text = NULL, *line;
	uint64_t cr3;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		internals_misfit("no memory to read its CPU state");
	qemu.dump_state(qemu.get_cpu(0), f, 0);
	fclose(f);
	line = strstr(text, "CR3=");
	if (!line || sscanf(line, "CR3=%" SCNx64, &cr3) != 1)
		internals_misfit("its dump of the CPU's state shows no CR3");
	free(text);
	return cr3;
}

/*
 * The first instruction after a mov to CR3.  The kernel's first root is that of its
 * start (early_top_pgt): it ends with the second one, and its memory is given away.
 */
static void on_new_cr3(unsigned int vcpu, void *userdata)
{
	static uint64_t first;
	uint64_t root = read_cr3() & PHYS_MASK;

	(void)vcpu;
	(void)userdata;
	tables_add_root(root);
	if (!roots++)
		first = root;
	if (first && root != first) {
		tables_remove_root(first);
		first = 0;
	}
}

/* pgd_free(mm, pgd): the second argument is in RSI. */
static void on_pgd_free(unsigned int vcpu, void *userdata)
{
	GByteArray *buf = g_byte_array_new();
	uint64_t pgd;

	(void)vcpu;
	(void)userdata;
	if (qemu.read_register(qemu.get_cpu(0), buf, GDB_RSI) != sizeof(pgd))
		internals_misfit("register RSI cannot be read");
	memcpy(&pgd, buf->data, sizeof(pgd));
	g_byte_array_free(buf, true);
	if (pgd < DIRECT_MAP)
		internals_misfit("pgd_free() got %#" PRIx64 ", which is no address of the kernel's "
				 "direct map: boot with nokaslr",
				 pgd);
	tables_remove_root((pgd - DIRECT_MAP) & PHYS_MASK);
}

static void on_store(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *pc)
{
	struct qemu_plugin_hwaddr *where;
	struct store *store;
	unsigned int level;
	uint64_t addr;

	(void)vcpu;
	/* QEMU 7.2 calls for loads too, whatever was asked for. */
	if (!qemu_plugin_mem_is_store(info))
		return;
	where = qemu_plugin_get_hwaddr(info, vaddr);
	if (!where || qemu_plugin_hwaddr_is_io(where))
		return;
	addr = qemu_plugin_hwaddr_phys_addr(where);
	level = tables_level(addr & PHYS_MASK);
	if (!level)
		return;
	store = g_hash_table_lookup(stores, pc);
	if (!store) {
		store = wp_alloc(sizeof(*store));
		g_hash_table_insert(stores, pc, store);
	}
	store->count++;
	store->level = level;
	store->size = 1u << qemu_plugin_mem_size_shift(info);
	tables_stored(addr);
}

/* Does the code before @vaddr end in `mov %reg, %cr3`? */
static bool follows_cr3_load(uint64_t vaddr)
{
	uint8_t code[MOV_TO_CR3_LEN];

	return read_guest(vaddr - sizeof(code), code, sizeof(code)) && code[0] == 0x0f &&
	       code[1] == 0x22 && (code[2] & 0xf8) == 0xd8;
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	static bool started;
	uint64_t vaddr = qemu_plugin_tb_vaddr(tb);
	struct qemu_plugin_insn *first = qemu_plugin_tb_get_insn(tb, 0);

	(void)id;
	if (vaddr < KERNEL_START)
		return;
	/* The kernel has jumped to its own addresses: it runs on a table of its own. */
	if (!started) {
		started = true;
		on_new_cr3(0, NULL);
	}
	/* A mov to CR3 ends its block. */
	if (follows_cr3_load(vaddr))
		qemu_plugin_register_vcpu_insn_exec_cb(first, on_new_cr3, QEMU_PLUGIN_CB_R_REGS,
						       NULL);
	if (vaddr == pgd_free)
		qemu_plugin_register_vcpu_insn_exec_cb(first, on_pgd_free, QEMU_PLUGIN_CB_R_REGS,
						       NULL);
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		qemu_plugin_register_vcpu_mem_cb(insn, on_store, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_W,
						 (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
	}
}

static int by_address(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t) * (void *const *)a, y = (uintptr_t) * (void *const *)b;

	return x < y ? -1 : x > y;
}

static void at_exit(qemu_plugin_id_t id, void *userdata)
{
	struct wp_buf out = {0};
	unsigned int n;
	gpointer *pcs = g_hash_table_get_keys_as_array(stores, &n);

	(void)id;
	(void)userdata;
	tables_check();
	if (n)
		qsort(pcs, n, sizeof(*pcs), by_address);
	wp_buf_printf(&out,
		      "wedgeperf-ptstores 1\nroots %" PRIu64 "\ntables %zu\nunseen %" PRIu64 "\n",
		      roots, tables_seen(), tables_unseen());
	for (unsigned int i = 0; i < n; i++) {
		const struct store *s = g_hash_table_lookup(stores, pcs[i]);

		wp_buf_printf(&out, "store 0x%" PRIxPTR " %u %" PRIu64 " %u\n", (uintptr_t)pcs[i],
			      s->level, s->count, s->size);
	}
	wp_buf_str(&out, "end\n");
	output_write(out_path, &out);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	void *symbol;

	wp_program = "ptstores.so";
	for (int i = 0; i < argc; i++) {
		char *end = NULL;

		if (!strncmp(argv[i], "out=", 4))
			out_path = wp_strdup(argv[i] + 4);
		else if (!strncmp(argv[i], "free=", 5))
			pgd_free = strtoull(argv[i] + 5, &end, 16);
		else
			wp_die(WP_USAGE, "unknown argument '%s'", argv[i]);
	}
	if (!out_path || pgd_free < KERNEL_START)
		wp_die(WP_USAGE, "wants out=<file>,free=<address of pgd_free, hex>");
	output_check(out_path);
	if (strcmp(info->target_name, "x86_64") || !info->system_emulation ||
	    info->system.max_vcpus != 1)
		internals_misfit("it is not a single-CPU qemu-system-x86_64");
	internals_init();
	symbol = internals_symbol("cpu_physical_memory_rw");
	memcpy(&physical_rw, &symbol, sizeof(symbol));
	stores = g_hash_table_new(NULL, NULL);
	tables_init(read_table);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
