/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memsites.c - GCC plugin that marks the stores to page tables.
 *
 * An assembler sees every sensitive instruction by its mnemonic, but a store to
 * a page table is an ordinary mov.  Only the compiler knows that the pointer is
 * a pte_t *.  This pass finds such stores and writes the marker comment before
 * them that the afterburner makes a site of:
 *
 *	#@afterburn pte_store		the next instruction is the site
 *	#@afterburn begin pte_rmw	every read-modify-write until
 *	#@afterburn end			... here is one
 *
 * What becomes a site, in the order of the code below:
 *	1. an assignment of a whole entry (or of its only field) to memory that is
 *	   reached through a pointer to an entry type, or is a global table.  It
 *	   becomes `asm volatile("movq value, entry")`: one plain instruction that
 *	   no later pass splits, merges, widens or turns into a read-modify-write;
 *	2. an inline assembly that changes such memory (xchg, cmpxchg, the bit
 *	   operations), also where the pointer was cast first: the address is
 *	   followed back through the SSA graph.
 *
 * The pass runs on the SSA form right after early inlining of each function, so
 * that the always_inline helpers (set_pte, clear_bit, xchg) are already in place
 * with their arguments, and nothing was optimized into another shape yet.  It
 * does the same at every -O level.  A second pass, after all inlining, takes back
 * what has turned out to be a store to a local variable.
 *
 * The plugin keys on the names of types alone (levels[]), so it does nothing to
 * code without them.  What it cannot see is in docs/memory-sites.md.
 *
 * GCC's plugin headers are C++; this file otherwise keeps to the C subset.
 */
#include "gcc-plugin.h"
#include "plugin-version.h"
#include "tree.h"
#include "tree-pass.h"
#include "context.h"
#include "function.h"
#include "basic-block.h"
#include "tree-ssa-alias.h"
#include "gimple-expr.h"
#include "gimple.h"
#include "gimple-iterator.h"
#include "gimplify.h"
#include "ssa.h"
#include "tree-ssa-operands.h"
#include "tree-cfg.h"
#include "tree-into-ssa.h"
#include "stringpool.h"
#include "diagnostic-core.h"

__attribute__((visibility("default"))) int plugin_is_GPL_compatible;

static struct plugin_info memsites_info = {
	"1",
	"marks stores to page tables (pte_t and its kin) for the afterburner\n",
};

/*
 * Entry types and what their stores are called.  A 4-level kernel has p4d_t as
 * a struct around pgd_t: the innermost name decides.  A 5-level kernel has a
 * p4d_t of its own; both top levels share one kind (include/wedgeperf/kinds.def).
 */
static const struct level {
	const char *type;
	const char *store, *rmw;
} levels[] = {
	{"pte_t", "pte_store", "pte_rmw"}, {"pteval_t", "pte_store", "pte_rmw"},
	{"pmd_t", "pmd_store", "pmd_rmw"}, {"pmdval_t", "pmd_store", "pmd_rmw"},
	{"pud_t", "pud_store", "pud_rmw"}, {"pudval_t", "pud_store", "pud_rmw"},
	{"p4d_t", "pgd_store", "pgd_rmw"}, {"p4dval_t", "pgd_store", "pgd_rmw"},
	{"pgd_t", "pgd_store", "pgd_rmw"}, {"pgdval_t", "pgd_store", "pgd_rmw"},
};

#define ENTRY_BITS 64
#define MAX_CHAIN  64 /* SSA definitions followed from one address */
#define MAX_MERGES 8  /* ... and merges among them */

#define MARKER "#@afterburn "

static tree first_field(tree record)
{
	tree field = TYPE_FIELDS(record);

	while (field && TREE_CODE(field) != FIELD_DECL)
		field = DECL_CHAIN(field);
	return field;
}

static const struct level *level_of_name(tree type)
{
	tree name = TYPE_NAME(type);

	if (name && TREE_CODE(name) == TYPE_DECL)
		name = DECL_NAME(name);
	if (!name || TREE_CODE(name) != IDENTIFIER_NODE)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (!strcmp(IDENTIFIER_POINTER(name), levels[i].type))
			return &levels[i];
	return NULL;
}

/*
 * The level of an entry type: a 64-bit integer of such a name, or a struct of
 * such a name whose only content is one (or is an entry of another level).
 */
