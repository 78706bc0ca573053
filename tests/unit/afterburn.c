// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * afterburn.c - the afterburner's parser, by tables: assembly text in, sites out.
 *
 * What is inserted for a site ends in `.byte kind,length,total,flags`; a summary
 * of these is compared: "cli 1/15" is a cli of one byte in a site of 15, "invlpg ?"
 * one whose lengths are left to the assembler, "+p" counts prefix bytes in it,
 * "f" followed by a number its flags.  Whatever the case, taking the insertions
 * out must give the input back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <wedgeperf/annotation.h>
#include "../../afterburn/words.h"
#include "../../afterburn/text.h"

struct run {
	char *summary;	/* sites, separated by blanks */
	char *messages; /* what was printed */
	int ret;
};

static void summarize(struct wp_buf *out, const char *insertion, size_t len)
{
	char *text = strndup(insertion, len), *at, *pop;
	unsigned int kind, length, total, flags;

	for (at = text; (pop = strstr(at, ".popsection")); at = pop + 1) {
		char *byte = NULL, *p;

		for (p = at; (p = strstr(p, ".byte ")) && p < pop; p++)
			byte = p;
		assert_non_null(byte);
		if (out->len)
			wp_buf_str(out, " ");
		if (sscanf(byte, ".byte %u,%u,%u,%u;", &kind, &length, &total, &flags) == 4) {
			wp_buf_printf(out, "%s:%u/%u", kind_info[kind].name, length, total);
			if (AB_PREFIXES(flags))
				wp_buf_printf(out, "+%u", AB_PREFIXES(flags));
		} else {
			assert_int_equal(sscanf(byte, ".byte %u,", &kind), 1);
			wp_buf_printf(out, "%s:?", kind_info[kind].name);
			flags = (unsigned int)strtoul(strrchr(byte, '*') + 4, NULL, 10);
		}
		if (flags & 15)
			wp_buf_printf(out, "f%u", flags & 15);
		*pop = ' ';
	}
	free(text);
}

static void take_out_insertions(const struct ab_text *t, const char *input)
{
	struct wp_buf rest = {0};
	size_t at = 0, i;

	wp_buf_str(&rest, "");
	for (i = 0; i < t->n_insertions; i++) {
		assert_in_range(t->insertions[i].at, at, t->body.len);
		wp_buf_add(&rest, t->body.data + at, t->insertions[i].at - at);
		at = t->insertions[i].at + t->insertions[i].len;
	}
	wp_buf_add(&rest, t->body.data + at, t->body.len - at);
	/* A missing last newline is added. */
	if (rest.len == strlen(input) + 1)
		rest.data[--rest.len] = '\0';
	assert_string_equal(rest.data, input);
	wp_buf_free(&rest);
}

/* Runs with stderr caught. */
static struct run run(const char *input, const char *plan_text)
{
	struct ab_text t = {.keep_insertions = true};
	struct plan *plan = NULL;
	struct wp_buf summary = {0}, messages = {0};
	struct run r = {0};
	FILE *tmp = tmpfile();
	int saved = dup(2);
	size_t i;

	fflush(stderr);
	dup2(fileno(tmp), 2);
	if (plan_text) {
		plan = plan_parse("plan", plan_text, strlen(plan_text));
		r.ret = plan ? 0 : -1;
		t.plan = plan;
	}
	if (!r.ret) {
		r.ret = ab_text_add(&t, "in.s", input, strlen(input));
		ab_text_finish(&t);
	}
	fflush(stderr);
	dup2(saved, 2);
	close(saved);
	rewind(tmp);
	wp_read_fd(fileno(tmp), &messages);
	fclose(tmp);
	r.messages = messages.data;
	wp_buf_str(&summary, "");
	for (i = 0; i < t.n_insertions; i++)
		summarize(&summary, t.body.data + t.insertions[i].at, t.insertions[i].len);
	r.summary = summary.data;
	if (!r.ret && t.body.data)
		take_out_insertions(&t, input);
	assert_int_equal(t.head.len > 0, !r.ret && t.sites > 0);
	ab_text_free(&t);
	plan_free(plan);
	return r;
}

