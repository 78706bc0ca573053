/* SPDX-License-Identifier: GPL-2.0-or-later */
/* start.c - from Xen's first instruction to wedge_main(); entries from entry.S. */
#include "../core/backend.h"
#include "../core/vcpu.h"
#include "../core/wedge.h"
#include "features.h"
#include "hypercall.h"

const start_info_t *xen_start_info;
struct hv_memory hv_memory;

_Noreturn void xen_start(const start_info_t *info);
_Static_assert(offsetof(shared_info_t, vcpu_info[0].arch.cr2) == SHARED_CR2, "fault.S");

_Noreturn void xen_trap(unsigned int vector, unsigned long error);
_Noreturn void xen_own_trap(unsigned int vector, unsigned long error, unsigned long rip);
_Noreturn void xen_upcall(void);
_Noreturn void xen_failsafe(void);
_Noreturn void xen_user_return(unsigned int size);
void xen_call(void);
extern uint64_t trap_cs, trap_ss;

#define TRAPS(X)                                                                                   \
	X(0) X(1) X(3) X(4) X(5) X(6) X(7) X(10) X(11) X(12) X(13) X(14) X(16) X(17) X(18) X(19)
#define DECLARE(n) extern char trap_##n[];
TRAPS(DECLARE)
extern char upcall_entry[], upcall_direct[], fp_syscall_entry[], syscall32_entry[],
	failsafe_entry[];

static void register_callback(uint16_t type, uint16_t flags, const char *address)
{
	struct callback_register cb = {
		.type = type, .flags = flags, .address = (unsigned long)address};
	long err = hypercall2(__HYPERVISOR_callback_op, CALLBACKOP_register, &cb);

	if (err)
		wedge_refuse("Xen refused callback %u: error %ld", type, err);
}

void hv_direct_interrupts(void)
{
	register_callback(CALLBACKTYPE_event, 0, upcall_direct);
}

static void entry_points(void)
{
	static const trap_info_t traps[] = {
	/* Software interrupts: int3 and into are for everyone, as natively. */
#define ENTRY(n) {n, ((n) == 3 || (n) == 4 ? 3 : 0) | 4, FLAT_CS, (unsigned long)trap_##n},
		TRAPS(ENTRY){0, 0, 0, 0}};
	struct physdev_set_iopl iopl = {1};

	if (hypercall(__HYPERVISOR_set_trap_table, (unsigned long)traps, 0, 0, 0) ||
	    hypercall(__HYPERVISOR_stack_switch, FLAT_SS, (unsigned long)wedge_stack_top, 0, 0))
		wedge_refuse("Xen refused the trap table");
	register_callback(CALLBACKTYPE_event, 0, upcall_entry);
	register_callback(CALLBACKTYPE_failsafe, CALLBACKF_mask_events, failsafe_entry);
	register_callback(CALLBACKTYPE_syscall, CALLBACKF_mask_events, fp_syscall_entry);
	register_callback(CALLBACKTYPE_syscall32, CALLBACKF_mask_events, syscall32_entry);
	if (hypercall2(__HYPERVISOR_physdev_op, PHYSDEVOP_set_iopl, &iopl))
		wedge_refuse("Xen refused port access: the wedge must run as dom0");
}

static long call(unsigned long nr, unsigned long a, unsigned long b, unsigned long c)
{
	return hypercall(nr, a, b, c, DOMID_SELF);
}

static void check_features(void)
{
	xen_feature_info_t info = {0};
	struct xen_offer offer = {.call = call};
	char why[200];

	offer.version = (uint32_t)hypercall(__HYPERVISOR_xen_version, XENVER_version, 0, 0, 0);
	hypercall2(__HYPERVISOR_xen_version, XENVER_get_features, &info);
	offer.features = info.submap;
	if (features_missing(&offer, why, sizeof(why)))
		wedge_refuse("%s", why);
}

_Noreturn void xen_start(const start_info_t *info)
{
	xen_start_info = info;
	print("wedge: started by %s, %lu pages, arguments \"%s\"\n", (const char *)info->magic,
	      info->nr_pages, (const char *)info->cmd_line);
	if (!(info->flags & SIF_INITDOMAIN))
		wedge_refuse("not the initial domain; load it as Xen's dom0 kernel");
	check_features();
	entry_points();
	events_start();
	mmu_start();
	descriptors_start();
	wedge_main();
}

static _Noreturn void resume(void)
{
	wedge_before_resume();
	hv_resume();
}

/* User mode seldom runs with others than the usual: user_work says so. */
static void selectors_left(void)
{
	uint16_t cs = (uint16_t)trap_cs, ss = (uint16_t)trap_ss; /* a flag of Xen's is above CS */

	if (vcpu.user && (cs != FLAT_CS || ss != FLAT_SS || user_work.any))
		user_selectors_left(cs, ss);
}

_Noreturn void xen_trap(unsigned int vector, unsigned long error)
{
	selectors_left();
	wedge_exception(vector, error, shared_info.vcpu_info[0].arch.cr2);
	resume();
}

_Noreturn void xen_upcall(void)
{
	selectors_left();
	events_handle();
	resume();
}

/* Returns if the call can be returned from (entry.S). */
void xen_call(void)
{
	if (!wedge_call())
		resume();
	hv_pt_flush();
}

_Noreturn void xen_user_return(unsigned int size)
{
	wedge_sysret(size);
	resume();
}

_Noreturn void xen_own_trap(unsigned int vector, unsigned long error, unsigned long rip)
{
	wedge_panic("the wedge itself faulted: vector %u error %lx at %lx, address %lx", vector,
		    error, rip, shared_info.vcpu_info[0].arch.cr2);
}

_Noreturn void xen_failsafe(void)
{
	wedge_panic("Xen could not load the guest's segments or return address");
}