static const struct level *level_of_type(tree type)
{
	const struct level *level = level_of_name(type), *inner;
	tree field;

	if (!level || !TYPE_SIZE(type) || !tree_fits_uhwi_p(TYPE_SIZE(type)) ||
	    tree_to_uhwi(TYPE_SIZE(type)) != ENTRY_BITS)
		return NULL;
	if (INTEGRAL_TYPE_P(type))
		return level;
	if (TREE_CODE(type) != RECORD_TYPE)
		return NULL;
	field = first_field(type);
	if (!field)
		return NULL;
	inner = level_of_type(TREE_TYPE(field));
	if (inner)
		return inner;
	return INTEGRAL_TYPE_P(TREE_TYPE(field)) &&
			       tree_to_uhwi(TYPE_SIZE(TREE_TYPE(field))) == ENTRY_BITS
		       ? level
		       : NULL;
}

static tree strip_arrays(tree type)
{
	while (TREE_CODE(type) == ARRAY_TYPE)
		type = TREE_TYPE(type);
	return type;
}

/* A decl that can be a page table: static storage, an array of entries. */
static const struct level *level_of_decl(tree decl)
{
	if (!VAR_P(decl) || !is_global_var(decl) || TREE_CODE(TREE_TYPE(decl)) != ARRAY_TYPE)
		return NULL;
	return level_of_type(strip_arrays(TREE_TYPE(decl)));
}

/*
 * Where an address comes from: followed back through copies, casts, pointer
 * arithmetic, address-of and merges, until a pointer to an entry type or a
 * global table is met.  An address that can only be a local variable's is not a
 * page table's, whatever its type; where it may be another's as well, it counts.
 */
struct walk {
	unsigned int steps, merges;
	gimple *merge[MAX_MERGES]; /* seen: a loop adds no further origin */
	bool local, other;	   /* what the origins are */
};

static const struct level *level_of_address(tree ptr, struct walk *walk);
static const struct level *level_of_memory(tree ref, struct walk *walk);

static const struct level *other_origin(struct walk *walk)
{
	walk->other = true;
	return NULL;
}

static bool passes_address(enum tree_code code)
{
	return code == SSA_NAME || code == ADDR_EXPR || code == POINTER_PLUS_EXPR ||
	       CONVERT_EXPR_CODE_P(code);
}

static const struct level *level_of_merge(gphi *phi, struct walk *walk)
{
	const struct level *found = NULL, *next;

	for (unsigned int i = 0; i < walk->merges; i++)
		if (walk->merge[i] == phi)
			return NULL;
	if (walk->merges == MAX_MERGES)
		return other_origin(walk);
	walk->merge[walk->merges++] = phi;
	for (unsigned int i = 0; i < gimple_phi_num_args(phi); i++) {
		next = level_of_address(gimple_phi_arg_def(phi, i), walk);
		found = found ? found : next;
	}
	return found;
}

static const struct level *level_of_address(tree ptr, struct walk *walk)
{
	const struct level *typed, *found;
	gimple *def;

	STRIP_NOPS(ptr);
	if (TREE_CODE(ptr) == ADDR_EXPR)
		return level_of_memory(TREE_OPERAND(ptr, 0), walk);
	if (TREE_CODE(ptr) != SSA_NAME || walk->steps++ > MAX_CHAIN)
		return other_origin(walk);
	typed = POINTER_TYPE_P(TREE_TYPE(ptr))
			? level_of_type(strip_arrays(TREE_TYPE(TREE_TYPE(ptr))))
			: NULL;
	def = SSA_NAME_DEF_STMT(ptr);
	if (gimple_code(def) == GIMPLE_PHI)
		found = level_of_merge(as_a<gphi *>(def), walk);
	else if (is_gimple_assign(def) && passes_address(gimple_assign_rhs_code(def)))
		found = level_of_address(gimple_assign_rhs1(def), walk);
	else
		found = other_origin(walk);
	return typed ? typed : found;
}

/*
 * The level of the entry that a memory reference is (part of).  A field of
 * another struct that merely holds a pte_t (vmf->orig_pte) is none.
 */
static const struct level *level_of_memory(tree ref, struct walk *walk)
{
	const struct level *typed, *found;
	bool field = false;

	for (; handled_component_p(ref); ref = TREE_OPERAND(ref, 0))
		if (TREE_CODE(ref) == COMPONENT_REF &&
		    !level_of_type(TREE_TYPE(TREE_OPERAND(ref, 0))))
			field = true;
	if (DECL_P(ref)) {
		*(is_global_var(ref) ? &walk->other : &walk->local) = true;
		return field ? NULL : level_of_decl(ref);
	}
	if (TREE_CODE(ref) != MEM_REF)
		return other_origin(walk);
	typed = level_of_type(strip_arrays(TREE_TYPE(ref)));
	found = level_of_address(TREE_OPERAND(ref, 0), walk);
	if (field)
		return NULL;
	return typed ? typed : found;
}

