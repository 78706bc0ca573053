/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mmu.c - memory at start: find what the domain owns, and build page tables of
 * our own: one leaf table ("chunk table") for every 2 MB of machine memory, and
 * the window made of them.
 *
 * Xen gives dom0 some runs of machine frames.  All are the guest's RAM but for the image's
 * and the top of the longest, the pool: chunk tables first, then the tables of the
 * new root, then what hv_table_alloc() and hv_alloc() hand out.
 * Xen wants every mapping of a table frame read-only, so frames known to become
 * tables here are mapped so from the start.  So are, at the end, the image's code and constants: a
 * stray store of the guest's, whose privilege is the wedge's, faults there.
 */
#include "../core/backend.h"
#include "../core/wedge.h"
#include "hypercall.h"

#define MAX_RUNS	 256
#define ENTRIES		 512
#define FLAGS		 (PTE_PRESENT | PTE_RW | PTE_USER | PTE_ACCESSED | PTE_DIRTY)
#define LOW_FRAMES	 256 /* below 1 MB: owned by dom_io, dom0 may map them */
#define MIN_RAM		 (96ull << 20)
#define POOL_MIN	 (6ull << 20)
#define POOL_SHARE	 64 /* of RAM */
#define IMAGE_L2	 (WEDGE_SIZE / CHUNK_SIZE)
#define index(va, level) (((va) >> (12 + 9 * ((level)-1))) & 511)

struct run {
	uint64_t first, count;
};
static struct run runs[MAX_RUNS];
static unsigned int nr_runs;
static const uint64_t *p2m;

static uint64_t pool, pool_end, pool_next; /* pa; grows up */
static uint64_t tables_end;		   /* frames [pool, tables_end) are tables from the start */
static uint64_t boot_pt_first, boot_pt_end; /* frames of Xen's boot tables */
static uint64_t window_l3;
static uint64_t image_entry[IMAGE_L2];
static uint32_t *chunk;	  /* frame numbers of the chunk tables, by chunk; window address */
static uint8_t *of_guest; /* by chunk: there is memory of the guest's in it */
static uint64_t chunk_first_table, nr_chunks;

static uint64_t boot_entry(unsigned int level, uint64_t va);

/* A page of the image whose mapping is replaced to reach frames outside it. */
static uint64_t scratch[ENTRIES] __attribute__((aligned(PAGE_SIZE)));

static void find_runs(void)
{
	uint64_t n = xen_start_info->nr_pages;

	p2m = (const uint64_t *)xen_start_info->mfn_list;
	for (uint64_t i = 0; i < n; i++) {
		struct run *last = &runs[nr_runs - 1];

		if (p2m[i] >> 40)
			continue;
		if (nr_runs && p2m[i] == last->first + last->count) {
			last->count++;
			continue;
		}
		if (nr_runs == MAX_RUNS)
			wedge_refuse("memory is in more than %u pieces", MAX_RUNS);
		runs[nr_runs].first = p2m[i];
		runs[nr_runs++].count = 1;
	}
}

static uint64_t image_pa(uint64_t va)
{
	return p2m[(va - WEDGE_BASE) / PAGE_SIZE] * PAGE_SIZE;
}

static bool owned(uint64_t frame)
{
	for (unsigned int i = 0; i < nr_runs; i++)
		if (frame - runs[i].first < runs[i].count)
			return true;
	return frame < LOW_FRAMES;
}

static bool is_table(uint64_t frame)
{
	uint64_t pa = frame * PAGE_SIZE;

	if (pa >= pool && pa < tables_end)
		return true;
	for (uint64_t pfn = boot_pt_first; pfn < boot_pt_end; pfn++)
		if (p2m[pfn] == frame)
			return true;
	return false;
}

/* The frames at the start of the domain's memory that Xen has mapped: image, p2m, tables. */
static uint64_t image_frames(void)
{
	uint64_t n = 0;

	while (n < IMAGE_L2 && (boot_entry(2, WEDGE_BASE + n * CHUNK_SIZE) & PTE_PRESENT))
		n++;
	return n * ENTRIES;
}

/* Frames of the domain's pages @first to @end, which the guest may have, as runs in @free. */
static unsigned int add_free(struct run *free, unsigned int n, uint64_t first, uint64_t end)
{
	for (uint64_t i = first; i < end; i++) {
		if (p2m[i] >> 40)
			continue;
		if (n && p2m[i] == free[n - 1].first + free[n - 1].count) {
			free[n - 1].count++;
		} else {
			if (n == MAX_RUNS)
				wedge_refuse("memory is in more than %u pieces", MAX_RUNS);
			free[n++] = (struct run){p2m[i], 1};
		}
	}
	return n;
}

