// SPDX-License-Identifier: GPL-2.0-or-later
/* counters.c - see counters.h. */
#include "counters.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tsc.h"
#include "wp.h"

const char counters_default[] =
	"cycles:u,instructions:u,branch-misses:u,L1-icache-load-misses:u,iTLB-load-misses:u";

#define PARANOID "/proc/sys/kernel/perf_event_paranoid"

static int paranoid(void)
{
	FILE *f = fopen(PARANOID, "r");
	int v = 99;

	if (!f || fscanf(f, "%d", &v) != 1)
		v = 99;
	if (f)
		fclose(f);
	return v;
}

/* Why perf_event_open() said no, and what the user can do: owned by the caller. */
static char *refusal(int error, const struct perf_event_attr *attr)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return wp_format(
			"no permission: sysctl kernel.perf_event_paranoid is %d; %s needs it "
			"at most %d, or CAP_PERFMON",
			paranoid(),
			attr->exclude_kernel ? "user-mode counting" : "kernel-mode counting",
			attr->exclude_kernel ? 2 : 1);
	case ENOENT:
		return wp_format(
			"this CPU, or the virtual machine that we are in, has no such event "
			"(no PMU is visible)");
	case EOPNOTSUPP:
		return wp_format(
			"not supported by this CPU's PMU, or none is visible to this machine");
	case ENOSYS:
		return wp_format("this kernel has no perf_event_open (CONFIG_PERF_EVENTS)");
	case EMFILE:
	case ENOSPC:
	case EINVAL:
		return wp_format("the kernel refused it (%s): ask for fewer events at once",
				 strerror(error));
	default:
		return wp_format("perf_event_open: %s", strerror(error));
	}
}

static const char *unit_of(const struct perf_event_attr *attr)
{
	if (attr->type == PERF_TYPE_HARDWARE && attr->config == PERF_COUNT_HW_CPU_CYCLES)
		return "cycles";
	if (attr->type == PERF_TYPE_HARDWARE && attr->config == PERF_COUNT_HW_INSTRUCTIONS)
		return "instructions";
	return "events";
}

static void event_open(struct counter *c)
{
	struct perf_event_attr attr = {.size = sizeof(attr)};
	pfm_perf_encode_arg_t arg = {.attr = &attr, .size = sizeof(arg)};
	const int r = pfm_get_os_event_encoding(c->name, PFM_PLM0 | PFM_PLM3, PFM_OS_PERF_EVENT,
						&arg);

	c->fd = -1;
	c->unit = "events";
	if (r == PFM_ERR_NOTSUPP) {
		c->reason = wp_format("libpfm4 finds no perf events in this system (no /proc, or a "
				      "kernel without CONFIG_PERF_EVENTS)");
		return;
	}
	if (r != PFM_SUCCESS)
		wp_die(WP_USAGE,
		       "event '%s': %s; names are those of libpfm4, as in 'instructions:u' "
		       "or 'L1-icache-load-misses:u'",
		       c->name, pfm_strerror(r));
	c->unit = unit_of(&attr);
	attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	c->fd = perf_event_open(&attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (c->fd < 0) {
		c->reason = refusal(errno, &attr);
		return;
	}
	c->page = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ, MAP_SHARED, c->fd, 0);
	if (c->page == MAP_FAILED)
		c->page = NULL;

	const volatile struct perf_event_mmap_page *p = c->page;

	c->how = p && p->cap_user_rdpmc && p->index ? "rdpmc" : "read";
}

void counters_open(struct counters *cs, const char *names, bool must)
{
	memset(cs, 0, sizeof(*cs));
	cs->rdtscp = tsc_has_rdtscp();
	cs->c[0] = (struct counter){
		.name = wp_strdup("tsc"), .unit = "tsc ticks", .how = "rdtsc", .fd = -1};
	cs->count = 1;

	const int r = pfm_initialize();

	if (r != PFM_SUCCESS)
		wp_die(WP_FAILED, "libpfm4: %s", pfm_strerror(r));

	char *list = wp_strdup(names), *save = NULL;

	for (char *n = strtok_r(list, ",", &save); n; n = strtok_r(NULL, ",", &save)) {
		if (cs->count == MAX_COUNTERS)
			wp_die(WP_USAGE, "at most %d events at once", MAX_COUNTERS - 1);

		struct counter *c = &cs->c[cs->count++];

		c->name = wp_strdup(n);
		event_open(c);
		if (!c->how && must)
			wp_die(WP_FAILED, "event '%s': %s", c->name, c->reason);
	}
	free(list);
}

void counters_close(struct counters *cs)
{
	for (int i = 0; i < cs->count; i++) {
		struct counter *c = &cs->c[i];

		if (c->page)
			munmap((void *)c->page, (size_t)sysconf(_SC_PAGESIZE));
		if (c->fd >= 0)
			close(c->fd);
		free(c->name);
		free(c->reason);
	}
	pfm_terminate();
}

/* The protocol of perf_event_mmap_page in linux/perf_event.h. */
static uint64_t rdpmc(const volatile struct perf_event_mmap_page *p)
{
	uint32_t seq;
	uint64_t count;

	do {
		seq = p->lock;
		__asm__ volatile("" ::: "memory");

		const uint32_t index = p->index;

		count = (uint64_t)p->offset;
		if (index) {
			uint32_t lo, hi;

			__asm__ volatile("rdpmc" : "=a"(lo), "=d"(hi) : "c"(index - 1));
			const unsigned int unused = 64u - p->pmc_width;

			count += (uint64_t)((int64_t)(((uint64_t)hi << 32 | lo) << unused) >>
					    unused);
		}
		__asm__ volatile("" ::: "memory");
	} while (p->lock != seq);
	return count;
}

struct event_value {
	uint64_t value, enabled, running;
};

static uint64_t event_read(const struct counter *c)
{
	struct event_value v;

	if (!c->how)
		return 0;
	if (strcmp(c->how, "rdpmc") == 0)
		return rdpmc(c->page);
	if (read(c->fd, &v, sizeof(v)) != sizeof(v))
		wp_die(WP_FAILED, "event '%s': reading the counter: %s", c->name, strerror(errno));
	return v.value;
}

bool counter_complete(const struct counter *c)
{
	struct event_value v;

	if (c->fd < 0 || read(c->fd, &v, sizeof(v)) != sizeof(v))
		return true;
	return v.enabled == v.running;
}

/* The TSC last at the beginning and first at the end: the events' reading is not timed. */
void counters_begin(const struct counters *cs, uint64_t *value)
{
	for (int i = 1; i < cs->count; i++)
		value[i] = event_read(&cs->c[i]);
	value[0] = tsc_begin();
}

void counters_end(const struct counters *cs, uint64_t *value)
{
	value[0] = cs->rdtscp ? tsc_end() : tsc_begin();
	for (int i = 1; i < cs->count; i++)
		value[i] = event_read(&cs->c[i]);
}
