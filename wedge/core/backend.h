/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * backend.h - all that the wedge's core asks of a hypervisor.
 *
 * A back end is one folder beside core/ (wedge/xen/) that implements these
 * functions, starts the machine, and calls wedge_main() on a stack of its own
 * with virtual interrupts masked.  From then on control comes back to the core
 * through the wedge_*() functions at the end of this file, always on the
 * wedge's stack, with the guest's state saved in `vcpu` and interrupts masked.
 *
 * Addresses: the guest's physical addresses are machine addresses ("pa" in the
 * whole core).  Every frame that the wedge may touch is mapped at
 * WINDOW_BASE + pa.  Page tables are machine page tables: the hypervisor
 * validates them, and demands that a frame is mapped read-only wherever it is
 * mapped, for as long as it serves as a page table.
 *
 * Unless said otherwise a function that cannot do what it is asked ends in
 * wedge_panic(): the core asks nothing that is expected to fail.
 */
#ifndef WEDGE_BACKEND_H
#define WEDGE_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vcpu;

#define HV_RANGES 32
/* Memory, filled in by the back end before wedge_main(). */
struct hv_memory {
	/* The guest's RAM: the first range, 2 MB aligned, is where it is loaded to. */
	struct hv_range {
		uint64_t start, end;
	} ram[HV_RANGES];
	unsigned int nr_ram;
	uint64_t low_end;		 /* [0, low_end): the PC's low memory, accessible */
	uint64_t max_frame;		 /* no frame of ours has this number or a higher one */
	const uint8_t *module, *cmdline; /* the boot container (window); boot arguments */
	uint64_t module_size;		 /* bytes; 0: none was given */
	uint64_t module_start,
		module_end; /* pa of the container: of no RAM range, but RAM once it was read */
	uint64_t total;	    /* bytes that the hypervisor has given in all */
};
extern struct hv_memory hv_memory;

/* --- page tables ------------------------------------------------------- */

/*
 * Queue the store of a page-table entry (@entry: its machine address) in a
 * table of any level, or in a frame that is not a table now.  The queue keeps
 * its order.  hv_pt_flush() carries it out.
 */
void hv_pt_write(uint64_t entry, uint64_t value);
/* The same for the leaf entry of user address @va in the loaded root: may be cheaper. */
void hv_pt_write_at(uint64_t entry, uint64_t value, uint64_t va);
void hv_pt_flush(void);
/* The same at once, with nothing in the queue; @invlpg: with translations of @va invalidated. */
void hv_pt_write_now(uint64_t entry, uint64_t value, uint64_t va, bool invlpg);
/*
 * The same for one entry at once, after the queue.  Returns false when the
 * hypervisor refuses the value; the entry is then unchanged.
 */
bool hv_pt_try(uint64_t entry, uint64_t value);
/* The entry as it is once the queue has been carried out.  hv_pt_settle(): carry out
 * the queue if it holds an entry of @table, so that the table may be read. */
uint64_t hv_pt_read(uint64_t entry);
void hv_pt_settle(uint64_t table);
/*
 * Declare a table one of @level (4: for use as a root), which it stays while nothing
 * refers to it; take that back.
 */
void hv_pin(unsigned int level, uint64_t table);
void hv_unpin(uint64_t table);
/* Roots for the guest's kernel and user mode; flushes the TLB. */
void hv_load_root(uint64_t kernel, uint64_t user);
void hv_invlpg(uint64_t va);
void hv_flush_tlb(void);
/*
 * The parts of a root that belong to the wedge itself, for every new root:
 * the value of root slot @slot (0: none), and that of entry @index of the
 * level-2 table for the top 2 GB, which holds the wedge's image.
 */
uint64_t hv_root_entry(unsigned int slot);
uint64_t hv_image_entry(unsigned int index);
/* Zeroed memory for the core, mapped for good; page granular. */
void *hv_alloc(size_t size);
/* Bytes that hv_alloc() and hv_table_alloc() can still give. */
uint64_t hv_memory_left(void);
/* A zeroed frame to be used as a table: mapped read-only in the window. */
uint64_t hv_table_alloc(void);
/* Table of 512 leaf entries which maps the 2 MB from @pa on; 0: no memory of the guest's there. */
uint64_t hv_chunk_table(uint64_t pa);
/* Does the hypervisor know the frame at @pa as ours, though it is not the guest's RAM? */
bool hv_is_own(uint64_t pa);
/* May the guest map the device (or foreign) frame at @pa? */
bool hv_may_map(uint64_t pa);

/* --- processor --------------------------------------------------------- */

/* Enter the guest in the state of `vcpu`. */
_Noreturn void hv_resume(void);
#define HV_ARG_WORD 8 /* added to `arg`: the instruction writes 16 bits of its register */
/* A site to be patched. */
struct hv_site {
	uint64_t address;    /* where it runs */
	const uint8_t *insn; /* the original instruction, without its pad: @length bytes */
	uint8_t kind, total, prefixes, length;
	uint8_t reg; /* the register that `pushf;pop` or a read loads, or NO_REG */
	uint8_t arg; /* number of a control or segment register; of a sysret: operand size */
};
/*
 * What such a site calls: on the guest's stack, by a CALL; sysret is jumped to.  The general
 * routine comes to wedge_call().
 */