/* Sort by @before, by insertion: there are few. */
static void sort_runs(struct run *r, unsigned int n,
		      bool (*before)(const struct run *a, const struct run *b))
{
	for (unsigned int i = 1; i < n; i++)
		for (unsigned int k = i; k && before(&r[k], &r[k - 1]); k--) {
			struct run other = r[k];

			r[k] = r[k - 1];
			r[k - 1] = other;
		}
}

static bool lower(const struct run *a, const struct run *b)
{
	return a->first < b->first;
}

static bool longer(const struct run *a, const struct run *b)
{
	return a->count > b->count;
}

static unsigned int merge(struct run *r, unsigned int n)
{
	unsigned int kept = 0;

	for (unsigned int i = 1; i < n; i++)
		if (r[i].first == r[kept].first + r[kept].count)
			r[kept].count += r[i].count;
		else
			r[++kept] = r[i];
	return kept + 1;
}

/* The next and the last multiple of a chunk. */
static uint64_t up(uint64_t pa)
{
	return (pa + CHUNK_SIZE - 1) & -(uint64_t)CHUNK_SIZE;
}

static uint64_t down(uint64_t pa)
{
	return pa & -(uint64_t)CHUNK_SIZE;
}

/* The longest run first: the guest's, but for the pool at its top.  Then the others. */
static void split_memory(void)
{
	static struct run free[MAX_RUNS];
	uint64_t pages = xen_start_info->nr_pages, first = image_frames(), module = pages, end;
	struct hv_range *main = &hv_memory.ram[0];
	unsigned int n;
	uint64_t size;

	for (unsigned int i = 0; i < nr_runs; i++)
		if (runs[i].first + runs[i].count > hv_memory.max_frame)
			hv_memory.max_frame = runs[i].first + runs[i].count;
	hv_memory.total = pages * PAGE_SIZE;
	hv_memory.low_end = LOW_FRAMES * PAGE_SIZE;
	end = pages;
	if (xen_start_info->mod_len) {
		module = xen_start_info->mod_start;
		end = module + (xen_start_info->mod_len + PAGE_SIZE - 1) / PAGE_SIZE;
	}
	n = add_free(free, 0, first, module);
	n = add_free(free, n, end, pages);
	sort_runs(free, n, lower);
	n = merge(free, n);
	sort_runs(free, n, longer);

	size = POOL_MIN + hv_memory.total / POOL_SHARE;
	main->start = up(free[0].first * PAGE_SIZE);
	pool_end = (free[0].first + free[0].count) * PAGE_SIZE;
	if (!n || pool_end < main->start + MIN_RAM + size)
		wedge_refuse("%lu MB in one piece are too little; give dom0 more (dom0_mem=128M or "
			     "more)",
			     free[0].count >> 8);
	pool = pool_next = down(pool_end - size);
	main->end = pool;
	/* Whole chunks only: what the kernel can map by large pages. */
	hv_memory.nr_ram = 1;
	for (unsigned int i = 1; i < n && hv_memory.nr_ram < HV_RANGES - 1; i++) {
		struct hv_range r = {up(free[i].first * PAGE_SIZE),
				     down((free[i].first + free[i].count) * PAGE_SIZE)};

		if (r.start < r.end)
			hv_memory.ram[hv_memory.nr_ram++] = r;
	}
}

/* Map @frame at scratch. */
static uint64_t *reach(uint64_t frame)
{
	if (hypercall(__HYPERVISOR_update_va_mapping, (unsigned long)scratch,
		      frame * PAGE_SIZE | FLAGS, UVMF_INVLPG, 0))
		wedge_refuse("Xen refused to map frame %lx", frame);
	return scratch;
}

static uint64_t take_frame(void)
{
	uint64_t pa = pool_next;

	pool_next += PAGE_SIZE;
	return pa;
}

static bool chunk_in_use(uint64_t n)
{
	uint64_t first = n * ENTRIES;

	for (unsigned int i = 0; i < nr_runs; i++)
		if (first < runs[i].first + runs[i].count && runs[i].first < first + ENTRIES)
			return true;
	return n == 0;
}

