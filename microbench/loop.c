// SPDX-License-Identifier: GPL-2.0-or-later
/* loop.c - see loop.h. */
#include "loop.h"

#include <string.h>
#include <sys/mman.h>

#include "../fastpath/fastpath.h"
#include "wp.h"

#define CODE_SIZE 65536
#define STUB_SIZE FP_STORE_STUB
#define MAX_BODY  512

static unsigned char *code, *at, *stubs;
static unsigned char data[4096] __attribute__((aligned(4096)));

/* Executable, and where a disp32 reaches the sequences' data; writable while built. */
static void prepare(void)
{
	if (!code) {
		code = mmap(NULL, CODE_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
		if (code == MAP_FAILED)
			wp_die(WP_FAILED, "no memory below 2 GB for code");
	} else if (mprotect(code, CODE_SIZE, PROT_READ | PROT_WRITE)) {
		wp_die(WP_FAILED, "cannot write the code area");
	}
	memset(code, 0xcc, CODE_SIZE);
	memset(data, 0, sizeof(data));
	fp_pages[((uint64_t)data >> 12) % FP_PAGES] = (uint64_t)data & -4096ull;
	at = code;
	stubs = code + CODE_SIZE;
}

static void put(const void *bytes, size_t n)
{
	memcpy(at, bytes, n);
	at += n;
}

static const char *put_store(const struct mb_op *op)
{
	stubs -= STUB_SIZE;
	if (fp_emit_store(op->start, (size_t)(op->end - op->start), (uint64_t)op->start, at,
			  (uint64_t)at, op->total, stubs, (uint64_t)stubs))
		return "the store cannot be guarded";
	at += op->total;
	return NULL;
}

static const char *put_body(const struct mb_op *op)
{
	if (op->store)
		return put_store(op);
	put(op->start, (size_t)(op->end - op->start));
	if (!op->variant)
		return NULL;

	const struct fp_sequence *s = fp_find(op->kind, op->variant, op->reg, op->arg, 255);

	if (!s)
		return "there is no such sequence";

	const size_t total = op->total ? op->total : s->length;

	stubs -= STUB_SIZE;
	if (s->stub_length > STUB_SIZE ||
	    fp_emit(s, at, (uint64_t)at, total, stubs, (uint64_t)stubs))
		return "the sequence does not fit";
	at += total;
	return NULL;
}

/* push %r12; push %r15; mov %rdi,%r15; mov $data,%r12d; 1: bodies; dec %r15; jnz 1b; pops; ret */
static const char *put_loop(const struct mb_op *op, int copies, void (**entry)(uint64_t))
{
	static const unsigned char head[] = {0x41, 0x54, 0x41, 0x57, 0x49, 0x89, 0xff, 0x41, 0xbc};
	static const unsigned char dec_jnz[] = {0x49, 0xff, 0xcf, 0x0f, 0x85};
	static const unsigned char tail[] = {0x41, 0x5f, 0x41, 0x5c, 0xc3};
	static const unsigned char clear[] = {0xc7, 0x04, 0x25}; /* movl imm32, disp32 */
	const uint32_t where = (uint32_t)(uintptr_t)data;
	const uint32_t log = (uint32_t)(uintptr_t)&fp_log_next, zero = 0;

	at = (unsigned char *)(((uintptr_t)at + 63) & ~63ul);
	memcpy(entry, &at, sizeof(at));
	put(head, sizeof(head));
	put(&where, sizeof(where));

	/* The loop starts at a boundary, so that its place does not depend on the head. */
	while ((uintptr_t)at & 63)
		*at++ = 0x90;

	const unsigned char *const top = at;

	/* Nobody reads the notes here, so their log is emptied: once in either loop. */
	if (op->store) {
		put(clear, sizeof(clear));
		put(&log, sizeof(log));
		put(&zero, sizeof(zero));
	}

	for (int i = 0; i < copies; i++) {
		const char *error = put_body(op);

		if (error)
			return error;
	}
	put(dec_jnz, sizeof(dec_jnz));

	const int32_t back = (int32_t)(top - (at + 4));

	put(&back, sizeof(back));
	put(tail, sizeof(tail));
	return NULL;
}

const char *loop_build(const struct mb_op *op, struct loop *l)
{
	if (op->end - op->start > MAX_BODY)
		return "the body is too long";
	prepare();

	const char *error = put_loop(op, COPIES, &l->single);

	if (!error)
		error = put_loop(op, 2 * COPIES, &l->twice);
	if (error)
		return error;
	l->bytes = op->store ? op->total : (size_t)(op->end - op->start);
	if (op->variant)
		l->bytes += op->total
				    ? op->total
				    : fp_find(op->kind, op->variant, op->reg, op->arg, 255)->length;
	if (mprotect(code, CODE_SIZE, PROT_READ | PROT_EXEC))
		return "the system does not let generated code execute";
	return NULL;
}
