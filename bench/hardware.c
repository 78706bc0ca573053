// SPDX-License-Identifier: GPL-2.0-or-later
/* hardware.c - see hardware.h.  Nothing here changes a setting of the machine. */
#include "hardware.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The value of @key in the first block of /proc/cpuinfo; to be freed. */
static char *cpuinfo(const char *key)
{
	struct wp_buf b = {0};
	char *value = NULL, *rest, *line;
	size_t len = strlen(key);

	if (!wp_read_file("/proc/cpuinfo", &b)) {
		rest = b.data;
		while (!value && (line = strsep(&rest, "\n"))) {
			char *colon = strchr(line, ':');

			if (!strncmp(line, key, len) && strchr("\t :", line[len]) && colon)
				value = wp_strdup(colon + 1 + (colon[1] == ' '));
		}
	}
	wp_buf_free(&b);
	return value ? value : wp_strdup("unknown");
}

char *hardware_cpu(void)
{
	static const char *const key[] = {"model name", "cpu family", "model", "stepping",
					  "microcode"};
	char *v[sizeof(key) / sizeof(key[0])], *text;

	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++)
		v[i] = cpuinfo(key[i]);
	text = wp_format("%s; family %s model %s stepping %s; microcode %s", v[0], v[1], v[2], v[3],
			 v[4]);
	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++)
		free(v[i]);
	return text;
}

static bool has_flag(const char *flag)
{
	char *flags = cpuinfo("flags"), *rest = flags, *word;
	bool found = false;

	while (!found && (word = strsep(&rest, " ")))
		found = !strcmp(word, flag);
	free(flags);
	return found;
}

bool hardware_tsc_constant(void)
{
	return has_flag("constant_tsc") && has_flag("nonstop_tsc");
}

static void describe_counters(struct wp_buf *b)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_HARDWARE,
				       .size = sizeof(attr),
				       .config = PERF_COUNT_HW_CPU_CYCLES,
				       .exclude_kernel = 1,
				       .exclude_hv = 1};
	long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd >= 0) {
		wp_buf_str(b, "performance counters: usable\n");
		close((int)fd);
	} else if (errno == EACCES || errno == EPERM) {
		wp_buf_str(b, "performance counters: not permitted "
			      "(sysctl kernel.perf_event_paranoid, or CAP_PERFMON)\n");
	} else {
		wp_buf_printf(b, "performance counters: none (%s)\n", strerror(errno));
	}
}

static void describe_kvm(struct wp_buf *b)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC), vm;

	if (fd < 0) {
		wp_buf_printf(b, "/dev/kvm: %s\n", strerror(errno));
		return;
	}
	vm = ioctl(fd, KVM_CREATE_VM, 0);
	if (vm < 0)
		wp_buf_printf(b, "/dev/kvm: there, but makes no machine: %s\n", strerror(errno));
	else
		wp_buf_str(b, "/dev/kvm: makes machines; none is used here: guests are measured "
			      "in the emulator alone\n");
	if (vm >= 0)
		close(vm);
	close(fd);
}

void hardware_describe(struct wp_buf *b)
{
	char *cpu = hardware_cpu();

	wp_buf_printf(b, "CPU: %s\n", cpu);
	free(cpu);
	wp_buf_printf(b, "TSC: %s\n",
		      hardware_tsc_constant() ? "constant, never stops" : "not constant");
	describe_counters(b);
	describe_kvm(b);
	if (has_flag("hypervisor"))
		wp_buf_str(b, "this is a virtual machine: its neighbours are in the samples\n");
}
