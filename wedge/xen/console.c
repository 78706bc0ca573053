/* SPDX-License-Identifier: GPL-2.0-or-later */
/* console.c - Xen's console (dom0's output goes to it unchanged), and the end. */
#include "../core/backend.h"
#include "../core/wedge.h"
#include "hypercall.h"

void hv_console_write(const char *text, size_t len)
{
	hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, len, (unsigned long)text, 0);
}

size_t hv_console_read(char *text, size_t size)
{
	long n = hypercall(__HYPERVISOR_console_io, CONSOLEIO_read, size, (unsigned long)text, 0);

	return n > 0 ? (size_t)n : 0;
}

void hv_shutdown(bool reboot)
{
	struct sched_shutdown how = {reboot ? SHUTDOWN_reboot : SHUTDOWN_poweroff};

	for (;;)
		hypercall2(__HYPERVISOR_sched_op, SCHEDOP_shutdown, &how);
}