static void end(struct run *r)
{
	free(r->summary);
	free(r->messages);
}

struct expect {
	int line;
	const char *input, *sites;
};

static void expect_all(const struct expect *e, size_t n, const char *plan)
{
	for (size_t i = 0; i < n; i++) {
		struct run r = run(e[i].input, plan);

		if (r.ret || strcmp(r.summary, e[i].sites))
			fail_msg("line %d: `%s' gave `%s', not `%s'; %s", e[i].line, e[i].input,
				 r.summary, e[i].sites, r.messages);
		end(&r);
	}
}

#define EXPECT(table, plan) expect_all(table, sizeof(table) / sizeof((table)[0]), plan)
#define L		    __LINE__

static void every_mnemonic_of_the_table(void **state)
{
	static const struct {
		const char *mnemonic;
		const char *kind;
	} rows[] = {
#define MNEMONIC(mnemonic, kind) {#mnemonic, #kind},
#include <wedgeperf/kinds.def>
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = wp_format("\t%s\n", rows[i].mnemonic);
		struct run r = run(text, NULL);

		assert_int_equal(r.ret, 0);
		if (strncmp(r.summary, rows[i].kind, strlen(rows[i].kind)) ||
		    r.summary[strlen(rows[i].kind)] != ':')
			fail_msg("`%s' gave `%s'", rows[i].mnemonic, r.summary);
		end(&r);
		free(text);
	}
}

static void statements(void **state)
{
	static const struct expect cases[] = {
		{L, "cli", "cli:1/15+14"},
		{L, "\tCLI\r\n", "cli:1/15+14"},
		{L, "1: 2:cli;foo: sti;", "cli:1/15+14 sti:1/15+14"},
		{L, "cli # sti\n# sti\n#cli\n/ cli\n/* cli\ncli */", "cli:1/15+14"},
		{L, "/* a */ cli /* b\n */\n", "cli:?"},
		{L, "x: .ascii \"cli;cli\\\"; cli\"; hlt", "hlt:1/15+14"},
		{L, "cmpb $';,%al; cmpb $'#',%al\ncmpb $'\\'',%al;wbinvd", "wbinvd:2/15+13"},
		{L, "clix\nxcli\n.cli\ncli:\n_cli\ncli = 3\ncli=4\n", ""},
		{L, "lgdtq (%rax); popfw; strl %eax; lss (%rax),%eax",
		 "lgdt:? popf:? str:? wrseg:?"},
		{L, "leaq (%rax),%rbx; inq; insq; stil (%rax)", "in:? ins:? sti:?"},
		{L, "rdtscp\nrdtsc", "rdtsc:3/15+12 rdtsc:2/15+13"},
		{L, "iretq\nsysretq\nlretq", "iret:2/15f4 sysret:3/15f4 lret:?f4"},
		{L, "invlpg (%rax)", "invlpg:?"},
		{L, "lgdt %gs:(%rax)", "lgdt:?"},
		{L, "\"cli\": nop; \"a b\":cli", "cli:1/15+14"},
		{L, "", ""},
		{L, ";;;\n\n \t", ""},
		{L, "cli \\", "cli:?"},
		{L, "\"unterminated cli", ""},
		{L, "/* unterminated\ncli", ""},
	};

	(void)state;
	EXPECT(cases, NULL);
}