static void build_tables(void)
{
	uint64_t table = pool, used = 0, l2 = 0, root, image_l3, image_l2;
	uint64_t l2s = (nr_chunks + ENTRIES - 1) / ENTRIES;
	uint64_t *t;

	for (uint64_t n = 0; n < nr_chunks; n++)
		used += chunk_in_use(n);
	tables_end = pool + (used + l2s + 4) * PAGE_SIZE;
	for (uint64_t n = 0; n < nr_chunks; n++) {
		if (!chunk_in_use(n))
			continue;
		t = reach(take_frame() / PAGE_SIZE);
		for (unsigned int i = 0; i < ENTRIES; i++) {
			uint64_t frame = n * ENTRIES + i;

			t[i] = !owned(frame) ? 0
					     : frame * PAGE_SIZE |
						       (is_table(frame) ? FLAGS & ~PTE_RW : FLAGS);
		}
	}
	l2 = pool_next;
	for (uint64_t n = 0; n < l2s * ENTRIES; n++) {
		if (n % ENTRIES == 0) {
			t = reach(take_frame() / PAGE_SIZE);
			memset(t, 0, PAGE_SIZE);
		}
		if (n < nr_chunks && chunk_in_use(n)) {
			t[n % ENTRIES] = table | FLAGS;
			table += PAGE_SIZE;
		}
	}
	window_l3 = take_frame();
	t = reach(window_l3 / PAGE_SIZE);
	memset(t, 0, PAGE_SIZE);
	for (uint64_t i = 0; i < l2s; i++)
		t[i] = (l2 + i * PAGE_SIZE) | FLAGS;
	image_l2 = take_frame();
	t = reach(image_l2 / PAGE_SIZE);
	memset(t, 0, PAGE_SIZE);
	for (unsigned int i = 0; i < IMAGE_L2; i++)
		t[i] = image_entry[i] = boot_entry(2, WEDGE_BASE + i * (uint64_t)CHUNK_SIZE);
	image_l3 = take_frame();
	t = reach(image_l3 / PAGE_SIZE);
	memset(t, 0, PAGE_SIZE);
	t[index(WEDGE_BASE, 3)] = image_l2 | FLAGS;
	root = take_frame();
	t = reach(root / PAGE_SIZE);
	memset(t, 0, PAGE_SIZE);
	t[WINDOW_SLOT] = window_l3 | FLAGS;
	t[IMAGE_SLOT] = image_l3 | FLAGS;
	reach(image_pa((uint64_t)scratch) / PAGE_SIZE);
	hv_pin(4, root);
	hv_load_root(root, 0);
}

/* Xen's boot tables are mapped, in order, from pt_base on. */
static const uint64_t *boot_table(uint64_t frame)
{
	for (uint64_t pfn = boot_pt_first; pfn < boot_pt_end; pfn++)
		if (p2m[pfn] == frame)
			return (const uint64_t *)(WEDGE_BASE + pfn * PAGE_SIZE);
	wedge_refuse("Xen's boot page tables are not where it says");
}

static uint64_t boot_entry(unsigned int level, uint64_t va)
{
	const uint64_t *t = (const uint64_t *)xen_start_info->pt_base;

	for (unsigned int l = 4; l > level; l--) {
		if (!(t[index(va, l)] & PTE_PRESENT))
			return 0;
		t = boot_table((t[index(va, l)] & PTE_ADDR) / PAGE_SIZE);
	}
	return t[index(va, level)];
}

static void find_module(void)
{
	uint64_t first = xen_start_info->mod_start;

	hv_memory.module_size = xen_start_info->mod_len;
	if (!hv_memory.module_size)
		return;
	if (!(xen_start_info->flags & SIF_MOD_START_PFN))
		wedge_refuse("Xen mapped the module instead of leaving it where it is");
	hv_memory.module_start = p2m[first] * PAGE_SIZE;
	hv_memory.module_end = hv_memory.module_start +
			       ((hv_memory.module_size + PAGE_SIZE - 1) & -(uint64_t)PAGE_SIZE);
	for (uint64_t i = 0; i < (hv_memory.module_end - hv_memory.module_start) / PAGE_SIZE; i++)
		if (p2m[first + i] != p2m[first] + i)
			wedge_refuse("the module is in several pieces");
	hv_memory.module = window(hv_memory.module_start);
}

static uint64_t chunk_table(uint64_t pa)
{
	uint64_t n = pa / CHUNK_SIZE;

	return n < nr_chunks ? (uint64_t)chunk[n] * PAGE_SIZE : 0;
}

/*
 * Code and constants become read-only, in the window too.  There the stubs stay writable: they are
 * written when sites are patched, as late as modules are loaded.
 */