static bool is_local(const struct walk *walk)
{
	return walk->local && !walk->other;
}

static const struct level *level_of(tree ref)
{
	struct walk walk = {};
	const struct level *level = level_of_memory(ref, &walk);

	return is_local(&walk) ? NULL : level;
}

static tree operand(const char *constraint, tree value)
{
	tree string = build_string(strlen(constraint) + 1, constraint);

	return build_tree_list(build_tree_list(NULL_TREE, string), value);
}

/* The integer inside an entry: entry.pte, entry.p4d.pgd ... */
static tree entry_value(tree entry)
{
	while (TREE_CODE(TREE_TYPE(entry)) == RECORD_TYPE) {
		tree field = first_field(TREE_TYPE(entry));

		entry = build3(COMPONENT_REF, TREE_TYPE(field), entry, field, NULL_TREE);
	}
	return entry;
}

/* A new SSA name that holds the integer inside @entry, loaded before @gsi. */
static tree load_value(gimple_stmt_iterator *gsi, tree entry, bool after)
{
	tree ref = entry_value(entry);
	tree name = make_ssa_name(TYPE_MAIN_VARIANT(TREE_TYPE(ref)));
	gassign *load = gimple_build_assign(name, ref);

	gimple_set_location(load, gimple_location(gsi_stmt(*gsi)));
	if (after)
		gsi_insert_after(gsi, load, GSI_NEW_STMT);
	else
		gsi_insert_before(gsi, load, GSI_SAME_STMT);
	return name;
}

#define STORE_TEXT "\n\tmov{q %1, %0| %0, %1}"

static gasm *build_store(tree lhs, tree value, const struct level *level, location_t where)
{
	char *text = xasprintf(MARKER "%s%s", level->store, STORE_TEXT);
	vec<tree, va_gc> *inputs = NULL, *outputs = NULL;
	gasm *stmt;

	vec_safe_push(outputs, operand("=m", lhs));
	vec_safe_push(inputs, operand("re", value));
	stmt = gimple_build_asm_vec(ggc_strdup(text), inputs, outputs, NULL, NULL);
	gimple_asm_set_volatile(stmt, true);
	gimple_asm_set_inline(stmt, true); /* costs what the mov did */
	gimple_set_location(stmt, where);
	free(text);
	return stmt;
}

/*
 * `entry = value` becomes the asm.  A struct on the right, or the result of a
 * call, goes through a temporary that scalar replacement dissolves.
 */
static bool mark_store(gimple_stmt_iterator *gsi)
{
	gimple *stmt = gsi_stmt(*gsi);
	tree lhs = gimple_get_lhs(stmt), type = lhs ? TREE_TYPE(lhs) : NULL_TREE, value;
	const struct level *level;
	location_t where = gimple_location(stmt);

	if (!lhs || TREE_CODE(lhs) == SSA_NAME || stmt_ends_bb_p(stmt) || !TYPE_SIZE(type) ||
	    !tree_fits_uhwi_p(TYPE_SIZE(type)) || tree_to_uhwi(TYPE_SIZE(type)) != ENTRY_BITS)
		return false;
	if (!INTEGRAL_TYPE_P(type) && !level_of_type(type))
		return false;
	level = level_of(lhs);
	if (!level)
		return false;

	if (gimple_assign_single_p(stmt) && INTEGRAL_TYPE_P(type)) {
		value = gimple_assign_rhs1(stmt);
	} else if (gimple_assign_single_p(stmt) && VAR_P(gimple_assign_rhs1(stmt)) &&
		   !TREE_THIS_VOLATILE(gimple_assign_rhs1(stmt))) {
		value = load_value(gsi, gimple_assign_rhs1(stmt), false);
	} else {
		tree tmp = create_tmp_var(TYPE_MAIN_VARIANT(type), "entry");

		if (is_gimple_reg_type(TREE_TYPE(tmp)))
			tmp = make_ssa_name(tmp);
		unlink_stmt_vdef(stmt);
		gimple_set_lhs(stmt, tmp);
		if (TREE_CODE(tmp) == SSA_NAME)
			SSA_NAME_DEF_STMT(tmp) = stmt;
		update_stmt(stmt);
		value = TREE_CODE(tmp) == SSA_NAME ? tmp : load_value(gsi, tmp, true);
		gsi_insert_after(gsi, build_store(lhs, value, level, where), GSI_NEW_STMT);
		return true;
	}
	unlink_stmt_vdef(stmt);
	gsi_replace(gsi, build_store(lhs, value, level, where), true);
	return true;
}

