// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * faults.c - what a program learns of each kind of fault: signal, code, address, and of the
 * context vector, error code, CR2 and where it happened.  Lines that start with `=` are the same
 * on every system, to the digit.
 *
 * Left out are error codes of `int n` (emulators disagree with hardware about them) and what
 * depends on the processor's model.
 */
#include <fenv.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE 4096ul

static sigjmp_buf back;
static const char *volatile name;
static volatile uintptr_t at; /* where the fault is expected */
static volatile int with_error;
static char *page;

static void caught(int sig, siginfo_t *info, void *context)
{
	const greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;

	printf("= %-28s signal %d code %d addr %lx trap %lld", name, sig, info->si_code,
	       (unsigned long)info->si_addr - (info->si_addr == (void *)at ? at : 0),
	       (long long)r[REG_TRAPNO]);
	if (with_error)
		printf(" error %llx", (long long)r[REG_ERR]);
	if (r[REG_TRAPNO] == 14)
		printf(" cr2 %llx", (long long)r[REG_CR2]);
	printf(" rip %+lld cs %x eflags %llx\n", (long long)(r[REG_RIP] - (greg_t)at),
	       (unsigned int)(r[REG_CSGSFS] & 0xffff), (long long)r[REG_EFL] & ~0x8d5ll);
	siglongjmp(back, 1);
}

