/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * features.c - what a Xen must have for the wedge.
 *
 * Hypercalls are tried at the start, with arguments that ask for nothing: a Xen that
 * was built without one says so here (ENOSYS), and not in the middle of a run.
 */
#include "features.h"

#include "../core/wedge.h"
#include "hypercall.h"
#include <xen/features.h>

/* Oldest with all that is used; newer ones keep their interface. */
#define OLDEST_MAJOR 4
#define NO_SYSCALL   (-38l) /* XEN_ENOSYS */

static const struct {
	unsigned int bit;
	bool wanted;
	const char *name, *why;
} features[] = {
	{XENFEAT_auto_translated_physmap, false, "a physical map of its own",
	 "the guest's addresses are the machine's"},
	{XENFEAT_dom0, true, "rights of the initial domain", "devices and ports"},
};

static const struct {
	unsigned int nr;
	unsigned long a, b, c;
	const char *name, *why;
} calls[] = {
	{__HYPERVISOR_mmu_update, 0, 0, 0, "mmu_update", "page tables"},
	{__HYPERVISOR_mmuext_op, 0, 0, 0, "mmuext_op", "page tables"},
	{__HYPERVISOR_sched_op, SCHEDOP_yield, 0, 0, "sched_op", "idling"},
	{__HYPERVISOR_vcpu_op, VCPUOP_stop_singleshot_timer, 0, 0, "vcpu_op", "the timer"},
	{__HYPERVISOR_set_segment_base, SEGBASE_FS, 0, 0, "set_segment_base", "thread storage"},
	{__HYPERVISOR_get_debugreg, 7, 0, 0, "get_debugreg", "ptrace"},
	{__HYPERVISOR_event_channel_op, EVTCHNOP_status, 0, 0, "event_channel_op", "interrupts"},
	{__HYPERVISOR_physdev_op, PHYSDEVOP_eoi, 0, 0, "physdev_op", "devices"},
};

static bool say(char *why, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(why, size, fmt, ap);
	va_end(ap);
	return true;
}

bool features_missing(const struct xen_offer *offer, char *why, size_t size)
{
	unsigned int major = offer->version >> 16, minor = offer->version & 0xffff;

	if (major < OLDEST_MAJOR)
		return say(why, size, "Xen %u.%u is too old; %u.0 or newer is needed", major, minor,
			   OLDEST_MAJOR);
	for (unsigned int i = 0; i < ARRAY_SIZE(features); i++)
		if ((offer->features >> features[i].bit & 1) != features[i].wanted)
			return say(why, size,
				   "Xen %u.%u gives this domain %s%s, which matters for: %s", major,
				   minor, features[i].wanted ? "no " : "", features[i].name,
				   features[i].why);
	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++)
		if (offer->call(calls[i].nr, calls[i].a, calls[i].b, calls[i].c) == NO_SYSCALL)
			return say(why, size,
				   "Xen %u.%u has no hypercall %s, which is needed for %s", major,
				   minor, calls[i].name, calls[i].why);
	return false;
}
