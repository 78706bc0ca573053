/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - the order of things at start. */
#include "args.h"
#include "backend.h"
#include "boot.h"
#include "devices.h"
#include "paging.h"
#include "vcpu.h"
#include "wedge.h"

struct vcpu vcpu;
static struct args args;

#define AT(field, offset)                                                                          \
	_Static_assert(__builtin_offsetof(struct vcpu, field) == (offset), "offset for assembly")
AT(reg[R_R11], VCPU_REG(R_R11));
AT(rip, VCPU_RIP);
AT(rflags, VCPU_RFLAGS);
AT(user, VCPU_USER);
AT(lstar, VCPU_LSTAR);
AT(cstar, VCPU_CSTAR);
AT(fs_base, VCPU_FS_BASE);
AT(user_gs_base, VCPU_USER_GS_BASE);

void wedge_main(void)
{
	args_parse((const char *)hv_memory.cmdline, &args);
	if (args.error)
		wedge_refuse("argument wedge.%s: expected %s", args.word, args.error);
	debug_events = args.debug;
	paging_start();
	pit_start();
	reset_report(args.report);
	boot(&args);
	wedge_before_resume();
	hv_resume();
}