static void operands(void **state)
{
	static const struct expect cases[] = {
		{L, "mov %cr3,%rax", "rdcr:3/15+12"},
		{L, "movq %rax, %cr3", "wrcr:3/15+12"},
		{L, "mov %r10 , %cr4", "wrcr:4/15+11"},
		{L, "mov %cr8, %rdi", "rdcr:4/15+11"},
		{L, "mov %cr3, \\reg", "rdcr:?"},
		{L, "movq %db7, %rax", "rddr:3/15+12"},
		{L, "mov %rax, %dr7", "wrdr:3/15+12"},
		{L, "movl %ds, %eax", "rdseg:?"},
		{L, "movw %ds, (%rdi)", "rdseg:?"},
		{L, "mov %eax, %ss", "wrseg:?"},
		{L, "movw %gs, %gs:8(%rax)", "rdseg:?"},
		{L, "push %fs; pop %gs; pushq %fs", "rdseg:? wrseg:? rdseg:?"},
		{L, "mov %gs:8(%rax), %rax; movq $1,%fs:(%rdi,%rsi,8)", ""},
		{L, "mov %rax,%rbx; movl $1,(%rax); push %rax; popq 8(%rax)", ""},
		{L, "mov $cr3, %rax; mov cr3,%rax; mov %cx,%dx; mov %ss_x,%rax", ""},
		{L, "movabs %al,5; movzwl %cs,%eax", ""},
		{L, "inb %dx,%al; inw %dx,%ax; inl %dx,%eax", "in:1/15+14 in:2/15+13 in:1/15+14"},
		{L, "in (%dx),%al; in %dx,%ax; in $5,%eax", "in:1/15+14 in:2/15+13 in:2/15+13"},
		{L, "outb %al,$0x80; outw %ax,$1; out %eax,%dx",
		 "out:2/15+13 out:3/15+12 out:1/15+14"},
		{L, "inb $'a, %al; in foo; out %al", "in:2/15+13 in:? out:1/15+14"},
	};

	(void)state;
	EXPECT(cases, NULL);
}

static void bytes(void **state)
{
	static const struct expect cases[] = {
		{L, ".byte 0x0f, 0x01, 0xca", "clac:3/3"},
		{L, ".byte 0x0f,0x01,0xcb ", "stac:3/3"},
		{L, ".byte 15,1,0310", "monitor:3/15+12"},
		{L, ".byte 0x66, 0x0f, 0x38, 0x82, 0x01", "invpcid:5/15+10"},
		{L, ".byte 0x48, 0x0f,0xc7,0x2f", "xsaves:4/15+11"},
		{L, ".byte 0x48, 0x0f,0xc7,0x1f", "xsaves:4/15+11"},
		/* rdrand and cmpxchg16b share the first bytes. */
		{L, ".byte 0x48, 0x0f, 0xc7, 0xf0; .byte 0x48,0x0f,0xc7,0x0f", ""},
		{L, ".byte 0xf2,0x0f,0x01,0xca", "erets:4/15f4"},
		{L, ".byte 0x0f,0x01,x; .byte; .byte 0x0f", ""},
		{L, ".byte 0x0f,0x01,0x1ca; .byte -1; .byte 0x0f,0x01", ""},
		{L, "sti; .byte 0x0f,0x01,0xc9", "sti_mwait:4/15+11"},
	};

	(void)state;
	EXPECT(cases, NULL);
}

static void joined_sites(void **state)
{
	static const struct expect cases[] = {
		{L, "pushf; pop %rax", "pushf_pop:2/15+13"},
		{L, "pushfq\n# 5 \"x.c\"\n\n\tpopq %r9\n", "pushf_pop:3/15+12"},
		{L, "pushf\n.loc 1 2 3\n.cfi_def_cfa_offset 16\npop %rax", "pushf_pop:2/15+13"},
		{L, "pushf; pop (%rax)", "pushf:1/15+14"},
		{L, "pushf; x: pop %rax", "pushf:1/15+14"},
		{L, "pushf; popw %ax", "pushf:1/15+14"},
		{L, "pushf; pop %cs; pushf; nop; pop %rax", "pushf:1/15+14 wrseg:? pushf:1/15+14"},
		{L, "pushfw; pop %rax", "pushf:?"},
		{L, "sti;hlt;hlt", "sti_hlt:2/15+13 hlt:1/15+14"},
		{L, "sti\n\tmwait", "sti_mwait:4/15+11"},
		{L, "sti;nop;hlt", "sti:1/15+14 hlt:1/15+14"},
		{L, "rep; insb", "ins:?"},
		{L, "rep\n\toutsl\n", "outs:?"},
		{L, "rep insb; rep/outsb", "ins:? outs:?"},
		{L, "rep; movsb; lock; cli", "cli:?"},
		{L, "rep;", ""},
		{L, "lock\n.data\ncli\n.text\nrep; m: cli", "cli:1/15+14"},
	};

	(void)state;
	EXPECT(cases, NULL);
}

