// SPDX-License-Identifier: GPL-2.0-or-later
/* flags.c - see flags.h. */
#include "flags.h"

#include <capstone/capstone.h>
#include <string.h>

#define MAX_PATHS 16 /* beyond that the answer is no */
#define MAX_INSNS 64

enum {
	F_CF = 1,
	F_PF = 2,
	F_AF = 4,
	F_ZF = 8,
	F_SF = 16,
	F_OF = 32,
	F_ALL = 63
};

#define BITS(flag)                                                                                 \
	{                                                                                          \
		X86_EFLAGS_TEST_##flag,                                                            \
			X86_EFLAGS_MODIFY_##flag | X86_EFLAGS_RESET_##flag |                       \
				X86_EFLAGS_UNDEFINED_##flag,                                       \
			F_##flag                                                                   \
	}
static const struct {
	uint64_t reads, writes;
	unsigned int flag;
} bits[] = {BITS(CF), BITS(PF), BITS(AF), BITS(ZF), BITS(SF), BITS(OF)};

/* Beside the above capstone knows that some flags are set to one. */
static uint64_t sets(uint64_t eflags, unsigned int flag)
{
	return (flag == F_CF && eflags & X86_EFLAGS_SET_CF) ||
	       (flag == F_AF && eflags & X86_EFLAGS_SET_AF) ||
	       (flag == F_SF && eflags & X86_EFLAGS_SET_SF) ||
	       (flag == F_OF && eflags & X86_EFLAGS_SET_OF);
}

struct path {
	uint64_t addr;
	unsigned int live;
};

struct walk {
	csh decoder;
	cs_insn *insn;
	struct path path[MAX_PATHS];
	size_t paths;
};

static bool in_assembly(const struct image *img, uint64_t addr)
{
	const struct image_symbol *f = image_function_at(img, addr);
	size_t len = f && f->file ? strlen(f->file) : 0;

	return !f ||
	       (len > 2 && (!strcmp(f->file + len - 2, ".S") || !strcmp(f->file + len - 2, ".s")));
}

static bool decode(struct walk *w, const struct image *img, uint64_t addr)
{
	const struct image_section *s = image_section_at(img, addr);
	const uint8_t *code;
	uint64_t at = addr;
	size_t len;

	if (!s || !s->data || !s->exec)
		return false;
	code = s->data + (addr - s->addr);
	len = s->size - (addr - s->addr);
	return cs_disasm_iter(w->decoder, &code, &len, &at, w->insn);
}

static bool later(struct walk *w, uint64_t addr, unsigned int live)
{
	if (w->paths == MAX_PATHS)
		return false;
	w->path[w->paths++] = (struct path){addr, live};
	return true;
}

/* One straight path to its end; false: a flag is read, or may be. */
static bool follow(struct walk *w, const struct image *img, struct path p)
{
	for (unsigned int n = 0; n < MAX_INSNS; n++) {
		const cs_x86 *x = &w->insn->detail->x86;
		bool transfer;

		if (!decode(w, img, p.addr))
			return false;
		if (cs_insn_group(w->decoder, w->insn, CS_GRP_CALL) ||
		    cs_insn_group(w->decoder, w->insn, CS_GRP_RET) || w->insn->id == X86_INS_UD2)
			return w->insn->id == X86_INS_UD2 || !in_assembly(img, p.addr);
		if (w->insn->id == X86_INS_PUSHF || w->insn->id == X86_INS_PUSHFQ)
			return false;
		transfer = cs_insn_group(w->decoder, w->insn, CS_GRP_JUMP);
		for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
			if (x->eflags & bits[i].reads && p.live & bits[i].flag)
				return false;
			if (x->eflags & bits[i].writes || sets(x->eflags, bits[i].flag))
				p.live &= ~bits[i].flag;
		}
		if (!p.live)
			return true;
		if (transfer && x->op_count == 1 && x->operands[0].type == X86_OP_IMM) {
			if (w->insn->id != X86_INS_JMP &&
			    !later(w, w->insn->address + w->insn->size, p.live))
				return false;
			p.addr = (uint64_t)x->operands[0].imm;
		} else if (transfer) {
			return !in_assembly(img, p.addr); /* a compiler's jump table or tail call */
		} else {
			p.addr += w->insn->size;
		}
	}
	return false;
}

bool flags_dead(const struct image *img, uint64_t addr)
{
	struct walk w = {.paths = 0};
	bool dead;

	if (cs_open(CS_ARCH_X86, CS_MODE_64, &w.decoder) != CS_ERR_OK)
		wp_die(WP_FAILED, "capstone does not decode x86-64");
	cs_option(w.decoder, CS_OPT_DETAIL, CS_OPT_ON);
	w.insn = cs_malloc(w.decoder);
	later(&w, addr, F_ALL);
	do {
		w.paths--;
		dead = follow(&w, img, w.path[w.paths]);
	} while (dead && w.paths);
	cs_free(w.insn, 1);
	cs_close(&w.decoder);
	return dead;
}
