// SPDX-License-Identifier: GPL-2.0-or-later
/* options.c - see options.h. */
#include "options.h"

#include <stdlib.h>
#include <string.h>
#include "../fastpath/fastpath.h"
#include "flags.h"

#define CALL_LENGTH 5 /* CALL rel32, JMP rel32 */
#define PUSH_LENGTH 2 /* PUSH imm8 */
#define MAX_TOTAL   255

/* What decides which sequences fit a site. */
struct operands {
	unsigned int reg, arg;
};

static const uint8_t *original(const struct site *s)
{
	return s->section->data + (s->addr - s->section->addr) + AB_PREFIXES(s->flags);
}

#define REX_B 1
#define REX_R 4
#define REX_W 8

static struct operands decode(const struct site *s)
{
	const uint8_t *b = original(s), *end = b + s->length;
	struct operands o = {FP_NO_REG, 0};
	unsigned int rex = 0;

	if (s->kind == SITE_pushf_pop) {
		b += *b == 0x66 ? 2 : 1;
		if (b < end && (*b & 0xf0) == 0x40)
			rex = *b++;
		if (b < end && (*b & 0xf8) == 0x58) /* pop r64 */
			o.reg = (*b & 7) | (rex & REX_B ? 8 : 0);
	} else if (s->kind == SITE_rdcr) {
		if (b < end && (*b & 0xf0) == 0x40)
			rex = *b++;
		if (end - b == 3 && b[0] == 0x0f && b[1] == 0x20) { /* mov %crN, r64 */
			o.reg = (b[2] & 7) | (rex & REX_B ? 8 : 0);
			o.arg = (b[2] >> 3 & 7) | (rex & REX_R ? 8 : 0);
		}
	} else if (s->kind == SITE_rdseg) {
		bool word = b < end && *b == 0x66;

		b += word;
		if (b < end && (*b & 0xf0) == 0x40)
			rex = *b++;
		if (end - b == 2 && b[0] == 0x8c && b[1] >= 0xc0) { /* mov %seg, reg */
			o.reg = (b[1] & 7) | (rex & REX_B ? 8 : 0);
			o.arg = (b[1] >> 3 & 7) + (word ? FP_ARG_WORD : 0);
		}
	} else if (s->kind == SITE_sysret) {
		o.arg = *b & REX_W && (*b & 0xf0) == 0x40 ? 8 : 4;
	}
	return o;
}

/* Kinds to which the wedge does one thing whatever a plan says (wedge/core/patch.c). */
static bool is_fixed(const struct site *s)
{
	const uint8_t *b = original(s);
	unsigned int i = 0;

	switch (s->kind) {
	case SITE_swapgs:
	case SITE_rdtsc:
		return true;
	case SITE_sysret:
		return decode(s).arg == 8;
	case SITE_rdseg: /* other selectors than %cs and %ss read the same in ring 3 */
		while (i < s->length && (b[i] == 0x66 || (b[i] & 0xf0) == 0x40))
			i++;
		return i + 1 < s->length && b[i] == 0x8c && (b[i + 1] >> 3 & 7) != 1 &&
		       (b[i + 1] >> 3 & 7) != 2;
	default:
		return false;
	}
}

/* Two instructions as one site: only the first takes prefixes. */
static unsigned int first_length(const struct site *s)
{
	return s->kind == SITE_pushf_pop || s->kind == SITE_sti_hlt || s->kind == SITE_sti_mwait
		       ? 1
		       : s->length;
}

/* Has the afterburner given it NOPs where prefixes would have done? (%fs, %gs overrides) */
static bool takes_prefixes(const struct site *s)
{
	const uint8_t *b = original(s);

	if (s->total > s->length)
		return AB_PREFIXES(s->flags) != 0;
	return *b != 0x64 && *b != 0x65;
}

/* What a pad costs one execution on bare hardware. */
static int64_t native_cost(const struct site *s, int total, const struct costs *c)
{
	int pad = total - s->length, prefixes = 0, room = AB_MAX_INSN - (int)first_length(s);

	if (s->flags & AB_F_NOFALL)
		return 0;
	if (takes_prefixes(s))
		prefixes = pad < room ? pad : room;
	return prefixes * costs_prefix(c) +
	       (pad - prefixes + AB_MAX_INSN - 1) / AB_MAX_INSN * costs_nop(c);
}

static const char early[] = "early code runs at another address than it is linked at";

static const char *refuse_sequence(const struct site *s, const struct fp_sequence *seq,
				   const struct kernel *k, const struct option_rules *rules)
{
	unsigned int behind = s->total > s->length ? s->total : s->length;

	if (s->flags & AB_F_EARLY)
		return early;
	if (seq->flags & FP_F_PENDING_LOCAL)
		return "another CPU may set the pending byte meanwhile";
	if (seq->flags & FP_F_NO_TF && !rules->single_step_safe)
		return "the kernel may single-step itself";
	if (seq->flags & FP_F_STATUS_FLAGS && !flags_dead(&k->image, s->addr + behind))
		return "status flags are, or may be, live behind it";
	return NULL;
}