static void sections(void **state)
{
	static const struct expect cases[] = {
		{L, ".data\ncli\n.text\ncli", "cli:1/15+14"},
		{L, ".section .rodata\ncli\n.previous\ncli\n.previous\ncli", "cli:1/15+14"},
		{L, ".section .foo,\"ax\"\ncli\n.data\ncli\n.section .foo\ncli",
		 "cli:1/15+14 cli:1/15+14"},
		{L,
		 ".pushsection .x,\"a\";cli;.pushsection .y,\"ax\",@progbits;cli;.popsection;cli;"
		 ".popsection;cli",
		 "cli:1/15+14 cli:1/15+14"},
		{L, ".popsection;.popsection;cli", "cli:1/15+14"},
		{L, ".section .text.unlikely,\"ax\",@progbits;cli;.section .text.x;cli",
		 "cli:1/15+14 cli:1/15+14"},
		{L, ".section .head.text,\"ax\";cli;.text;cli", "cli:1/15+14f1 cli:1/15+14"},
		{L, ".pushsection .altinstr_replacement, \"ax\"; 664: rdtsc; .popsection; rdtsc",
		 "rdtsc:2/2f2 rdtsc:2/15+13"},
		{L, ".code32;cli;.code16;cli;.code64;cli", "cli:1/15+14"},
		{L, ".intel_syntax noprefix;cli;.att_syntax prefix;cli", "cli:1/15+14"},
		{L, ".section .text.g,\"axG\",@progbits,sig,comdat;cli", "cli:1/15+14"},
		{L, ".section .a,1,\"ax\";cli;.section \".b\",\"aw\";cli", "cli:1/15+14"},
	};

	(void)state;
	EXPECT(cases, NULL);
}

static void macros(void **state)
{
	static const struct expect cases[] = {
		{L, ".macro m\n cli\n.endm\nm\nm", "cli:1/15+14"},
		{L, ".data\n.macro m\n cli\n.endm\ncli", "cli:1/15+14"},
		{L, ".macro m\n.pushsection .x,\"a\"\n.endm\ncli", "cli:1/15+14"},
		{L, ".rept 3\nsti\n.endr", "sti:1/15+14"},
		{L, ".macro m op\n1: \\op\n.endm\nm rdmsr\nm wrmsr\nm nop\nm rdmsr",
		 "rdmsr:2/15+13 wrmsr:2/15+13"},
		{L, ".macro m a,op=nop\n\\op\\()q %rax\n.endm\n m 1,op=iret", "iret:?f4"},
		{L,
		 ".macro m new\n.pushsection "
		 ".altinstr_replacement,\"ax\"\n\\new\n.popsection\n.endm\n"
		 "x: m \".byte 0x0f,0x01,0xca\"",
		 "clac:3/3f2"},
		{L, ".irp op,cli,nop, sti\n\\op\n.endr\n\\op", "cli:1/15+14 sti:1/15+14"},
		{L, ".macro m op\n\\op\n.endm\nam cli\nm_cli\n# m cli\n", ""},
		{L, ".macro m op\n\\op\n.endm\nm \"cli; sti\"\n", ""},
		/* A use in the body of an earlier macro; each argument once. */
		{L,
		 ".macro a\nb sti\nb sti\n.endm\n.macro b op\n\\op\n.endm\n.macro b "
		 "op\n\\op\n.endm",
		 "sti:1/15+14 sti:1/15+14"},
		{L, ".macro \n\\op\n.endm\n.endm\n.endr\ncli", "cli:1/15+14"},
	};

	(void)state;
	EXPECT(cases, NULL);
}