/* Run @code, which is meant to fault at its start + @offset. */
static void run(const char *what, const void *code, size_t length, size_t offset, uintptr_t rax)
{
	/* At an address that is the same in each run. */
	static char *text;

	if (!text)
		text = mmap((void *)0x20000000, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	memcpy(text, code, length);
	memcpy(text + length, "\xc3", 1);
	name = what;
	at = (uintptr_t)text + offset;
	if (!sigsetjmp(back, 1)) {
		__asm__ volatile("call *%1"
				 : "+a"(rax)
				 : "r"(text)
				 : "rcx", "rdx", "r11", "rdi", "rsi", "memory", "cc");
		printf("= %-28s no fault\n", what);
	}
	fesetenv(FE_DFL_ENV);
}

static const struct {
	const char *name;
	uint64_t address; /* 0: page + offset */
	size_t offset;
} places[] = {
	{"unmapped", 0x30000000, 0},
	{"null pointer", 0, 0},
	{"inaccessible page", 1, 0},
	{"read-only page", 1, PAGE},
	{"page without execution", 1, 2 * PAGE},
	{"last page of user space", 0x7ffffffff000 - 8, 0},
	{"end of user space", 0x7ffffffff000, 0},
	{"not canonical", 0x800000000000, 0},
	{"not canonical, high", 0xffff7fffffffffff, 0},
	{"kernel: below the direct map", 0xffff800000000000, 0},
	{"kernel: unused", 0xffffe90000000000, 0},
	{"kernel: between", 0xffffffff80000000, 0},
	{"kernel: text", 0xffffffff81000000, 0},
	{"vsyscall page", 0xffffffffff600000, 0},
	{"vsyscall page, within", 0xffffffffff600123, 0},
	{"last byte", 0xffffffffffffffff, 0},
};

/* Far return to the 32-bit segment, just behind it: 9 bytes. */
#define TO_32_BIT "\x6a\x23\x68\x09\0\0\x20\x48\xcb"

static const struct {
	const char *name, *code;
	uint8_t length, offset, error;
} instructions[] = {
	{"div by zero", "\x31\xc9\x31\xd2\xf7\xf1", 6, 4, 1},
	{"int3", "\xcc", 1, 1, 1},
	{"int 3, long", "\xcd\x03", 2, 2, 1},
	{"int 4", "\xcd\x04", 2, 2, 1},
	{"int 0", "\xcd\x00", 2, 0, 0},
	{"int 14", "\xcd\x0e", 2, 0, 0},
	{"int 32", "\xcd\x20", 2, 0, 0},
	{"int 128", "\xcd\x80", 2, 0, 0},
	{"int 255", "\xcd\xff", 2, 0, 0},
	{"ud2", "\x0f\x0b", 2, 0, 1},
	{"bad lock", "\xf0\x90", 2, 0, 1},
	{"hlt", "\xf4", 1, 0, 1},
	{"cli", "\xfa", 1, 0, 1},
	{"sti", "\xfb", 1, 0, 1},
	{"in", "\xec", 1, 0, 1},
	{"out", "\xe6\x80", 2, 0, 1},
	{"rdmsr", "\x0f\x32", 2, 0, 1},
	{"wrmsr", "\x0f\x30", 2, 0, 1},
	{"rdpmc", "\x0f\x33", 2, 0, 1},
	{"mov cr0, rax", "\x0f\x20\xc0", 3, 0, 1},
	{"mov rax, cr3", "\x0f\x22\xd8", 3, 0, 1},
	{"mov dr7, rax", "\x0f\x21\xf8", 3, 0, 1},
	{"clts", "\x0f\x06", 2, 0, 1},
	{"invd", "\x0f\x08", 2, 0, 1},
	{"wbinvd", "\x0f\x09", 2, 0, 1},
	{"invlpg", "\x0f\x01\x38", 3, 0, 1},
	{"swapgs", "\x0f\x01\xf8", 3, 0, 1},
	{"lgdt", "\x0f\x01\x10", 3, 0, 1},
	{"lidt", "\x0f\x01\x18", 3, 0, 1},
	{"lldt", "\x0f\x00\xd0", 3, 0, 1},
	{"ltr", "\x0f\x00\xd8", 3, 0, 1},
	{"lmsw", "\x0f\x01\xf0", 3, 0, 1},
	{"sysret", "\x0f\x07", 2, 0, 1},
	{"ds of kernel", "\xb8\x18\0\0\0\x8e\xd8", 7, 5, 1},
	{"ds beyond the table", "\xb8\xf8\x0f\0\0\x8e\xd8", 7, 5, 1},
	{"ds of an LDT", "\xb8\x07\0\0\0\x8e\xd8", 7, 5, 1},
	{"ss null", "\xb8\0\0\0\0\x8e\xd0", 7, 5, 1},
	{"ss of code", "\xb8\x33\0\0\0\x8e\xd0", 7, 5, 1},
	{"far return, kernel's", "\x6a\x10\x6a\x00\x48\xcb", 6, 4, 1},
	{"far return, null", "\x6a\x00\x6a\x00\x48\xcb", 6, 4, 1},
	{"far return, data", "\x6a\x2b\x6a\x00\x48\xcb", 6, 4, 1},
	{"iret, kernel's", "\x6a\x18\x6a\x00\x6a\x02\x6a\x10\x6a\x00\x48\xcf", 12, 10, 1},
	{"movaps, misaligned", "\x0f\x28\x44\x24\x01", 5, 0, 1},
	{"x87 division", "\x68\x7b\x03\0\0\xd9\x2c\x24\x58\xd9\xe8\xd9\xee\xde\xf9\x9b", 16, 15, 1},
	{"SSE division",
	 "\x68\x80\x1d\0\0\x0f\xae\x14\x24\x58\xf3\x0f\x2a\xc8\x0f\x57\xc0\xf3\x0f\x5e\xc8", 21, 17,
	 1},
	{"32-bit int3", TO_32_BIT "\xcc", 10, 10, 1},
	{"32-bit ud2", TO_32_BIT "\x0f\x0b", 11, 9, 1},
	{"32-bit read", TO_32_BIT "\x8b\x05\0\0\0\x30", 15, 9, 1},
	{"32-bit write", TO_32_BIT "\x89\x05\0\x10\0\x28", 15, 9, 1},
	{"32-bit jump", TO_32_BIT "\xb8\0\0\0\x30\xff\xe0", 16, 9, 1},
	{"32-bit int 128", TO_32_BIT "\xcd\x80", 11, 9, 0},
	{"32-bit hlt", TO_32_BIT "\xf4", 10, 9, 1},
	{"32-bit far jump, kernel's", TO_32_BIT "\xea\0\0\0\0\x10\0", 16, 9, 1},
	{"sysenter", "\x0f\x34", 2, 0, 1},
	{"32-bit syscall", TO_32_BIT "\xb8\x14\0\0\0\x0f\x05\xcc", 17, 17, 1},
	{"32-bit sysenter", TO_32_BIT "\x0f\x34", 11, 9, 1},
	{"trap flag", "\x9c\x81\x0c\x24\0\x01\0\0\x9d\x90", 10, 10, 1},
	{"stack not canonical", "\x48\xb8\0\0\0\0\0\0\0\x80\x48\x94\x50", 13, 12, 1},
};

int main(void)
{
	static char stack[65536];
	const stack_t alternative = {.ss_sp = stack, .ss_size = sizeof(stack)};
	const struct sigaction action = {.sa_sigaction = caught,
					 .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
	static const char modes[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE};

	sigaltstack(&alternative, NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	page = mmap((void *)0x28000000, 3 * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	memset(page, 0xc3, 3 * PAGE);
	for (size_t i = 0; i < 3; i++)
		mprotect(page + i * PAGE, PAGE, modes[i]);

	with_error = 1;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		uintptr_t a = places[i].address == 1 ? (uintptr_t)page + places[i].offset
						     : places[i].address;
		char what[64];

		snprintf(what, sizeof(what), "%s: read", places[i].name);
		run(what, "\x8a\x00", 2, 0, a); /* mov (%rax), %al */
		snprintf(what, sizeof(what), "%s: write", places[i].name);
		run(what, "\x88\x08", 2, 0, a); /* mov %cl, (%rax) */
		snprintf(what, sizeof(what), "%s: jump", places[i].name);
		run(what, "\xff\xd0", 2, 0, a); /* call *%rax */
	}
	for (size_t i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++) {
		with_error = instructions[i].error;
		run(instructions[i].name, instructions[i].code, instructions[i].length,
		    instructions[i].offset, (uintptr_t)page + 2 * PAGE);
	}
	return 0;
}
