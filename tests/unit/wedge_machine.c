// SPDX-License-Identifier: GPL-2.0-or-later
/* wedge_machine.c - the hypervisor that the wedge's unit tests run on. */
#include "wedge_machine.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../../fastpath/fastpath.h"
#include "../../wedge/core/backend.h"
#include "../../wedge/core/site.h"
#include "../../wedge/core/vcpu.h"
#include "../../wedge/core/wedge.h"

#define FLAGS (PTE_PRESENT | PTE_RW | PTE_USER)

struct machine machine;
struct vcpu vcpu;
struct hv_memory hv_memory;
uint64_t fp_pages[FP_PAGES];
uint64_t fp_log[FP_LOG];
uint8_t fp_log_done[FP_LOG];
uint32_t fp_log_next;
static uint64_t pool, chunk_tables;

static uint64_t *entry_at(uint64_t pa)
{
	return window(pa);
}

void machine_reset(void)
{
	static void *memory;

	if (!memory) {
		memory = mmap((void *)WINDOW_BASE, MEMORY_END, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
		if (memory == MAP_FAILED) {
			perror("mmap");
			exit(3);
		}
	}
	madvise(memory, MEMORY_END, MADV_DONTNEED);
	memset(&machine, 0, sizeof(machine));
	memset(&vcpu, 0, sizeof(vcpu));
	hv_memory = (struct hv_memory){.ram = {{RAM_START, RAM_END}},
				       .nr_ram = 1,
				       .low_end = 0x100000,
				       .max_frame = MEMORY_END / PAGE_SIZE};
	pool = RAM_END;
	chunk_tables = pool;
	pool += MEMORY_END / CHUNK_SIZE * PAGE_SIZE;
	for (uint64_t pa = 0; pa < MEMORY_END; pa += PAGE_SIZE)
		entry_at(chunk_tables)[pa / PAGE_SIZE] = pa | FLAGS;
}

bool machine_walk(uint64_t root, uint64_t va, uint64_t *pa, bool *writable)
{
	uint64_t table = root;

	*writable = true;
	for (unsigned int level = 4; level; level--) {
		uint64_t e = entry_at(table)[va >> (12 + 9 * (level - 1)) & 511];

		if (!(e & PTE_PRESENT))
			return false;
		*writable &= !!(e & PTE_RW);
		table = e & PTE_ADDR;
	}
	*pa = table | (va & (PAGE_SIZE - 1));
	return true;
}

/* Collect the leaf tables below @table; then look for writable mappings of them. */
static void mark(uint64_t table, unsigned int level, uint8_t *is_leaf)
{
	for (unsigned int i = 0; i < 512; i++) {
		uint64_t e = entry_at(table)[i];

		if (!(e & PTE_PRESENT))
			continue;
		if (level == 2)
			is_leaf[(e & PTE_ADDR) / PAGE_SIZE] = 1;
		else
			mark(e & PTE_ADDR, level - 1, is_leaf);
	}
}

bool machine_table_writable(uint64_t root)
{
	static uint8_t is_leaf[MEMORY_END / PAGE_SIZE];

	memset(is_leaf, 0, sizeof(is_leaf));
	mark(root, 4, is_leaf);
	for (uint64_t t = RAM_START / PAGE_SIZE; t < RAM_END / PAGE_SIZE; t++) {
		if (!is_leaf[t])
			continue;
		for (uint64_t l = 0; l < MEMORY_END / PAGE_SIZE; l++)
			for (unsigned int i = 0; is_leaf[l] && i < 512; i++)
				if ((entry_at(l * PAGE_SIZE)[i] &
				     (PTE_ADDR | PTE_RW | PTE_PRESENT)) ==
				    (t * PAGE_SIZE | PTE_RW | PTE_PRESENT))
					return true;
	}
	return false;
}

void hv_pt_write(uint64_t entry, uint64_t value)
{
	*entry_at(entry) = value;
}

void hv_pt_write_at(uint64_t entry, uint64_t value, uint64_t va)
{
	uint64_t table = machine.kernel_root;

	for (unsigned int shift = 39; shift > 12; shift -= 9) {
		uint64_t e = entry_at(table)[va >> shift & 511];

		if (!(e & PTE_PRESENT))
			wedge_panic("entry for %lx: no table is linked there", va);
		table = e & PTE_ADDR;
	}
	if (table + (va >> 12 & 511) * 8 != entry)
		wedge_panic("entry for %lx: another table is linked there", va);
	hv_pt_write(entry, value);
}

void hv_pt_write_now(uint64_t entry, uint64_t value, uint64_t va, bool invlpg)
{
	hv_pt_write_at(entry, value, va);
	hv_pt_flush();
	if (invlpg)
		hv_invlpg(va);
}

void hv_pt_flush(void)
{
}

uint64_t hv_pt_read(uint64_t entry)
{
	return *entry_at(entry);
}

void hv_pt_settle(uint64_t table)
{
	(void)table;
}

bool hv_pt_try(uint64_t entry, uint64_t value)
{
	hv_pt_write(entry, value);
	return true;
}

void hv_pin(unsigned int level, uint64_t table)
{
	(void)level;
	(void)table;
}

void hv_unpin(uint64_t table)
{
	(void)table;
}

void hv_load_root(uint64_t kernel, uint64_t user)
{
	machine.kernel_root = kernel;
	machine.user_root = user;
}

void hv_invlpg(uint64_t va)
{
	(void)va;
}

void hv_flush_tlb(void)
{
}

uint64_t hv_root_entry(unsigned int slot)
{
	(void)slot;
	return 0;
}

uint64_t hv_image_entry(unsigned int index)
{
	return index == 0 ? chunk_tables | FLAGS : 0;
}

void *hv_alloc(size_t size)
{
	void *p = window(pool);

	pool += (size + PAGE_SIZE - 1) & -(uint64_t)PAGE_SIZE;
	if (pool > MEMORY_END)
		wedge_panic("the test machine is out of memory");
	return p;
}

uint64_t hv_memory_left(void)
{
	return machine.short_of_memory ? 0 : MEMORY_END - pool;
}

uint64_t hv_table_alloc(void)
{
	return (uint64_t)hv_alloc(PAGE_SIZE) - WINDOW_BASE;
}

uint64_t hv_chunk_table(uint64_t pa)
{
	return pa < MEMORY_END ? chunk_tables + pa / CHUNK_SIZE * PAGE_SIZE : 0;
}

bool hv_is_own(uint64_t pa)
{
	return pa >= RAM_END && pa < MEMORY_END;
}

bool hv_may_map(uint64_t pa)
{
	return pa != 0xfee00000;
}

void hv_resume(void)
{
	abort();
}

const void *hv_call_target(const struct hv_site *site)
{
	(void)site;
	return (void *)0xffffffff80001000;
}

const char *hv_inline(const struct hv_site *site, const char *variant, uint8_t *out)
{
	(void)variant;
	if (site->total < 8)
		return "too short";
	memset(out, 0x90, site->total);
	return NULL;
}

bool hv_user_sets_bases(void)
{
	return false;
}

void hv_direct_interrupts(void)
{
}

void hv_interrupt_pending(void)
{
}

bool hv_peek(uint64_t va, uint64_t *value)
{
	(void)va;
	(void)value;
	return false;
}

void hv_set_descriptor(unsigned int n, uint64_t descriptor)
{
	assert(n < 32);
	machine.descriptor[n] = descriptor;
	machine.descriptors_set++;
}

void hv_set_base(enum hv_base which, uint64_t value)
{
	machine.base[which] = value;
}

uint64_t hv_get_base(enum hv_base which)
{
	return machine.base[which];
}

void hv_forbid_tsc(bool on)
{
	machine.tsc_forbidden = on;
}

void hv_set_debugreg(unsigned int n, uint64_t value)
{
	(void)n;
	(void)value;
}

uint64_t hv_get_debugreg(unsigned int n)
{
	(void)n;
	return 0;
}

uint32_t hv_port_in(uint16_t port, unsigned int size)
{
	(void)port;
	(void)size;
	return machine.port_value;
}

void hv_port_out(uint16_t port, unsigned int size, uint32_t value)
{
	(void)size;
	(void)value;
	machine.port_written = port;
}

bool hv_irq_bind(unsigned int irq)
{
	machine.bound |= (uint16_t)(1 << irq);
	return true;
}

void hv_irq_eoi(unsigned int irq)
{
	machine.eois[irq]++;
}

uint64_t hv_time(void)
{
	return machine.now;
}

void hv_set_timer(uint64_t deadline)
{
	machine.deadline = deadline;
}

void hv_idle(void)
{
	machine.now = machine.deadline;
	wedge_timer();
}

void hv_console_write(const char *text, size_t len)
{
	for (size_t i = 0; i < len && machine.console_len + 1 < sizeof(machine.console); i++)
		machine.console[machine.console_len++] = text[i];
}

size_t hv_console_read(char *text, size_t size)
{
	size_t n = machine.input ? strlen(machine.input) : 0;

	if (n > size)
		n = size;
	if (n)
		memcpy(text, machine.input, n);
	machine.input = NULL;
	return n;
}

_Noreturn void hv_shutdown(bool reboot)
{
	(void)reboot;
	fprintf(stderr, "%.*s", (int)machine.console_len, machine.console);
	abort();
}
