/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inline.c - what a patched site executes: a sequence of fastpath/ in its place, or a
 * call to the routine for its kind.
 */
#include <wedgeperf/annotation.h>
#include <wedgeperf/kinds.h>

#include "../../fastpath/fastpath.h"
#include "../core/backend.h"
#include "../core/insn.h"
#include "../core/vcpu.h"
#include "../core/wedge.h"
#include "hypercall.h"

#define AT(field, offset)                                                                          \
	_Static_assert(__builtin_offsetof(struct vcpu, field) == (offset), "link.ld disagrees")
AT(lstar, 152);
AT(kernel_cs, 164);
AT(kernel_ss, 166);
AT(user_cs, 168);
AT(user_ss, 170);
AT(cr0, 176);
AT(cr2, 184);
AT(cr3, 192);
AT(cr4, 200);
AT(fs_base, 304);

_Static_assert(HV_ARG_WORD == FP_ARG_WORD, "rdseg");

#define READ_FLAGS(X)                                                                              \
	X(0) X(1) X(2) X(3) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
/* Not RSP and R12, whose forms have a SIB byte, nor RBP and R13, whose have a displacement. */
#define INVLPG(X)	  X(0) X(1) X(2) X(3) X(6) X(7) X(8) X(9) X(10) X(11) X(14) X(15)
#define DECLARE_INVLPG(n) extern char call_invlpg_##n[];
INVLPG(DECLARE_INVLPG)
#define DECLARE(n)                                                                                 \
	extern char call_pushf_pop_##n[], call_cr3_##n[], call_rdcr_##n[], call_load_fs_##n[],     \
		call_load_gs_##n[];
READ_FLAGS(DECLARE)
extern char sysret32_entry[], call_cli[], call_any[], call_in[], call_in_pushed[], call_out[],
	call_out_pushed[], fp_sti[], fp_sti_hlt[], fp_pushf[], fp_popf[], fp_iret_call[],
	fp_sysret[], fp_wrmsr[];

/* The register that a site loads CR3 from: mov %reg, %cr3 is [REX.B] 0f 22 d8+reg; or NO_REG. */
static unsigned int to_cr3(const struct hv_site *s)
{
	const uint8_t *b = s->insn;
	unsigned int high = s->length == 4 && *b++ == 0x41 ? 8 : 0;

	if (s->kind != SITE_wrcr || s->length != (high ? 4 : 3) || b[0] != 0x0f || b[1] != 0x22 ||
	    (b[2] & 0xf8) != 0xd8)
		return NO_REG;
	return (b[2] & 7) | high;
}

/* The register of invlpg (%reg), [REX.B] 0f 01 38+reg; or NO_REG. */
static unsigned int invlpg_at(const struct hv_site *s)
{
	const uint8_t *b = s->insn;
	unsigned int high = s->length == 4 && *b++ == 0x41 ? 8 : 0;

	if (s->kind != SITE_invlpg || s->length != (high ? 4 : 3) || b[0] != 0x0f || b[1] != 0x01 ||
	    (b[2] & 0xf8) != 0x38)
		return NO_REG;
	return (b[2] & 7) | high;
}

static char *stubs = _stubs_start;

static void keep_stub(const uint8_t *code, size_t size)
{
	mmu_write_stub(stubs, code, size);
	stubs += size;
}

/* What a store calls: a stub that executes it, or leaves it to the wedge (fastpath/pte.S). */
static const void *called_store(const struct hv_site *s)
{
	uint8_t code[FP_STORE_STUB] = {0};
	const void *stub = stubs;

	/* Upper levels are always the wedge's, as are forms that no stub knows. */
	if ((s->kind != SITE_pte_store && s->kind != SITE_pte_rmw) ||
	    _stubs_end - stubs < FP_STORE_STUB ||
	    fp_emit_called_store(s->insn, s->length, s->address + s->prefixes, code,
				 (uint64_t)stubs) != FP_OK)
		return call_any;
	keep_stub(code, sizeof(code));
	return stub;
}