const void *hv_call_target(const struct hv_site *site);
/*
 * Write a sequence that replaces the site to @out (its `total` bytes).  @variant: which, NULL for
 * the one that is best in general.  Returns NULL, or why nothing was written.
 */
const char *hv_inline(const struct hv_site *site, const char *variant, uint8_t *out);
/* From now on interrupts of kernel mode go straight to wedge_next_interrupt(). */
void hv_direct_interrupts(void);
/* An interrupt waits for the guest to accept it: sequences ask for it. */
void hv_interrupt_pending(void);
/* Read 8 bytes at an address of the guest's kernel mode; false if that faults. */
bool hv_peek(uint64_t va, uint64_t *value);
/*
 * Entry @n (below 32) of the machine's descriptor table: a code or data segment of privilege
 * level 3, or 0.
 */
void hv_set_descriptor(unsigned int n, uint64_t descriptor);
enum hv_base {
	HV_FS_BASE,
	HV_GS_BASE,	 /* the guest kernel's */
	HV_USER_GS_BASE, /* live in user mode */
	HV_USER_GS_SELECTOR
};
void hv_set_base(enum hv_base which, uint64_t value);
uint64_t hv_get_base(enum hv_base which); /* one of user mode's */
/* Can user mode set its bases by itself (WRFSBASE, WRGSBASE)? */
bool hv_user_sets_bases(void);
/* RDTSC faults in user mode, or does not. */
void hv_forbid_tsc(bool on);
void hv_set_debugreg(unsigned int n, uint64_t value);
uint64_t hv_get_debugreg(unsigned int n);

/* --- devices and time --------------------------------------------------- */

/* Ports that no device model claims.  @size: 1, 2 or 4 bytes. */
uint32_t hv_port_in(uint16_t port, unsigned int size);
void hv_port_out(uint16_t port, unsigned int size, uint32_t value);
/*
 * Connect interrupt line @irq of the PC (0-15) to wedge_irq(); false when the
 * hypervisor keeps it for itself.  hv_irq_eoi(): the guest has handled it.
 */
bool hv_irq_bind(unsigned int irq);
void hv_irq_eoi(unsigned int irq);
/* Monotonic nanoseconds; call wedge_timer() at @deadline (one outstanding). */
uint64_t hv_time(void);
void hv_set_timer(uint64_t deadline);
/* Sleep until something has happened, and handle it. */
void hv_idle(void);

void hv_console_write(const char *text, size_t len);
size_t hv_console_read(char *text, size_t size);
/* @reboot: as asked by the guest or after a panic; else the machine is halted. */
_Noreturn void hv_shutdown(bool reboot);

/* --- calls from the back end into the core ------------------------------- */

_Noreturn void wedge_main(void);
/*
 * An exception of the guest (vector, hardware error code; @cr2 for a page
 * fault).  Returns when the guest can go on in the state of `vcpu`.
 */
void wedge_exception(unsigned int vector, uint64_t error, uint64_t cr2);
/*
 * User mode, with the usual selectors and nothing in user_work, has met a page fault at @va; @from
 * is what the processor pushes.  Returns 0: see wedge_exception(); or the stack pointer with which
 * the guest's handler is to be entered, at user_fault_handler, all else as it was.  `vcpu` has not
 * been saved.
 */
uint64_t wedge_user_fault(const uint64_t *from, uint64_t va);
extern uint64_t user_fault_handler;
/*
 * A site has called; vcpu.rip is the return address.  Returns true if kernel mode goes on in the
 * state of `vcpu` with nothing but general registers, status flags and memory changed: then
 * hv_pt_flush() is enough, with interrupts that wait taken first.  Otherwise as above.
 */
bool wedge_call(void);
/*
 * One byte from or to a port, on the wedge's stack: short calls that save no state.  `vcpu` is not
 * used.  Interrupts that wait afterwards are to be taken if the guest accepts them.
 */
uint8_t wedge_port_in(uint16_t port);
void wedge_port_out(uint16_t port, uint8_t value);
/* Is a write to this port without any effect? */
bool wedge_port_is_inert(uint16_t port);
/*
 * The guest has executed SYSRET with an operand of  bytes (4: to 32-bit code); vcpu has the
 * state of user mode, but for the selectors.
 */
void wedge_sysret(unsigned int size);
/* Before the guest's user mode is entered by an iret or sysret, as user_work asks for. */
void wedge_user_work(bool sysret);
/* The guest loads CR3; events are masked and stay so. */
void wedge_write_cr3(uint64_t value);
/* The same for INVLPG. */
void wedge_invlpg(uint64_t va);
/*
 * Kernel mode, which accepts interrupts, has been interrupted: the address of the guest's
 * handler for the next one, or 0.  `vcpu` has not been saved and is not used.
 */
uint64_t wedge_next_interrupt(void);
/*
 * Not 0: the guest must not enter user mode without wedge_before_resume().  Read by
 * sequences, as one word.
 */
extern struct user_work {
	uint8_t any;
	uint8_t fs_base; /* another than vcpu.fs_base is loaded */
} user_work;
/* Something the devices wait for; the core delivers what the guest accepts. */
void wedge_irq(unsigned int irq);
void wedge_timer(void);
void wedge_console_input(void);
/* To be called last before hv_resume(). */
void wedge_before_resume(void);

#endif
