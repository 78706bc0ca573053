// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * wedge_paging.c - shadow and leaf tables against the guest's own: after any
 * sequence of stores and a commit, the machine translates as the guest's tables do, no table
 * is mapped writable, and nothing is left over when address spaces are gone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "../../wedge/core/backend.h"
#include "../../wedge/core/paging.h"
#include "../../wedge/core/vcpu.h"
#include "../../wedge/core/wedge.h"
#include "wedge_machine.h"

#define TABLE  (PTE_PRESENT | PTE_RW | PTE_USER)
#define PAGE   (TABLE | PTE_ACCESSED | PTE_DIRTY)
#define KERNEL 0xffff888000000000ull /* the guest's direct map: 2 MB pages */
#define USER   0x400000ull
#define SPACES 3
#define LEAVES 4

/* Frames of the guest's tables, from RAM_START on. */
enum {
	KERNEL_L3,
	KERNEL_L2,
	SMALL_LEAF,
	FIRST_SPACE
};
#define FRAMES_A_SPACE (3 + LEAVES)
static uint64_t table(unsigned int n)
{
	return RAM_START + n * PAGE_SIZE;
}

static uint64_t space(unsigned int s, unsigned int part)
{
	return table(FIRST_SPACE + s * FRAMES_A_SPACE + part);
}