static void markers(void **state)
{
	static const struct expect cases[] = {
		{L, "#@afterburn pte_store\n\tmovq %rax,(%rdi)\nmovq %rax,(%rdi)", "pte_store:?"},
		{L, "#@afterburn pmd_store\n# 3 \"x.c\"\n\n.loc 1 2\n1:\tmovq %rax,(%rdi)",
		 "pmd_store:?"},
		{L, "movq %rax,(%rdi) #@afterburn pud_store\nmovq %rax,(%rdi)", "pud_store:?"},
		{L, "nop; movq %rax,%gs:(%rdi) # @afterburn pgd_store", "pgd_store:?"},
		{L, "#@afterburn pte_rmw\n lock; btr %rax,(%rdi)", "pte_rmw:?"},
		{L,
		 "#@afterburn begin pte_rmw\nlock; btr %rax,(%rdi)\nandb $1,(%rdi)\nand "
		 "(%rdi),%al\n"
		 "xchg (%rdi),%rax\nmov %rax,(%rdi)\nlock cmpxchg %rax,%gs:8(%rdi)\nnot %rax\n"
		 "#@afterburn end\nandb $1,(%rdi)",
		 "pte_rmw:? pte_rmw:? pte_rmw:? pte_rmw:?"},
		{L,
		 "#APP\n#@afterburn begin pte_rmw\n#NO_APP\nandq $1,8(%rsp)\n#APP\nandb $1,(%rdi)\n"
		 "#@afterburn end\n#NO_APP\n",
		 "pte_rmw:?"},
		{L, ".data\n#@afterburn pte_store\nmovq %rax,(%rdi)\n.text\n", ""},
		{L, "#@afterburner is a program\n#\n#@\ncli", "cli:1/15+14"},
	};
	static const struct {
		int line;
		const char *input, *message;
	} wrong[] = {
		{L, "nop\n#@afterburn pte\nnop",
		 "in.s:2: unknown kind in an afterburn marker: `pte'"},
		{L, "#@afterburn", "in.s:1: unknown kind"},
		{L, "# 7 \"a/b.c\" 1\nnop\nnop #@afterburn foo", "a/b.c:8: unknown kind"},
		{L, "#@afterburn pte_rmw\n\n", "in.s:1: an afterburn marker has no instruction"},
		{L, "#@afterburn pte_rmw\n#@afterburn pte_rmw\nnop",
		 "in.s:2: an afterburn marker follows"},
		{L, "nop;nop\n#@afterburn begin pte_rmw\n",
		 "in.s:2: an afterburn region has no end"},
		{L, "#@afterburn end\n", "in.s:1: an afterburn region ends that never began"},
		{L, "#@afterburn begin pte_rmw\n#@afterburn begin pte_rmw\n",
		 "in.s:2: an afterburn region begins"},
	};

	(void)state;
	EXPECT(cases, NULL);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct run r = run(wrong[i].input, NULL);

		if (r.ret != -1 || strncmp(r.messages, wrong[i].message, strlen(wrong[i].message)))
			fail_msg("line %d: said `%s'", wrong[i].line, r.messages);
		end(&r);
	}
}

