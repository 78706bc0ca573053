// SPDX-License-Identifier: GPL-2.0-or-later
/* fastpath_step.c - see fastpath_step.h. */
#include "fastpath_step.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "../../fastpath/fastpath.h"
#include "wp.h"

#define RUNAWAY	   400000
#define SCHED_OP   29
#define FRAME_SIZE 40
#define OWN_FLAGS  (STATUS | FLAG_DF)

unsigned char guest_stack[STACK_SIZE] __attribute__((aligned(64)));
int outstanding;

extern const unsigned char __executable_start[], etext[];
extern const unsigned char fp_deliver[], fp_deliver_end[], fp_deliver_frame[],
	fp_deliver_frame_end[], fp_upcall_end[], fp_iret_again[], fp_iret_again_end[],
	fp_iret_remasked[], fp_ret_remasked[];

/* Hardware register number -> index in the signal frame. */
static const int greg[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
			     REG_RSI, REG_RDI, REG_R8,	REG_R9,	 REG_R10, REG_R11,
			     REG_R12, REG_R13, REG_R14, REG_R15};

/* The wedge's part: one device and one vector, asserted until all have been taken. */
uint64_t fp_irq_next(void)
{
	fp_vcpu_info.pending = 0;
	if (!outstanding)
		return 0;
	outstanding--;
	fp_vcpu_info.pending = outstanding != 0;
	return (uint64_t)guest_handler;
}

static struct run *current; /* NULL: no guest is running */
static bool started;
static gregset_t host;
static bool context_open; /* IF of the guest code that ran last, delivery code not counted */

static void finish(ucontext_t *uc, const char *error)
{
	gregset_t *g = &uc->uc_mcontext.gregs;

	for (int i = 0; i < 16; i++)
		current->cpu.gpr[i] = (uint64_t)(*g)[greg[i]];
	current->cpu.rip = (uint64_t)(*g)[REG_RIP];
	current->cpu.flags = (uint32_t)(*g)[REG_EFL] & OWN_FLAGS;
	current->cpu.iflag = !fp_vcpu_info.mask;
	current->error = error;
	current->error_rip = current->cpu.rip;
	memcpy(g, &host, sizeof(host));
	current = NULL;
}

/* Xen's create_bounce_frame for an event: masks, pushes, and goes to the callback. */
static void upcall(gregset_t *g)
{
	uint64_t *top = (uint64_t *)((uint64_t)(*g)[REG_RSP] & ~15ull);

	*--top = 0xe02b;
	*--top = (uint64_t)(*g)[REG_RSP];
	*--top = (uint64_t)(*g)[REG_EFL] | FLAG_IF;
	*--top = 0xe030 | (uint64_t)fp_vcpu_info.mask << 32;
	*--top = (uint64_t)(*g)[REG_RIP];
	*--top = (uint64_t)(*g)[REG_R11];
	*--top = (uint64_t)(*g)[REG_RCX];
	(*g)[REG_RSP] = (greg_t)top;
	(*g)[REG_RIP] = (greg_t)fp_upcall;
	(*g)[REG_RCX] = (*g)[REG_R11] = 0x0bad0bad0bad;
	fp_vcpu_info.mask = 1;
	current->upcalls++;
}

/* At the first instruction of the guest's handler: is the frame what hardware makes? */
static const char *check_entry(const gregset_t *g)
{
	const uint64_t rsp = (uint64_t)(*g)[REG_RSP];
	const uint64_t *frame = (const uint64_t *)rsp;

	if (fp_vcpu_info.mask != 1)
		return "handler entered with IF set";
	if (!context_open)
		return "interrupt delivered while IF was clear";
	if ((rsp + FRAME_SIZE) % 16)
		return "interrupt frame is misaligned";
	if (frame[1] != current->frame_cs || frame[4] != current->frame_ss)
		return "interrupt frame has wrong selectors";
	if (!(frame[2] & FLAG_IF))
		return "interrupt frame has IF clear";
	if (!current->opens &&
	    (frame[3] < rsp + FRAME_SIZE || frame[3] > (uint64_t)guest_stack + STACK_SIZE))
		return "interrupt frame has a wrong RSP";
	if ((*g)[REG_EFL] & FLAG_DF)
		return "handler entered with DF set";
	current->handled++;
	return NULL;
}

static bool raise_here(uint64_t rip)
{
	const int b = current->boundaries;

	if (b == current->raise_at[0] || b == current->raise_at[1])
		return true;
	if (!current->storm || outstanding || (current->storm_at && rip != current->storm_at))
		return false;
	current->storm--;
	return true;
}