static uint32_t seed;
static uint32_t any(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

static void store(uint64_t pa, unsigned int index, uint64_t value)
{
	paging_store(pa + index * 8, value, 8);
}

static void build_kernel(void)
{
	store(table(KERNEL_L3), 0, table(KERNEL_L2) | TABLE);
	for (unsigned int i = 0; i < RAM_END / CHUNK_SIZE; i++)
		store(table(KERNEL_L2), i, i * (uint64_t)CHUNK_SIZE | TABLE | PTE_PSE);
	/* Part of it by 4 KB pages, as after a change of permissions. */
	for (unsigned int i = 0; i < 512; i++)
		store(table(SMALL_LEAF), i, (RAM_START + i * PAGE_SIZE) | TABLE | PTE_GLOBAL);
	store(table(KERNEL_L2), RAM_START / CHUNK_SIZE, table(SMALL_LEAF) | TABLE);
	for (unsigned int s = 0; s < SPACES; s++)
		store(space(s, 0), KERNEL >> 39 & 511, table(KERNEL_L3) | TABLE);
}

static void connect(unsigned int s)
{
	store(space(s, 0), 0, space(s, 1) | TABLE);
	store(space(s, 1), 0, space(s, 2) | TABLE);
}

static void disconnect(unsigned int s)
{
	for (unsigned int i = 0; i < 512; i++)
		if (((uint64_t *)window(space(s, 2)))[i])
			store(space(s, 2), i, 0);
	store(space(s, 1), 0, 0);
	store(space(s, 0), 0, 0);
	for (unsigned int l = 0; l < LEAVES; l++)
		memset(window(space(s, 3 + l)), 0, PAGE_SIZE);
}

static void compare(uint64_t va)
{
	bool writable, mapped;
	struct walk w;
	uint64_t pa;

	mapped = machine_walk(machine.kernel_root, va, &pa, &writable);
	if (!mapped && paging_sync(va)) /* a parked leaf table comes back by a fault */
		mapped = machine_walk(machine.kernel_root, va, &pa, &writable);
	if (guest_walk(va, &w) != mapped)
		fail_msg("%lx: mapped %d for the machine", (unsigned long)va, mapped);
	if (!mapped)
		return;
	assert_int_equal(pa, w.pa);
	if (writable != (w.writable && !paging_is_leaf_table(w.pa)) && !(w.entry & PTE_WITHHELD))
		fail_msg("%lx: writable %d for the machine", (unsigned long)va, writable);
}

static void compare_all(void)
{
	paging_commit();
	for (uint64_t va = KERNEL; va < KERNEL + RAM_END; va += 61 * PAGE_SIZE)
		compare(va);
	for (uint64_t va = KERNEL + RAM_START; va < KERNEL + RAM_START + CHUNK_SIZE;
	     va += PAGE_SIZE)
		compare(va);
	for (uint64_t va = 0; va < 8 * CHUNK_SIZE; va += PAGE_SIZE)
		compare(va);
	assert_false(machine_table_writable(machine.kernel_root));
}

static void random_step(void)
{
	unsigned int s = any(SPACES), l = any(LEAVES);
	uint64_t frame = RAM_START + CHUNK_SIZE + any(2048) * PAGE_SIZE;

	switch (any(8)) {
	case 0:
		paging_load_root(space(s, 0));
		break;
	case 1: /* link a leaf; natively a guest would not link it twice */
		store(space(s, 2), l, space(s, 3 + l) | TABLE);
		break;
	case 2:
		store(space(s, 2), l, 0);
		break;
	case 3:
		connect(s);
		break;
	case 4:
		if (any(4) == 0)
			disconnect(s);
		break;
	default:
		store(space(s, 3 + l), any(512), any(3) ? frame | PAGE : 0);
		break;
	}
}

static void start(void)
{
	machine_reset();
	paging_start();
	build_kernel();
	paging_load_root(space(0, 0));
}

static void random_stores(void **state)
{
	(void)state;
	for (seed = 1; seed < 5; seed++) {
		start();
		for (int i = 0; i < 600; i++) {
			random_step();
			if (i % 20 == 0)
				compare_all();
		}
	}
}

/* Stores that the wedge does not see take effect by a fault, an invlpg, or in a root when it is
 * loaded. */
static void unseen_stores(void **state)
{
	uint64_t va = USER, pa;
	bool writable;

	(void)state;
	start();
	connect(0);
	((uint64_t *)window(space(0, 3)))[0] = (RAM_START + CHUNK_SIZE) | PAGE;
	((uint64_t *)window(space(0, 2)))[2] = space(0, 3) | TABLE;
	assert_false(machine_walk(machine.kernel_root, va, &pa, &writable));
	assert_true(paging_sync(va));
	assert_false(paging_sync(va));
	compare(va);
	((uint64_t *)window(space(0, 3)))[0] = 0;
	paging_invlpg(va);
	assert_false(machine_walk(machine.kernel_root, va, &pa, &writable));
	((uint64_t *)window(space(0, 0)))[0] = 0;
	paging_load_root(space(0, 0));
	assert_false(machine_walk(machine.kernel_root, va, &pa, &writable));
}

/*
 * Processes that begin alike fault at one place each, for the wedge's bookkeeping alone.  That is
 * not one fault that comes again and again.
 */
static void one_fault_each_of_many_processes(void **state)
{
	const uint64_t entry = space(0, 3);

	(void)state;
	start();
	connect(0);
	store(space(0, 2), 2, space(0, 3) | TABLE);
	for (unsigned int process = 0; process < 30; process++) {
		store(entry, 0, (RAM_START + CHUNK_SIZE) | TABLE | PTE_USER | PTE_ACCESSED);
		paging_flush_tlb();
		for (unsigned int i = 0; i < 5; i++)
			trace(EV_SITE, 0, 0);
		vcpu.user = 1;
		vcpu.rip = USER + PAGE_SIZE;
		wedge_exception(14, 7, USER);
		assert_true(*(uint64_t *)window(entry) & PTE_DIRTY);
	}
}

static void user_root_has_no_kernel(void **state)
{
	uint64_t pa;
	bool writable;

	(void)state;
	start();
	connect(0);
	store(space(0, 3), 0, (RAM_START + CHUNK_SIZE) | PAGE);
	store(space(0, 2), 2, space(0, 3) | TABLE);
	paging_commit();
	assert_true(machine_walk(machine.user_root, USER, &pa, &writable));
	assert_false(machine_walk(machine.user_root, KERNEL, &pa, &writable));
}

static void nothing_leaks(void **state)
{
	struct paging_counts before, after;

	(void)state;
	start();
	for (int i = 0; i < 1010; i++) {
		if (i == 10) /* some idle roots are kept */
			paging_count(&before);
		connect(1);
		store(space(1, 2), 1, space(1, 3) | TABLE);
		store(space(1, 2), 2, space(1, 4) | TABLE);
		paging_load_root(space(1, 0));
		disconnect(1);
		paging_load_root(space(0, 0));
	}
	paging_count(&after);
	assert_int_equal(after.tables, before.tables);
	assert_int_equal(after.roots, before.roots);
	assert_int_equal(after.leaves, before.leaves);
}

static bool mapped(uint64_t va, bool *writable)
{
	uint64_t pa;

	return machine_walk(machine.user_root, va, &pa, writable);
}

/* A clean page becomes dirty by a write fault; an old one accessed by any. */
static void accessed_and_dirty(void **state)
{
	uint64_t *entry = window(space(0, 3));
	struct walk w;
	bool writable;

	(void)state;
	start();
	connect(0);
	store(space(0, 2), 2, space(0, 3) | TABLE);
	store(space(0, 3), 0, (RAM_START + CHUNK_SIZE) | TABLE);
	paging_commit();
	assert_true(mapped(USER, &writable));
	assert_false(writable);
	assert_true(*entry & PTE_ACCESSED);
	assert_false(*entry & PTE_DIRTY);
	assert_true(guest_walk(USER, &w));
	assert_true(paging_allow_write(USER, &w));
	assert_true(mapped(USER, &writable));
	assert_true(writable);
	assert_true(*entry & PTE_DIRTY);
	store(space(0, 3), 0, *entry & ~PTE_ACCESSED);
	paging_invlpg(USER);
	assert_false(mapped(USER, &writable));
	assert_true(paging_sync(USER));
	assert_true(mapped(USER, &writable));
	assert_true(*entry & PTE_ACCESSED);
}

/* The tables of an address space serve the next one, with what has changed. */
static void tables_are_adopted(void **state)
{
	struct paging_counts before, after;
	bool writable;

	(void)state;
	start();
	for (unsigned int s = 1; s < SPACES; s++) {
		connect(s);
		for (unsigned int i = 0; i < 20; i++)
			store(space(s, 3), i, (RAM_START + CHUNK_SIZE + i * s * PAGE_SIZE) | PAGE);
		store(space(s, 2), 2, space(s, 3) | TABLE);
		paging_load_root(space(s, 0));
		compare_all();
		paging_count(s == 1 ? &before : &after);
		for (unsigned int i = 0; i < 20; i++)
			store(space(s, 3), i, 0);
		paging_load_root(space(s, 0));
		assert_false(mapped(USER, &writable));
		compare_all();
		disconnect(s);
		compare_all();
		paging_load_root(space(0, 0));
		compare_all();
	}
	assert_int_equal(before.tables, after.tables);
	assert_int_equal(after.free_tables, 0);
}

/* With no memory left, other roots are dropped, and built again when loaded. */
static void short_of_memory(void **state)
{
	struct paging_counts c;

	(void)state;
	start();
	for (unsigned int s = 0; s < SPACES; s++) {
		connect(s);
		store(space(s, 3), 0, (RAM_START + CHUNK_SIZE) | PAGE);
		store(space(s, 2), 2, space(s, 3) | TABLE);
		paging_load_root(space(s, 0));
	}
	paging_count(&c);
	assert_int_equal(c.roots, SPACES);
	machine.short_of_memory = true;
	paging_load_root(space(0, 0));
	paging_count(&c);
	assert_int_equal(c.roots, 2); /* the one loaded before, and this */
	compare_all();
}

/* A page that the hypervisor keeps for itself reads as ones. */
static void absent_device(void **state)
{
	uint64_t pa;
	bool writable;

	(void)state;
	start();
	connect(0);
	store(space(0, 2), 2, space(0, 3) | TABLE);
	store(space(0, 3), 0, 0xfee00000 | PAGE);
	paging_commit();
	assert_true(machine_walk(machine.kernel_root, USER, &pa, &writable));
	assert_true(pa >= RAM_END && pa < MEMORY_END);
	assert_int_equal(*(uint8_t *)window(pa), 0xff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_stores),
		cmocka_unit_test(unseen_stores),
		cmocka_unit_test(one_fault_each_of_many_processes),
		cmocka_unit_test(user_root_has_no_kernel),
		cmocka_unit_test(nothing_leaks),
		cmocka_unit_test(absent_device),
		cmocka_unit_test(short_of_memory),
		cmocka_unit_test(accessed_and_dirty),
		cmocka_unit_test(tables_are_adopted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
