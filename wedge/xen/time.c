/* SPDX-License-Identifier: GPL-2.0-or-later */
/* time.c - system time from the TSC as Xen scales it [xen.h, vcpu_time_info]; the timer. */
#include "../core/backend.h"
#include "hypercall.h"

uint64_t hv_time(void)
{
	const volatile vcpu_time_info_t *t = &shared_info.vcpu_info[0].time;
	uint64_t delta, now;
	uint32_t version;

	do {
		version = t->version;
		delta = __builtin_ia32_rdtsc() - t->tsc_timestamp;
		delta = t->tsc_shift < 0 ? delta >> -t->tsc_shift : delta << t->tsc_shift;
		now = t->system_time +
		      (uint64_t)(((unsigned __int128)delta * t->tsc_to_system_mul) >> 32);
	} while ((version & 1) || version != t->version);
	return now;
}

void hv_set_timer(uint64_t deadline)
{
	struct vcpu_set_singleshot_timer timer = {.timeout_abs_ns = deadline};

	hypercall(__HYPERVISOR_vcpu_op, VCPUOP_set_singleshot_timer, 0, (unsigned long)&timer, 0);
}
