/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emit.c - choose a sequence for a site and write it there.  Freestanding: needs
 * nothing but memcpy, so the wedge links it as it is.
 */
#include "fastpath.h"

#include <stdbool.h>
#include <string.h>
#include <wedgeperf/annotation.h>

_Static_assert(sizeof(struct fp_sequence) == 40, "sequence.h disagrees");

/* Recommended multi-byte NOPs (SDM vol. 2, NOP), by length. */
static const unsigned char nops[10][9] = {
	[1] = {0x90},
	[2] = {0x66, 0x90},
	[3] = {0x0f, 0x1f, 0x00},
	[4] = {0x0f, 0x1f, 0x40, 0x00},
	[5] = {0x0f, 0x1f, 0x44, 0x00, 0x00},
	[6] = {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
	[7] = {0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
	[8] = {0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
	[9] = {0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
};

void fp_fill_nops(unsigned char *out, size_t n)
{
	while (n) {
		const size_t part = n < 9 ? n : 9;

		memcpy(out, nops[part], part);
		out += part;
		n -= part;
	}
}

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

extern const struct fp_sequence table_start[] __asm__("__start_fastpath");
extern const struct fp_sequence table_end[] __asm__("__stop_fastpath");

const struct fp_sequence *fp_table(size_t *count)
{
	*count = ((uintptr_t)table_end - (uintptr_t)table_start) / sizeof(*table_start);
	return table_start;
}

const struct fp_sequence *fp_find(unsigned int kind, const char *variant, unsigned int reg,
				  unsigned int arg, size_t total)
{
	size_t n;

	for (const struct fp_sequence *s = fp_table(&n); n; s++, n--) {
		if (s->kind != kind || s->reg != reg || s->arg != arg || s->length > total)
			continue;
		if (!variant || same(s->variant, variant))
			return s;
	}
	return NULL;
}

static int32_t get32(const unsigned char *p)
{
	int32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The new value of a PC-relative field, as a 64-bit number: may be out of reach. */
static int64_t moved(const struct fp_sequence *seq, const struct fp_fixup *f, uint64_t inline_at,
		     uint64_t site_end, uint64_t stub)
{
	const uint64_t here = f->offset < seq->length ? inline_at + f->offset
						      : stub + f->offset - seq->length;

	switch (f->type) {
	case FP_FIX_STUB:
		return (int64_t)(stub - (here + 4));
	case FP_FIX_END:
		return (int64_t)(site_end - (here + 4));
	default:
		return get32(seq->bytes + f->offset) +
		       (int64_t)((uint64_t)(uintptr_t)(seq->bytes + f->offset) - here);
	}
}

static bool in_reach(int64_t v)
{
	return v >= INT32_MIN && v <= INT32_MAX;
}

enum fp_result fp_emit(const struct fp_sequence *seq, unsigned char *out, uint64_t site,
		       size_t total, unsigned char *stub_out, uint64_t stub)
{
	if (seq->length > total)
		return FP_TOO_LONG;

	size_t prefixes = total - seq->length;
	if (prefixes > (size_t)(AB_MAX_INSN - seq->first))
		prefixes = AB_MAX_INSN - seq->first;

	for (unsigned int i = 0; i < seq->fixup_count; i++)
		if (!in_reach(moved(seq, &seq->fixups[i], site + prefixes, site + total, stub)))
			return FP_TOO_FAR;

	memset(out, AB_PREFIX_BYTE, prefixes);
	memcpy(out + prefixes, seq->bytes, seq->length);
	if (seq->stub_length)
		memcpy(stub_out, seq->bytes + seq->length, seq->stub_length);

	for (unsigned int i = 0; i < seq->fixup_count; i++) {
		const struct fp_fixup *f = &seq->fixups[i];
		const int32_t v = (int32_t)moved(seq, f, site + prefixes, site + total, stub);

		if (f->offset < seq->length)
			memcpy(out + prefixes + f->offset, &v, sizeof(v));
		else
			memcpy(stub_out + f->offset - seq->length, &v, sizeof(v));
	}

	fp_fill_nops(out + prefixes + seq->length, total - prefixes - seq->length);
	return FP_OK;
}