static void protect_image(void)
{
	const uint64_t end = (uint64_t)_constants_end;
	const uint64_t stubs = (uint64_t)_stubs_start, stubs_end = (uint64_t)_stubs_end;

	for (uint64_t va = (uint64_t)_image_start; va < end; va += PAGE_SIZE) {
		uint64_t pa = image_pa(va), entry = pa | (FLAGS & ~PTE_RW);

		if (hypercall(__HYPERVISOR_update_va_mapping, va, entry, 0, 0))
			wedge_refuse("Xen refused to map the wedge's code read-only");
		if (va < stubs || va >= stubs_end)
			hv_pt_write(chunk_table(pa) + index(pa, 1) * 8, entry);
	}
	hv_flush_tlb();
}

void mmu_write_stub(void *stub, const void *code, size_t size)
{
	uint64_t to = (uint64_t)stub;
	const uint8_t *from = code;

	for (; size; size--, to++, from++)
		*((uint8_t *)window(image_pa(to)) + to % PAGE_SIZE) = *from;
}

static void mark_chunks(uint64_t start, uint64_t end)
{
	for (uint64_t n = start / CHUNK_SIZE; n * CHUNK_SIZE < end; n++)
		of_guest[n] = 1;
}

void mmu_start(void)
{
	find_runs();
	boot_pt_first = (xen_start_info->pt_base - WEDGE_BASE) / PAGE_SIZE;
	boot_pt_end = boot_pt_first + xen_start_info->nr_pt_frames;
	split_memory();
	nr_chunks = (hv_memory.max_frame + ENTRIES - 1) / ENTRIES;
	chunk_first_table = pool;
	build_tables();
	chunk = hv_alloc(nr_chunks * sizeof(*chunk));
	for (uint64_t n = 0, table = chunk_first_table; n < nr_chunks; n++)
		if (chunk_in_use(n)) {
			chunk[n] = (uint32_t)(table / PAGE_SIZE);
			table += PAGE_SIZE;
		}
	protect_image();
	find_module();
	of_guest = hv_alloc(nr_chunks);
	mark_chunks(0, hv_memory.low_end);
	mark_chunks(hv_memory.module_start, hv_memory.module_end);
	for (unsigned int i = 0; i < hv_memory.nr_ram; i++)
		mark_chunks(hv_memory.ram[i].start, hv_memory.ram[i].end);
	hv_memory.cmdline = (const uint8_t *)xen_start_info->cmd_line;
	print("wedge: %lu MB in %u pieces, %u of them the guest's RAM, %lx-%lx the first; pool to "
	      "%lx, module %lx+%lx\n",
	      hv_memory.total >> 20, nr_runs, hv_memory.nr_ram, hv_memory.ram[0].start,
	      hv_memory.ram[0].end, pool_end, hv_memory.module_start, hv_memory.module_size);
}

void *hv_alloc(size_t size)
{
	uint64_t pa = pool_next;

	size = (size + PAGE_SIZE - 1) & -(size_t)PAGE_SIZE;
	if (size > pool_end - pool_next)
		wedge_panic("out of memory: %lu bytes wanted", size);
	pool_next += size;
	memset(window(pa), 0, size);
	return window(pa);
}

uint64_t hv_chunk_table(uint64_t pa)
{
	return pa / CHUNK_SIZE < nr_chunks && of_guest[pa / CHUNK_SIZE] ? chunk_table(pa) : 0;
}

bool hv_is_own(uint64_t pa)
{
	return pa / PAGE_SIZE >= LOW_FRAMES && owned(pa / PAGE_SIZE);
}

uint64_t hv_table_alloc(void)
{
	uint64_t pa = (uint64_t)hv_alloc(PAGE_SIZE) - WINDOW_BASE;

	hv_pt_write(chunk_table(pa) + index(pa, 1) * 8, pa | (FLAGS & ~PTE_RW));
	return pa;
}

uint64_t hv_root_entry(unsigned int slot)
{
	return slot == WINDOW_SLOT ? window_l3 | FLAGS : 0;
}

uint64_t hv_image_entry(unsigned int i)
{
	return i < IMAGE_L2 ? image_entry[i] : 0;
}

bool hv_may_map(uint64_t pa)
{
	uint64_t own = image_pa((uint64_t)scratch);
	bool ok = !hypercall(__HYPERVISOR_update_va_mapping, (unsigned long)scratch,
			     pa | FLAGS | PTE_UNCACHED, UVMF_INVLPG, 0);

	reach(own / PAGE_SIZE);
	return ok;
}

uint64_t hv_memory_left(void)
{
	return pool_end - pool_next;
}