static const char *refuse_store(const struct site *s)
{
	unsigned char out[MAX_TOTAL], stub[FP_STORE_STUB];

	if (s->flags & AB_F_EARLY)
		return early;
	/* Only whether the form is known: any stub in reach will do. */
	switch (fp_emit_store(original(s), s->length, s->addr + AB_PREFIXES(s->flags), out, s->addr,
			      s->length > CALL_LENGTH ? s->length : CALL_LENGTH, stub,
			      s->addr + 4096)) {
	case FP_OK:
		return NULL;
	case FP_TOO_LONG:
	case FP_TOO_FAR:
		return "its addresses are out of reach of a stub";
	default:
		return "no sequence knows this form of store";
	}
}

/*
 * Bytes of the short call that the wedge makes of moving a byte to or from a port
 * (wedge/xen/inline.c); 0: it has none for this form.
 */
static int port_length(const struct site *s)
{
	switch (*original(s)) {
	case 0xe4: /* in $imm8, %al */
	case 0xe6: /* out %al, $imm8 */
		return PUSH_LENGTH + CALL_LENGTH;
	case 0xec: /* in %dx, %al */
	case 0xee: /* out %al, %dx */
		return CALL_LENGTH;
	default:
		return 0;
	}
}

static const char *refuse_port(const struct site *s)
{
	if (s->flags & AB_F_EARLY)
		return early;
	return port_length(s) ? NULL : "no sequence moves more than a byte";
}

/* One strategy at one site; @need: bytes that it takes. */
struct way {
	const char *strategy, *refused;
	int need;
};

struct ways {
	struct way way[16];
	size_t n;
};

static void add_way(struct ways *w, const char *strategy, const char *refused, int need)
{
	if (w->n < sizeof(w->way) / sizeof(w->way[0]))
		w->way[w->n++] = (struct way){strategy, refused, need};
}

/* `inline:<variant>` of a sequence; made once for each. */
static const char *sequence_name(const struct fp_sequence *seq)
{
	static char **name;
	size_t count, i = (size_t)(seq - fp_table(&count));

	if (!name)
		name = wp_alloc(count * sizeof(*name));
	if (!name[i])
		name[i] = wp_format("inline:%s", seq->variant);
	return name[i];
}

static void find_ways(const struct site *s, const struct kernel *k,
		      const struct option_rules *rules, struct ways *w)
{
	struct operands o = decode(s);
	const struct fp_sequence *seq;
	bool of_kind = false, of_site = false;
	size_t n;

	w->n = 0;
	if (is_fixed(s)) {
		add_way(w, "call", NULL, s->kind == SITE_sysret ? CALL_LENGTH : s->length);
		return;
	}
	add_way(w, "trap", NULL, s->length);
	if (s->kind == SITE_sysret) /* to 32-bit code, which is never entered */
		return;
	add_way(w, "call", s->flags & AB_F_EARLY ? early : NULL, CALL_LENGTH);
	if (kind_info[s->kind].flags & KF_MEMORY) {
		add_way(w, "inline", refuse_store(s), CALL_LENGTH);
		return;
	}
	if (s->kind == SITE_in || s->kind == SITE_out) {
		add_way(w, "inline", refuse_port(s), port_length(s));
		return;
	}
	for (seq = fp_table(&n); n; seq++, n--) {
		if (seq->kind != s->kind)
			continue;
		of_kind = true;
		if (seq->reg != o.reg || seq->arg != o.arg)
			continue;
		of_site = true;
		add_way(w, sequence_name(seq), refuse_sequence(s, seq, k, rules), seq->length);
	}
	if (of_kind && !of_site)
		add_way(w, "inline", "no sequence is for its register", CALL_LENGTH);
}

static struct choice *same_strategy(struct decision *d, const char *strategy)
{
	for (size_t i = 0; i < d->n; i++)
		if (!strcmp(d->option[i].strategy, strategy))
			return &d->option[i];
	return NULL;
}

/* Joins a site to the decision for its name: what one cannot have none has. */
static void add_site(struct decision *d, const struct site *s, const struct kernel *k,
		     const struct option_rules *rules)
{
	struct ways w;

	find_ways(s, k, rules, &w);
	if (!d->sites) {
		d->option = wp_alloc(w.n * sizeof(*d->option));
		d->n = w.n;
		d->total = s->total > s->length ? s->total : s->length;
		d->length = s->length;
		d->fixed = is_fixed(s);
		d->native = d->fixed && (s->kind == SITE_rdtsc || s->kind == SITE_rdseg);
		for (size_t i = 0; i < w.n; i++)
			d->option[i].strategy = w.way[i].strategy;
	}
	d->sites++;
	if (s->total < d->total)
		d->total = s->total > s->length ? s->total : s->length;
	for (size_t i = 0; i < w.n; i++) {
		struct choice *o = same_strategy(d, w.way[i].strategy);
		int need = w.way[i].need > s->length ? w.way[i].need : s->length;

		if (!o)
			continue;
		if (w.way[i].refused && !o->refused)
			o->refused = w.way[i].refused;
		if (rules->keep_pads && need > (s->total > s->length ? s->total : s->length) &&
		    !o->refused)
			o->refused = "the pad that it has is too short";
		if (need > o->total)
			o->total = need;
	}
	for (size_t i = 0; i < d->n; i++) {
		struct choice *o = &d->option[i];
		bool found = false;

		for (size_t j = 0; j < w.n; j++)
			found |= !strcmp(w.way[j].strategy, o->strategy);
		if (!found && !o->refused)
			o->refused = "another site of the same name cannot have it";
	}
}