/* Between the decision to deliver and the handler: masked, on behalf of an open context. */
static bool delivery_code(uint64_t rip)
{
	static const struct {
		const unsigned char *start, *end;
	} v[] = {
		{fp_deliver, fp_deliver_end},
		{fp_deliver_frame, fp_deliver_frame_end},
		{fp_upcall, fp_upcall_end},
		{fp_iret_again, fp_iret_again_end},
		{fp_iret_remasked, fp_iret_remasked + 1},
		{fp_ret_remasked, fp_ret_remasked + 1},
		{guest_handler, guest_handler + 1},
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		if (rip >= (uint64_t)v[i].start && rip < (uint64_t)v[i].end)
			return true;
	return false;
}

static bool guest_code(uint64_t rip)
{
	const uint64_t site = (uint64_t)site_memory();

	return (rip >= (uint64_t)__executable_start && rip < (uint64_t)etext) ||
	       (rip >= site && rip < site + 4096);
}

/*
 * The hypercalls that the sequences make, as Xen does them; skips the instruction.
 * Argument registers come back spoiled, as from a debugging build of Xen.
 */
static const char *hypercall(gregset_t *g)
{
	if ((*g)[REG_RAX] == SCHED_OP && (*g)[REG_RDI] == 1) {
		fp_vcpu_info.mask = 0;
		(*g)[REG_RAX] = 0;
	} else {
		return "unknown hypercall";
	}
	(*g)[REG_RDI] = (*g)[REG_RSI] = 0x0bad0bad0bad;
	(*g)[REG_RCX] = (*g)[REG_R11] = 0x0bad0bad0bad;
	(*g)[REG_RIP] += 2;
	return NULL;
}

/*
 * The C hook is the wedge's own code, masked and of no interest: it is called from
 * here, and all that the C ABI lets it overwrite is overwritten.
 */
static const char *call_hook(gregset_t *g)
{
	const uint64_t *rsp = (const uint64_t *)(*g)[REG_RSP];
	const uint64_t result = fp_irq_next();

	if ((uint64_t)rsp % 16 != 8)
		return "hook called with a misaligned stack";
	for (int i = 0; i < 16; i++)
		if ((1 << i) & 0x0fc7) /* rax rcx rdx rsi rdi r8-r11 */
			(*g)[greg[i]] = 0x0bad0bad0bad;
	(*g)[REG_RAX] = (greg_t)result;
	(*g)[REG_RIP] = (greg_t)rsp[0];
	(*g)[REG_RSP] += 8;
	(*g)[REG_EFL] ^= STATUS;
	return NULL;
}

static void boundary(ucontext_t *uc)
{
	gregset_t *g = &uc->uc_mcontext.gregs;
	const uint64_t rip = (uint64_t)(*g)[REG_RIP];
	const char *error = NULL;
	bool entered = current->eager;

	if (++current->steps > RUNAWAY) {
		finish(uc, "runs away");
		return;
	}
	if (rip == (uint64_t)fp_irq_next) {
		error = call_hook(g);
		if (error)
			finish(uc, error);
		return;
	}
	if (rip == current->stop) {
		finish(uc, NULL);
		return;
	}
	if (!guest_code(rip)) {
		finish(uc, "went astray");
		return;
	}
	if (fp_vcpu_info.mask > 1)
		error = "mask is neither 0 nor 1";
	if ((uint64_t)(*g)[REG_RSP] < current->lowest_rsp)
		current->lowest_rsp = (uint64_t)(*g)[REG_RSP];
	if (rip == (uint64_t)guest_handler && !error) {
		error = check_entry(g);
		(*g)[REG_EFL] &= ~(greg_t)FLAG_TF; /* up to its int3 */
	}
	if (raise_here(rip)) {
		outstanding++;
		current->raised++;
		fp_vcpu_info.pending = 1;
		entered = true;
	}
	current->boundaries++;
	if (!delivery_code(rip))
		context_open = !fp_vcpu_info.mask || current->opens;
	if (memcmp((const void *)rip, "\x0f\x05", 2) == 0) {
		if (current->hypercall_stops) {
			finish(uc, error);
			return;
		}
		error = hypercall(g);
		if (error) {
			finish(uc, error);
			return;
		}
		if (!delivery_code((uint64_t)(*g)[REG_RIP]))
			context_open = !fp_vcpu_info.mask;
		if (fp_vcpu_info.pending && !fp_vcpu_info.mask)
			upcall(g);
		boundary(uc);
		return;
	}
	if (error) {
		finish(uc, error);
		return;
	}
	if (entered && fp_vcpu_info.pending && !fp_vcpu_info.mask)
		upcall(g);
}

static void on_trap(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	gregset_t *g = &uc->uc_mcontext.gregs;

	(void)sig;
	(void)info;
	if (!current)
		return;
	if (!started) {
		memcpy(&host, g, sizeof(host));
		for (int i = 0; i < 16; i++)
			(*g)[greg[i]] = (greg_t)current->cpu.gpr[i];
		(*g)[REG_RIP] = (greg_t)current->cpu.rip;
		(*g)[REG_EFL] &= ~(greg_t)OWN_FLAGS;
		(*g)[REG_EFL] |= current->cpu.flags | FLAG_TF;
		started = true;
	}
	(*g)[REG_EFL] |= FLAG_TF;
	boundary(uc);
}

unsigned char *site_memory(void)
{
	static unsigned char *at;

	if (!at) {
		at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
		if (at == MAP_FAILED)
			wp_die(WP_FAILED, "no executable memory below 2 GB");
	}
	return at;
}

void step_run(struct run *r)
{
	static unsigned char signal_stack[65536];
	static bool installed;

	if (!installed) {
		const stack_t ss = {.ss_sp = signal_stack, .ss_size = sizeof(signal_stack)};
		struct sigaction sa = {.sa_sigaction = on_trap,
				       .sa_flags = SA_SIGINFO | SA_ONSTACK};

		if (sigaltstack(&ss, NULL) || sigaction(SIGTRAP, &sa, NULL))
			wp_die(WP_FAILED, "no signal stack");
		installed = true;
	}
	fp_vcpu_info.mask = !r->cpu.iflag;
	fp_vcpu_info.pending = outstanding != 0;
	context_open = false;
	if (r->spurious)
		outstanding = 0;
	if (!r->frame_cs)
		r->frame_cs = 0x10, r->frame_ss = 0x18;
	started = false;
	r->boundaries = r->raised = r->handled = r->upcalls = r->steps = 0;
	r->lowest_rsp = r->cpu.gpr[4];
	r->error = "did not start";
	current = r;
	/* Returns here with the host's registers when the run has ended. */
	__asm__ volatile("int3" ::: "memory", "cc");
}
