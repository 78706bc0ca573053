// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * registers.c - all registers of user code keep their values, with interrupts between
 * any two instructions, and all but RAX, RCX and R11 across a system call.
 */
#include <string.h>
#include <sys/syscall.h>
#include <wedgeperf/storm.h>

#include "checker.h"

#define STR_(x) #x
#define STR(x)	STR_(x)

#define GPRS	 15
#define FLAGS	 GPRS
#define VECTORS	 16
#define ALL	 (GPRS + 1 + 2 * VECTORS)
#define FLAG_SET 0x200cd5 /* CF PF AF ZF SF DF OF ID: what user code may choose freely */

/* As the assembly knows them: RAX .. R15 without RSP, RFLAGS, XMM0 .. XMM15. */
uint64_t registers_put[ALL] __attribute__((aligned(16)));
uint64_t registers_got[ALL] __attribute__((aligned(16)));
void registers_idle(void);
void registers_syscall(void);

#define EACH_GPR ".irp r, rax rbx rcx rdx rsi rdi rbp r8 r9 r10 r11 r12 r13 r14 r15\n"
#define PASS(name, middle)                                                                         \
	__asm__(".text\n.globl " #name "\n" #name ":\n"                                            \
		".irp r, rbx rbp r12 r13 r14 r15\npush %\\r\n.endr\n"                              \
		".set n, 0\n.rept 16\n.altmacro\nLOAD_XMM %n\n.noaltmacro\n.set n, n + 1\n.endr\n" \
		"pushq registers_put+120(%rip)\npopfq\n"                                           \
		".set n, 0\n" EACH_GPR                                                             \
		"mov registers_put+n(%rip), %\\r\n.set n, n + 8\n.endr\n" middle "\n"              \
		".set n, 0\n" EACH_GPR "mov %\\r, registers_got+n(%rip)\n.set n, n + 8\n.endr\n"   \
		"pushfq\npopq registers_got+120(%rip)\n"                                           \
		".set n, 0\n.rept 16\n.altmacro\nSAVE_XMM %n\n.noaltmacro\n.set n, n + 1\n.endr\n" \
		"cld\n"                                                                            \
		".irp r, r15 r14 r13 r12 rbp rbx\npop %\\r\n.endr\nret\n")

__asm__(".macro LOAD_XMM i\nmovaps registers_put+128+16*\\i(%rip), %xmm\\i\n.endm\n"
	".macro SAVE_XMM i\nmovaps %xmm\\i, registers_got+128+16*\\i(%rip)\n.endm\n");
PASS(registers_idle, ".rept 1000\nnop\n.endr");
PASS(registers_syscall, "mov $" STR(__NR_getppid) ", %eax\nsyscall");

static void compare(const char *what, const char *ignored)
{
	static const char names[][4] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8",
					"r9",  "r10", "r11", "r12", "r13", "r14", "r15"};

	for (int i = 0; i < ALL; i++) {
		const uint64_t mask = i == FLAGS ? FLAG_SET : UINT64_MAX;

		if (!((registers_put[i] ^ registers_got[i]) & mask) ||
		    (i < GPRS && strstr(ignored, names[i])))
			continue;
		wrong("%s: %s is %#llx, was %#llx", what,
		      i < GPRS	   ? names[i]
		      : i == FLAGS ? "rflags"
				   : "xmm",
		      (unsigned long long)registers_got[i], (unsigned long long)registers_put[i]);
	}
}

static void once(uint64_t round)
{
	uint64_t state = 0x1234567 + round;

	for (int i = 0; i < ALL; i++)
		registers_put[i] = storm_next(&state);
	registers_put[FLAGS] &= FLAG_SET;
	for (int i = 0; i < 100; i++) {
		registers_idle();
		compare("user code", "");
	}
	for (int i = 0; i < 20; i++) {
		registers_syscall();
		compare("system call", "rax rcx r11");
	}
}

static const struct checker registers = {"registers", once};
CHECKER(registers);