static void pads(void **state)
{
	static const char plan[] = "wedgeperf-plan 1\n"
				   "kind cli pad=7\n"
				   "kind hlt pad=7 style=nop   # comment\n"
				   "kind sti pad=20 style=nop\n"
				   "kind rdtsc pad=0\n"
				   "kind wbinvd pad=1\n"
				   "kind pushf_pop pad=40\n"
				   "kind cpuid pad=255\n"
				   "kind iret pad=10\n";
	static const struct expect cases[] = {
		{L, "cli", "cli:1/7+6"},
		{L, "hlt", "hlt:1/7"},
		{L, "rdtsc; wbinvd", "rdtsc:2/2 wbinvd:2/2"},
		{L, "pushf; pop %rax", "pushf_pop:2/40+14"},
		{L, "cpuid", "cpuid:2/255+13"},
		{L, "iretq", "iret:2/10f4"},
		/* What sti shields must come next. */
		{L, "sti; nop", "sti:1/20"},
		{L, "sti; ret", "sti:1/1"},
		{L, "sti; x: jmp foo", "sti:1/1"},
		{L, "sti; sysexit", "sti:1/1 sysexit:?f4"},
		{L, ".macro m\nsti\n.endm", "sti:1/1"},
		{L, "mov %eax,%ss; mov %rax,%rsp", "wrseg:?"},
	};

	(void)state;
	EXPECT(cases, plan);
}

/* What goes into the text, once in full. */
static void inserted_text(void **state)
{
	static const char plan_text[] = "wedgeperf-plan 1\nkind hlt style=nop pad=18\n";
	struct plan *plan = plan_parse("plan", plan_text, strlen(plan_text));
	struct ab_text t = {.plan = plan};
	static const char in[] = "\t.file \"a.c\"\n\tcli # x\n1: hlt";

	(void)state;
	assert_int_equal(ab_text_add(&t, "in.s", in, strlen(in)), 0);
	ab_text_finish(&t);
	assert_string_equal(t.head.data,
			    ".pushsection .note.afterburn,0,\"a\",@note;.balign 4;"
			    ".long 12,773100003f-773100002f,1094865457;.asciz "
			    "\"Afterburner\";773100002:.short 1,8;.long 0;"
			    ".popsection;.pushsection .note.afterburn,2;773100003:.popsection\n");
	assert_string_equal(t.body.data,
			    "\t.file \"a.c\"\n"
			    "\t773100001:.ascii \">>>>>>>>>>>>>>\";cli ;.pushsection "
			    ".note.afterburn,1,\"a\",@note;"
			    ".long 773100001b-.;.byte 1,1,15,224;.popsection# x\n"
			    "1: 773100001:hlt;.byte "
			    "102,102,102,102,102,102,102,15,31,132,0,0,0,0,0;.byte 102,144;"
			    ".pushsection .note.afterburn,1,\"a\",@note;.long 773100001b-.;.byte "
			    "8,1,18,0;.popsection\n");
	ab_text_free(&t);
	plan_free(plan);
}