/* The rest of @text behind blanks, statement ends and comments. */
static const char *skip_blank(const char *text)
{
	for (;;) {
		const char *end;

		text += strspn(text, " \t\n;");
		if (text[0] != '/' || text[1] != '*')
			return text;
		end = strstr(text + 2, "*/");
		text = end ? end + 2 : text + strlen(text);
	}
}

/*
 * Does a template consist of one statement?  Then the comment goes before it;
 * else (SMP's `.pushsection .smp_locks` ... `lock; andb`) around it all.
 */
static bool one_statement(const char *text)
{
	text = skip_blank(text);
	text += strcspn(text, ";\n");
	return !*skip_blank(text);
}

/*
 * Bit operations with a variable bit number name their memory as an *input*
 * (the bit may lie outside the word) and clobber "memory".  Tell them from
 * loads by their mnemonic.
 */
static bool writes_input(gasm *stmt)
{
	static const char *const mnemonics[] = {"bts", "btr", "btc", "lock"};
	bool clobbers = false;

	for (unsigned int i = 0; i < gimple_asm_nclobbers(stmt); i++)
		clobbers |= !strcmp(TREE_STRING_POINTER(TREE_VALUE(gimple_asm_clobber_op(stmt, i))),
				    "memory");
	if (!clobbers)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(mnemonics); i++)
		if (strstr(gimple_asm_string(stmt), mnemonics[i]))
			return true;
	return false;
}

/*
 * With -fplugin-arg-memsites-report: say what changes page tables and is no site,
 * because it is not one plain instruction: parts of an entry, and whole ranges.
 */
static bool report;

static void report_missed(gimple *stmt)
{
	struct walk walk = {};
	tree lhs = gimple_get_lhs(stmt);

	if (lhs && TREE_CODE(lhs) != SSA_NAME && !DECL_P(lhs) && level_of(lhs))
		inform(gimple_location(stmt), "page-table store is no site: part of an entry");
	if (gimple_call_builtin_p(stmt, BUILT_IN_MEMCPY) ||
	    gimple_call_builtin_p(stmt, BUILT_IN_MEMMOVE) ||
	    gimple_call_builtin_p(stmt, BUILT_IN_MEMSET))
		if (level_of_address(gimple_call_arg(stmt, 0), &walk) && !is_local(&walk))
			inform(gimple_location(stmt),
			       "page-table store is no site: a range of entries");
}

static const struct level *level_of_operand(tree value)
{
	return TREE_CODE(value) == SSA_NAME || CONSTANT_CLASS_P(value) ? NULL : level_of(value);
}

static bool mark_asm(gasm *stmt)
{
	const char *text = gimple_asm_string(stmt);
	const struct level *level = NULL;
	char *marked;

	if (strstr(text, MARKER)) /* marked in a callee that was inlined here */
		return false;
	for (unsigned int i = 0; !level && i < gimple_asm_noutputs(stmt); i++)
		level = level_of_operand(TREE_VALUE(gimple_asm_output_op(stmt, i)));
	if (!level && writes_input(stmt))
		for (unsigned int i = 0; !level && i < gimple_asm_ninputs(stmt); i++)
			level = level_of_operand(TREE_VALUE(gimple_asm_input_op(stmt, i)));
	if (!level)
		return false;
	if (one_statement(text)) {
		marked = xasprintf(MARKER "%s\n\t%s", level->rmw, text);
		/* the size that GCC reckoned with, one line, stays the same */
		gimple_asm_set_inline(stmt, true);
	} else {
		marked = xasprintf(MARKER "begin %s\n\t%s\n\t" MARKER "end", level->rmw, text);
	}
	stmt->string = ggc_strdup(marked);
	free(marked);
	return true;
}

/*
 * The second look, once whole functions were inlined: a store through a parameter
 * whose caller passed the address of a local variable (`*pmdvalp = pmdval` of Linux
 * 6.12's __pte_offset_map()) is now seen to be none.  The marked store becomes an
 * assignment again, which the optimizer is free to remove.
 */