const void *hv_call_target(const struct hv_site *site)
{
	static const char *const by_kind[SITE_KINDS] = {
		[SITE_cli] = call_cli,	    [SITE_sti] = fp_sti,       [SITE_sti_hlt] = fp_sti_hlt,
		[SITE_pushf] = fp_pushf,    [SITE_popf] = fp_popf,     [SITE_wrmsr] = fp_wrmsr,
		[SITE_iret] = fp_iret_call, [SITE_sysret] = fp_sysret,
	};
	static const char *const read_flags[16] = {
#define ENTRY(n) [n] = call_pushf_pop_##n,
		READ_FLAGS(ENTRY)};
#define FS_ENTRY(n) [n] = call_load_fs_##n,
	static const char *const load_fs[16] = {READ_FLAGS(FS_ENTRY)};
#define GS_ENTRY(n) [n] = call_load_gs_##n,
	static const char *const load_gs[16] = {READ_FLAGS(GS_ENTRY)};
	static const char *const *const load_segment[] = {[SEG_FS] = load_fs, [SEG_GS] = load_gs};
#define CR3_ENTRY(n) [n] = call_cr3_##n,
	static const char *const write_cr3[16] = {READ_FLAGS(CR3_ENTRY)};
#define RDCR_ENTRY(n) [n] = call_rdcr_##n,
	static const char *const read_cr[16] = {READ_FLAGS(RDCR_ENTRY)};
	static const uint8_t which_cr[] = {[0] = 1, [2] = 2, [3] = 3, [4] = 4};
#define INVLPG_ENTRY(n) [n] = call_invlpg_##n,
	static const char *const invlpg[16] = {INVLPG(INVLPG_ENTRY)};

	if (kind_info[site->kind].flags & KF_MEMORY)
		return called_store(site);
	if (site->kind == SITE_rdcr && site->reg < 16 && read_cr[site->reg] &&
	    site->arg < ARRAY_SIZE(which_cr) && which_cr[site->arg])
		return read_cr[site->reg] + READ_CR * (which_cr[site->arg] - 1);
	if (invlpg_at(site) < 16 && invlpg[invlpg_at(site)])
		return invlpg[invlpg_at(site)];
	if (site->kind == SITE_sysret && site->arg == 4)
		return sysret32_entry;
	if (to_cr3(site) < 16 && write_cr3[to_cr3(site)])
		return write_cr3[to_cr3(site)];
	if (site->kind == SITE_pushf_pop && site->reg < 16 && read_flags[site->reg])
		return read_flags[site->reg];
	if (site->kind == SITE_wrseg && site->reg < 16 && site->arg < ARRAY_SIZE(load_segment) &&
	    load_segment[site->arg] && load_segment[site->arg][site->reg] && !hv_user_sets_bases())
		return load_segment[site->arg][site->reg];
	return by_kind[site->kind] ? by_kind[site->kind] : call_any;
}

static const char *store(const struct hv_site *s, uint8_t *out)
{
	uint8_t code[FP_STORE_STUB] = {0};

	if (_stubs_end - stubs < FP_STORE_STUB)
		return "no memory is left for its stub";
	switch (fp_emit_store(s->insn, s->length, s->address + s->prefixes, out, s->address,
			      s->total, code, (uint64_t)stubs)) {
	case FP_OK:
		keep_stub(code, sizeof(code));
		return NULL;
	case FP_TOO_LONG:
		return "its pad is too short";
	default:
		return "no sequence knows this form of store";
	}
}

#define PUSH_BYTE   0x6a
#define OUT_AL_IMM  0xe6
#define CALL	    0xe8
#define CALL_LENGTH 5

/* A short call (calls.S): the site pushes the port if its instruction holds it.  Or nothing. */
static const char *port(const struct hv_site *s, uint8_t *out)
{
	static const struct {
		uint8_t opcode, pushes;
		const char *target;
	} forms[] = {
		{0xe4, 2, call_in_pushed},
		{OUT_AL_IMM, 2, call_out_pushed},
		{0xec, 0, call_in},
		{0xee, 0, call_out},
	};

	if (s->insn[0] == OUT_AL_IMM && wedge_port_is_inert(s->insn[1])) {
		fp_fill_nops(out, s->total);
		return NULL;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(forms); i++) {
		unsigned int length = s->total < AB_MAX_INSN ? s->total : AB_MAX_INSN;
		int32_t distance;

		if (s->insn[0] != forms[i].opcode)
			continue;
		if (length < (unsigned int)forms[i].pushes + CALL_LENGTH)
			return "its pad is too short";
		memset(out, AB_PREFIX_BYTE, length);
		if (forms[i].pushes) {
			out[0] = PUSH_BYTE;
			out[1] = s->insn[1];
		}
		distance = (int32_t)((uint64_t)forms[i].target - (s->address + length));
		out[length - CALL_LENGTH] = CALL;
		memcpy(out + length - CALL_LENGTH + 1, &distance, sizeof(distance));
		fp_fill_nops(out + length, s->total - length);
		return NULL;
	}
	return "there is none but for bytes";
}

const char *hv_inline(const struct hv_site *s, const char *variant, uint8_t *out)
{
	const struct fp_sequence *seq;
	uint8_t stub[UINT8_MAX];

	if ((s->kind == SITE_in || s->kind == SITE_out) && !variant)
		return port(s, out);
	if (kind_info[s->kind].flags & KF_MEMORY)
		return variant ? "stores have no variants" : store(s, out);
	seq = fp_find(s->kind, variant, s->reg, s->arg, s->total);
	if (!seq && fp_find(s->kind, variant, s->reg, s->arg, UINT8_MAX))
		return "its pad is too short";
	if (!seq)
		return "there is no such sequence";
	if (_stubs_end - stubs < seq->stub_length)
		return "no memory is left for its stub";
	if (fp_emit(seq, out, s->address, s->total, stub, (uint64_t)stubs) != FP_OK)
		return "it is too far from the wedge";
	keep_stub(stub, seq->stub_length);
	return NULL;
}
