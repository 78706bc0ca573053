/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calls.c - which routine of calls.S and entry.S a site of some kind calls. */
#include <wedgeperf/kinds.h>

#include "../core/backend.h"
#include "../core/vcpu.h"

#define READ_FLAGS(X)                                                                              \
	X(0) X(1) X(2) X(3) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
#define DECLARE(n) extern char call_pushf_pop_##n[];
READ_FLAGS(DECLARE)
extern char call_cli[], call_sti[], call_pushf[], call_popf[], call_any[], sysret_entry[];

static const char *const by_kind[SITE_KINDS] = {
	[SITE_cli] = call_cli,	 [SITE_sti] = call_sti,	       [SITE_pushf] = call_pushf,
	[SITE_popf] = call_popf, [SITE_sysret] = sysret_entry,
};

static const char *const read_flags[16] = {
#define ENTRY(n) [n] = call_pushf_pop_##n,
	READ_FLAGS(ENTRY)};

const void *hv_call_target(unsigned int kind, unsigned int reg)
{
	if (kind == SITE_pushf_pop && reg < 16 && read_flags[reg])
		return read_flags[reg];
	return kind < SITE_KINDS && by_kind[kind] ? by_kind[kind] : call_any;
}