static bool undo_store(gimple_stmt_iterator *gsi)
{
	gasm *stmt = as_a<gasm *>(gsi_stmt(*gsi));
	const char *text = gimple_asm_string(stmt);
	struct walk walk = {};
	tree lhs, value;
	gassign *store;

	if (strncmp(text, MARKER, strlen(MARKER)) || strlen(text) < strlen(STORE_TEXT) ||
	    strcmp(text + strlen(text) - strlen(STORE_TEXT), STORE_TEXT))
		return false;
	lhs = TREE_VALUE(gimple_asm_output_op(stmt, 0));
	level_of_memory(lhs, &walk);
	if (!is_local(&walk))
		return false;
	lhs = entry_value(lhs);
	value = TREE_VALUE(gimple_asm_input_op(stmt, 0));
	if (CONSTANT_CLASS_P(value))
		value = fold_convert(TREE_TYPE(lhs), value);
	if (!useless_type_conversion_p(TREE_TYPE(lhs), TREE_TYPE(value)))
		return false;
	store = gimple_build_assign(lhs, value);
	gimple_move_vops(store, stmt);
	gsi_replace(gsi, store, true);
	return true;
}

namespace
{
const pass_data memsites_data = {
	GIMPLE_PASS, "memsites", OPTGROUP_NONE, TV_NONE, PROP_cfg | PROP_ssa, 0, 0, 0, 0,
};

class memsites_pass : public gimple_opt_pass
{
      public:
	memsites_pass() : gimple_opt_pass(memsites_data, g)
	{
	}

	bool gate(function *) final override
	{
		return POINTER_SIZE == ENTRY_BITS; /* not in -m32 parts, as vdso32 */
	}

	unsigned int execute(function *fun) final override
	{
		bool changed = false;
		basic_block bb;

		FOR_EACH_BB_FN(bb, fun)
		{
			gimple_stmt_iterator gsi;

			for (gsi = gsi_start_bb(bb); !gsi_end_p(gsi); gsi_next(&gsi)) {
				gimple *stmt = gsi_stmt(gsi);

				if (gimple_code(stmt) == GIMPLE_ASM)
					mark_asm(as_a<gasm *>(stmt));
				else if (is_gimple_assign(stmt) || is_gimple_call(stmt)) {
					if (mark_store(&gsi))
						changed = true;
					else if (report)
						report_missed(stmt);
				}
			}
		}
		return changed ? TODO_update_ssa_only_virtuals : 0;
	}
};

const pass_data locals_data = {
	GIMPLE_PASS, "memsites_locals", OPTGROUP_NONE, TV_NONE, PROP_cfg | PROP_ssa, 0, 0, 0, 0,
};

class locals_pass : public gimple_opt_pass
{
      public:
	locals_pass() : gimple_opt_pass(locals_data, g)
	{
	}

	unsigned int execute(function *fun) final override
	{
		bool changed = false;
		basic_block bb;

		FOR_EACH_BB_FN(bb, fun)
		{
			gimple_stmt_iterator gsi;

			for (gsi = gsi_start_bb(bb); !gsi_end_p(gsi); gsi_next(&gsi))
				if (gimple_code(gsi_stmt(gsi)) == GIMPLE_ASM && undo_store(&gsi))
					changed = true;
		}
		return changed ? TODO_update_address_taken : 0;
	}
};
} /* namespace */

extern "C" __attribute__((visibility("default"))) int
plugin_init(struct plugin_name_args *args, struct plugin_gcc_version *version)
{
	struct register_pass_info pass;

	if (!plugin_default_version_check(version, &gcc_version)) {
		error("%s was built for GCC %s, not for this one: rebuild it with %<make clean%>",
		      args->base_name, gcc_version.basever);
		return 1;
	}
	for (int i = 0; i < args->argc; i++) {
		if (strcmp(args->argv[i].key, "report")) {
			error("%s knows no option %qs", args->base_name, args->argv[i].key);
			return 1;
		}
		report = true;
	}
	register_callback(args->base_name, PLUGIN_INFO, NULL, &memsites_info);
	pass.pass = new memsites_pass();
	pass.reference_pass_name = "einline";
	pass.ref_pass_instance_number = 1;
	pass.pos_op = PASS_POS_INSERT_AFTER;
	register_callback(args->base_name, PLUGIN_PASS_MANAGER_SETUP, NULL, &pass);
	/* behind the first constant propagation after all inlining: addresses are folded */
	pass.pass = new locals_pass();
	pass.reference_pass_name = "post_ipa_warn";
	register_callback(args->base_name, PLUGIN_PASS_MANAGER_SETUP, NULL, &pass);
	return 0;
}