/* No number of the text is a label of ours, whatever the text takes. */
static void labels(void **state)
{
	static const struct {
		int line;
		const char *input, *label;
	} cases[] = {
		{L, "7731: jmp 7731b; cli", "773100001:"},
		{L, "773100005: jmp 773100005b; cli", "773100011:"},
		{L, "cli\njmp 773100011f;.long 0x77310000;773100011:", "773100021:"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ab_text t = {0};

		assert_int_equal(ab_text_add(&t, "in.s", cases[i].input, strlen(cases[i].input)),
				 0);
		if (!strstr(t.body.data, cases[i].label))
			fail_msg("line %d: `%s'", cases[i].line, t.body.data);
		ab_text_free(&t);
	}
}

/* A macro of one input may be used in the next: there it is too late for another number. */
static void labels_of_inputs(void **state)
{
	static const char *const inputs[] = {"cli\n", "jmp 1f;1:\n", "nop\njmp 773100001f"};
	struct ab_text t = {0};
	FILE *tmp = tmpfile();
	char message[256] = "";
	int saved = dup(2), ret[3];

	(void)state;
	dup2(fileno(tmp), 2);
	for (int i = 0; i < 3; i++)
		ret[i] = ab_text_add(&t, "in.s", inputs[i], strlen(inputs[i]));
	dup2(saved, 2);
	close(saved);
	rewind(tmp);
	assert_non_null(fgets(message, sizeof(message), tmp));
	fclose(tmp);
	assert_true(!ret[0] && !ret[1] && ret[2] == -1);
	assert_memory_equal(message, "in.s:2: give this input", 23);
	ab_text_free(&t);
}

static void site_names(void **state)
{
	static const char plan[] = "wedgeperf-plan 1\n"
				   "site f/cli#1 pad=9\n"
				   "site a.c:g/cli#0 pad=8\n"
				   "site other.c:g/cli#1 pad=7\n"
				   "site twin/hlt#0 pad=6\n"
				   "site alias/hlt#1 pad=5\n"
				   "site asm/cli#0 pad=4\n";
	static const struct expect cases[] = {
		{L,
		 ".file \"dir/a.c\"\n.globl f\n.type f,@function\nf: cli;cli;.pushsection "
		 ".fixup,\"ax\";cli;.popsection;sti\n.size f,.-f\n cli\n"
		 "g: cli; cli\n .size g,.-g\n",
		 "cli:1/15+14 cli:1/9+8 cli:1/15+14 sti:1/15+14 cli:1/15+14 cli:1/8+7 cli:1/15+14"},
		{L,
		 ".globl first,twin\n.set alias,first\n.weak alias\nfirst:\ntwin: hlt;hlt;hlt\n"
		 ".size first,.-first;.size twin,1",
		 "hlt:1/6+5 hlt:1/5+4 hlt:1/15+14"},
		{L, "# 1 \"x/asm.S\"\n.globl asm; asm: 1: cli; 2: cli\n.size asm,.-asm",
		 "cli:1/4+3 cli:1/15+14"},
		/* Without a size there is no function. */
		{L, ".globl f\nf: cli; cli", "cli:1/15+14 cli:1/15+14"},
		/* A macro's body is many places. */
		{L, ".globl f\n.size f,2\nf: .macro m\ncli\ncli\n.endm\ncli",
		 "cli:1/15+14 cli:1/15+14 cli:1/15+14"},
	};

	(void)state;
	EXPECT(cases, plan);
}

static void wrong_plans(void **state)
{
	static const struct {
		int line;
		const char *plan, *message;
	} wrong[] = {
		{L, "", "plan:1: a plan of this version starts"},
		{L, "wedgeperf-plan 2\n", "plan:1: a plan of this version starts"},
		{L, "wedgeperf-plan 1\n\nkid cli\n", "plan:3: `kid': a line starts with"},
		{L, "wedgeperf-plan 1\nkind\n", "plan:2: kind and site need a name"},
		{L, "wedgeperf-plan 1\nkind clli pad=1\n", "plan:2: `clli' is no kind"},
		{L, "wedgeperf-plan 1\nkind cli pads=1\n", "plan:2: `pads=1': attributes are"},
		{L, "wedgeperf-plan 1\nkind cli pad=256\n", "plan:2: pad= takes"},
		{L, "wedgeperf-plan 1\nkind cli pad=-1\n", "plan:2: pad= takes"},
		{L, "wedgeperf-plan 1\nkind cli pad=\n", "plan:2: pad= takes"},
		{L, "wedgeperf-plan 1\nkind cli pad=1x\n", "plan:2: pad= takes"},
		{L, "wedgeperf-plan 1\nkind cli style=nops\n", "plan:2: style= takes"},
		{L, "wedgeperf-plan 1\nkind cli strategy=jump\n", "plan:2: strategy= takes"},
		{L, "wedgeperf-plan 1\nkind cli strategy=call:x\n", "plan:2: only strategy=inline"},
		{L, "wedgeperf-plan 1\nkind cli strategy=inline:\n",
		 "plan:2: only strategy=inline"},
		{L, "wedgeperf-plan 1\nsite f/clli#0\n", "plan:2: `f/clli#0' is no site name"},
		{L, "wedgeperf-plan 1\nsite f/cli#\n", "plan:2: `f/cli#' is no site name"},
		{L, "wedgeperf-plan 1\nsite f/cli\n", "plan:2: `f/cli' is no site name"},
		{L, "wedgeperf-plan 1\nsite f/cli#x\n", "plan:2: `f/cli#x' is no site name"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct run r = run("cli", wrong[i].plan);

		if (r.ret != -1 || strncmp(r.messages, wrong[i].message, strlen(wrong[i].message)))
			fail_msg("line %d: said `%s'", wrong[i].line, r.messages);
		end(&r);
	}
}

static void plan_precedence(void **state)
{
	static const char text[] = "wedgeperf-plan 1\n"
				   "  # comment\r\n"
				   "site f/cli#0 strategy=inline:short # why\n"
				   "kind cli pad=20 style=nop strategy=call\n"
				   "kind cli pad=30\n"
				   "site x.c:f/cli#12 pad=3 strategy=trap\n"
				   "site f/cli#0 style=prefix";
	struct plan *p = plan_parse("plan", text, strlen(text));
	struct plan_entry e;

	(void)state;
	assert_non_null(p);
	assert_true(plan_has_sites(p));
	assert_true(plan_names(p, "x.c:f/cli#12"));
	assert_false(plan_names(p, "f/cli#12"));
	e = plan_lookup(p, SITE_cli, NULL);
	assert_true(e.pad == 30 && e.style == STYLE_NOP && e.strategy == STRATEGY_CALL);
	e = plan_lookup(p, SITE_cli, "f/cli#0");
	assert_true(e.pad == 30 && e.style == STYLE_PREFIX && e.strategy == STRATEGY_INLINE);
	assert_string_equal(e.variant, "short");
	e = plan_lookup(p, SITE_cli, "x.c:f/cli#12");
	assert_true(e.pad == 3 && e.style == STYLE_NOP && e.strategy == STRATEGY_TRAP);
	assert_null(e.variant);
	e = plan_lookup(p, SITE_sti, "f/sti#0");
	assert_true(e.pad == kind_info[SITE_sti].total && e.style == STYLE_PREFIX && !e.strategy);
	e = plan_lookup(NULL, SITE_clac, NULL);
	assert_true(e.pad == 0 && e.style == STYLE_PREFIX);
	plan_free(p);
}

static void many_plan_sites(void **state)
{
	struct wp_buf b = {0};
	struct plan *p;
	char name[32];

	(void)state;
	wp_buf_str(&b, PLAN_MAGIC "\n");
	for (int i = 0; i < 5000; i++)
		wp_buf_printf(&b, "site f%d/hlt#%d pad=%d\n", i, i % 7, i % 256);
	p = plan_parse("plan", b.data, b.len);
	assert_non_null(p);
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "f%d/hlt#%d", i, i % 7);
		assert_int_equal(plan_lookup(p, SITE_hlt, name).pad, i % 256);
	}
	plan_free(p);
	wp_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mnemonic_of_the_table),
		cmocka_unit_test(statements),
		cmocka_unit_test(operands),
		cmocka_unit_test(bytes),
		cmocka_unit_test(joined_sites),
		cmocka_unit_test(sections),
		cmocka_unit_test(macros),
		cmocka_unit_test(markers),
		cmocka_unit_test(pads),
		cmocka_unit_test(inserted_text),
		cmocka_unit_test(labels),
		cmocka_unit_test(labels_of_inputs),
		cmocka_unit_test(site_names),
		cmocka_unit_test(wrong_plans),
		cmocka_unit_test(plan_precedence),
		cmocka_unit_test(many_plan_sites),
	};

	words_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
