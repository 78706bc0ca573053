// SPDX-License-Identifier: GPL-2.0-or-later
/* internals.c - find QEMU's functions by name, and what is asked of them. */
#include "internals.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "wp.h"

struct internals qemu;

static const struct {
	const char *name;
	size_t offset;
} symbols[] = {
	{"qemu_get_cpu", offsetof(struct internals, get_cpu)},
	{"cpu_dump_state", offsetof(struct internals, dump_state)},
	{"cpu_memory_rw_debug", offsetof(struct internals, memory_rw)},
	{"x86_cpu_gdb_read_register", offsetof(struct internals, read_register)},
	{"tb_flush", offsetof(struct internals, tb_flush)},
	{"icount_update", offsetof(struct internals, icount_update)},
	{"icount_get_raw", offsetof(struct internals, icount_get_raw)},
	{"use_icount", offsetof(struct internals, use_icount)},
};

void internals_misfit(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: this QEMU does not fit: ", wp_program);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\n  Tested with QEMU 7.2 as Debian 12 packages it (qemu-system-x86).\n", stderr);
	_exit(WP_FAILED);
}

void *internals_symbol(const char *name)
{
	void *p = dlsym(RTLD_DEFAULT, name);

	if (!p)
		internals_misfit("it does not export '%s'", name);
	return p;
}

void internals_init(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(symbols); i++) {
		void *p = internals_symbol(symbols[i].name);

		memcpy((char *)&qemu + symbols[i].offset, &p, sizeof(p));
	}
	internals_symbol("current_cpu");
}

static struct CPUState *cpu(void)
{
	static struct CPUState *first;

	if (!first)
		first = qemu.get_cpu(0);
	return first;
}

/*
 * icount_get_raw() refuses to answer in the middle of a block, because time
 * would run backwards for a device if the block is left early.  Nothing of the
 * guest's looks at this answer, so fold the executed instructions in first and
 * then ask as a thread that runs no CPU.  A block left early later gives the
 * rest back by itself.
 */
uint64_t icount_now(void)
{
	static __thread struct CPUState **current;
	struct CPUState *saved;
	int64_t now;

	if (!current)
		current = internals_symbol("current_cpu");
	qemu.icount_update(cpu());
	saved = *current;
	*current = NULL;
	now = qemu.icount_get_raw();
	*current = saved;
	return (uint64_t)now;
}

/* gdb's numbering of x86-64 registers (QEMU's gdb-xml/i386-64bit.xml). */
#define GDB_RSP 7

uint64_t read_rsp(void)
{
	static GByteArray *buf;
	uint64_t value;

	if (!buf)
		buf = g_byte_array_sized_new(64);
	g_byte_array_set_size(buf, 0);
	if (qemu.read_register(cpu(), buf, GDB_RSP) != sizeof(value) || buf->len != sizeof(value))
		internals_misfit("register RSP cannot be read");
	memcpy(&value, buf->data, sizeof(value));
	return value;
}

bool read_guest(uint64_t addr, void *buf, size_t len)
{
	return qemu.memory_rw(cpu(), addr, buf, len, false) == 0;
}

bool read_idtr(uint64_t *base, uint32_t *limit)
{
	char *text = NULL, *line;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int n = 0, digits = 0, end = 0;

	if (!f)
		internals_misfit("no memory to read its CPU state");
	qemu.dump_state(cpu(), f, 0);
	fclose(f);
	line = strstr(text, "IDT=");
	if (line)
		n = sscanf(line, "IDT= %n%" SCNx64 "%n %" SCNx32, &digits, base, &end, limit);
	if (n != 2)
		internals_misfit("its dump of the CPU's state shows no IDT");
	free(text);
	/* Sixteen digits in long mode, eight otherwise. */
	return end - digits == 16;
}
