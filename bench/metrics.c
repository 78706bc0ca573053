// SPDX-License-Identifier: GPL-2.0-or-later
/* metrics.c - the table of metrics.  A new metric is a new row. */
#include "metrics.h"

static double insns_per_op(const struct result *r, const struct costs *c, struct scenario s)
{
	(void)c;
	(void)s;
	return (double)counts_insns(&r->f.measured).n / (double)r->f.console.ops;
}

static double modelled_per_op(const struct result *r, const struct costs *c, struct scenario s)
{
	return costs_model(c, s, &r->f.measured).cycles / (double)r->f.console.ops;
}

/* A tick is a nanosecond: bits per ns x 1000 = Mb/s. */
static double throughput(const struct result *r, const struct costs *c, struct scenario s)
{
	(void)c;
	(void)s;
	return (double)r->f.console.bytes * 8 * 1000 / (double)r->f.console.ticks.n;
}

/* An instruction takes one tick, so instructions per tick is the time not idle. */
static double utilisation(const struct result *r, const struct costs *c, struct scenario s)
{
	(void)c;
	(void)s;
	return (double)counts_insns(&r->f.measured).n * 100 / (double)r->f.console.ticks.n;
}

const struct metric metrics[METRICS] = {
	[METRIC_INSNS] = {"instructions_per_op", "instr/byte", "instructions", 3, false, true,
			  insns_per_op},
	[METRIC_MODELLED] = {"modelled_cycles_per_op", "modelled cyc/byte", "modelled cycles", 3,
			     false, true, modelled_per_op},
	[METRIC_XPUT] = {"throughput_mbps", "Xput [Mb/s]", "Mb/s of virtual time", 1, true, false,
			 throughput},
	[METRIC_UTIL] = {"cpu_util_percent", "CPU util [%]", "percent of virtual time", 1, true,
			 false, utilisation},
};