/* What the pads of the sites of one name cost, once the length of each option is known. */
static void add_pads(struct decision *d, const struct site *s, const struct costs *c)
{
	for (size_t i = 0; i < d->n; i++) {
		struct choice *o = &d->option[i];
		int64_t native = native_cost(s, o->total, c);

		o->bytes += o->total - s->length;
		o->native = native > o->native ? native : o->native;
	}
}

static int by_name(const void *a, const void *b)
{
	const struct site *x = *(const struct site *const *)a, *y = *(const struct site *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : x->addr < y->addr ? -1 : x->addr > y->addr;
}

const char *profile_costed_as(const struct profile *p)
{
	return p->workloads == 1 ? p->workload[0] : NULL;
}

static uint64_t executions(const char *name, const struct profile *p, size_t profiles)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < profiles; i++)
		sum += profile_count(&p[i].sites, name);
	return sum;
}

/* Each profile's executions at its workload's cost. */
static void price(const struct decision *d, struct choice *o, const struct profile *p,
		  size_t profiles, const struct costs *c)
{
	const char *how = option_costed_as(d, o);
	int64_t cost, product;

	o->cost = d->count ? 0 : costs_of(c, NULL, d->kind, d->name, how);
	for (size_t i = 0; i < profiles && o->cost != NO_COST; i++) {
		uint64_t count = profile_count(&p[i].sites, d->name);

		if (!count)
			continue;
		cost = costs_of(c, profile_costed_as(&p[i]), d->kind, d->name, how);
		if (cost == NO_COST) {
			o->cost = NO_COST;
			o->all = 0;
		} else if (__builtin_mul_overflow(count, cost, &product) ||
			   __builtin_add_overflow(o->all, product, &o->all)) {
			o->all = INT64_MAX; /* plan_choose() refuses it */
		}
	}
	if (d->count && o->cost != NO_COST)
		o->cost = (int64_t)(((uint64_t)o->all + d->count / 2) / d->count);
}

void options_make(struct decisions *d, const struct kernel *k, const struct profile *p,
		  size_t profiles, const struct costs *c, const struct option_rules *rules)
{
	const struct site **sorted = wp_alloc((k->sites.n + 1) * sizeof(*sorted));
	size_t n = 0;

	memset(d, 0, sizeof(*d));
	for (size_t i = 0; i < k->sites.n; i++) {
		const struct site *s = &k->sites.site[i];

		if (s->flags & AB_F_ALTERNATIVE || !s->section || !s->section->data)
			d->left_out++;
		else
			sorted[n++] = s;
	}
	qsort(sorted, n, sizeof(*sorted), by_name);
	d->decision = wp_alloc((n + 1) * sizeof(*d->decision));
	for (size_t i = 0, end; i < n; i = end) {
		struct decision *this = &d->decision[d->n++];

		this->name = sorted[i]->name;
		this->kind = sorted[i]->kind;
		this->count = executions(this->name, p, profiles);
		for (end = i; end < n && !strcmp(this->name, sorted[end]->name); end++)
			add_site(this, sorted[end], k, rules);
		for (size_t j = i; j < end && !rules->keep_pads; j++)
			add_pads(this, sorted[j], c);
	}
	for (size_t i = 0; i < d->n; i++)
		for (size_t j = 0; j < d->decision[i].n; j++) {
			struct decision *this = &d->decision[i];

			price(this, &this->option[j], p, profiles, c);
		}
	free(sorted);
}

const char *option_costed_as(const struct decision *d, const struct choice *o)
{
	return d->native ? "native" : o->strategy;
}

void options_free(struct decisions *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->decision[i].option);
	free(d->decision);
}

const struct choice *option_named(const struct decision *d, const char *strategy)
{
	bool any_inline = !strcmp(strategy, "inline");

	for (size_t i = 0; i < d->n; i++)
		if (!d->option[i].refused &&
		    (!strcmp(d->option[i].strategy, strategy) ||
		     (any_inline && !strncmp(d->option[i].strategy, "inline", 6))))
			return &d->option[i];
	return NULL;
}

const struct decision *decision_named(const struct decisions *d, const char *name)
{
	size_t low = 0, high = d->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(d->decision[mid].name, name);

		if (!order)
			return &d->decision[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
