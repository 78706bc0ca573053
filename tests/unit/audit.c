// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * audit.c - lib/image, lib/sites and the audit, on objects that are assembled
 * here, with hand-written notes, by the real assembler.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "../../audit/audit.h"

/* A note by hand: the header's fields, then sites. */
#define NOTE_RAW(version, entry_size, sites)                                                       \
	".pushsection .note.afterburn,\"a\",@note\n .balign 4\n"                                   \
	" .long 12, 9f-8f, 0x41425231\n .asciz \"Afterburner\"\n"                                  \
	"8: .short " #version ", " #entry_size "\n .long 0\n" sites "9: .balign 4\n .popsection\n"
#define NOTE(sites)				NOTE_RAW(1, 8, sites)
#define SITE(label, kind, length, total, flags) SITE_(label, kind, length, total, flags)
#define SITE_(label, kind, length, total, flags)                                                   \
	" .long " label " - .\n .byte " #kind ", " #length ", " #total ", " #flags "\n"

/* The numbers of kinds.def that are used here, as text for the assembler. */
#define CLI	  1
#define STI	  2
#define STI_HLT	  3
#define PUSHF	  5
#define PUSHF_POP 6
#define WRMSR	  43
#define PTE_STORE 58
#define PTE_RMW	  59
#define UNKNOWN	  69

static char dir[] = "build/tests/audit-XXXXXX";

static int run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static int run(const char *fmt, ...)
{
	char *command;
	va_list args;
	int rc;

	va_start(args, fmt);
	assert_true(vasprintf(&command, fmt, args) >= 0);
	va_end(args);
	rc = system(command);
	free(command);
	return rc;
}

/* Assembles @text to dir/x.o; with @link_args also links it to dir/x. */
static void build(const char *text, const char *link_args)
{
	char *path = wp_format("%s/x.s", dir);

	assert_int_equal(wp_write_file(path, text, strlen(text)), 0);
	free(path);
	assert_int_equal(run("as --no-warn %s/x.s -o %s/x.o", dir, dir), 0);
	if (link_args)
		assert_int_equal(run("ld %s %s/x.o -o %s/x", link_args, dir, dir), 0);
}

static void open_built(struct image *img, const char *name)
{
	char *path = wp_format("%s/%s", dir, name), *error = NULL;
	int rc = image_open(img, path, &error);

	if (rc)
		fail_msg("%s: %s", path, error);
	img->path = "x";
	free(path);
}

/* All findings of dir/@name as "type kind detail\n", in the order found. */
static char *findings_of(const char *name, const char *exceptions)
{
	struct image img;
	struct sites sites;
	struct audit a = {.img = &img, .sites = &sites};
	struct wp_buf out = {0};
	char *error;

	open_built(&img, name);
	wp_buf_add(&out, "", 0);
	if (sites_load(&sites, &img, &error)) {
		wp_buf_printf(&out, "refused: %s\n", error);
		free(error);
		image_close(&img);
		return out.data;
	}
	assert_int_equal(decoder_open(&a.decoder), 0);
	audit_run(&a);
	if (exceptions) {
		char *path = wp_format("%s/exceptions", dir);

		assert_int_equal(wp_write_file(path, exceptions, strlen(exceptions)), 0);
		if (audit_excuse(&a, path))
			wp_buf_str(&out, "bad exceptions\n");
		free(path);
	}
	for (size_t i = 0; i < a.nfindings; i++)
		if (!a.finding[i].excuse)
			wp_buf_printf(&out, "%s %s\n", finding_info[a.finding[i].type].name,
				      a.finding[i].kind);
	decoder_close(&a.decoder);
	audit_free(&a);
	sites_free(&sites);
	image_close(&img);
	return out.data;
}

static const struct {
	int line;
	const char *text, *expect;
} cases[] = {
	{__LINE__, "nop\n", ""},
	{__LINE__, "cli\n", "unannotated cli\n"},
	{__LINE__, "1: cli\n" NOTE(SITE("1b", CLI, 1, 1, 0)), ""},
	{__LINE__, "1: .fill 14,1,0x3e\n cli\n" NOTE(SITE("1b", CLI, 1, 15, 0xe0)), ""},
	{__LINE__, "1: cli\n .nops 6\n" NOTE(SITE("1b", CLI, 1, 7, 0)), ""},
	{__LINE__, "1: .byte 0x3e,0x3e\n cli\n .nops 6\n" NOTE(SITE("1b", CLI, 1, 9, 0x20)), ""},
	{__LINE__, "1: .byte 0x3e,0x3e\n wrmsr\n .nops 12\n" NOTE(SITE("1b", WRMSR, 2, 16, 0x20)),
	 ""},
	/* wrong kinds and places */
	{__LINE__, "1: sti\n" NOTE(SITE("1b", CLI, 1, 1, 0)), "wrong-kind cli\n"},
	{__LINE__, "1: nop\n" NOTE(SITE("1b", CLI, 1, 1, 0)), "not-sensitive cli\n"},
	{__LINE__, "nop\n.data\n1: cli\n" NOTE(SITE("1b", CLI, 1, 1, 0)), "outside cli\n"},
	{__LINE__, "1: nop\n" NOTE(SITE("1b+100", CLI, 1, 1, 0)), "outside cli\n"},
	{__LINE__, "1: wrmsr\n" NOTE(SITE("1b", UNKNOWN, 2, 2, 8)), ""},
	{__LINE__, "1: nop\n" NOTE(SITE("1b", UNKNOWN, 1, 1, 8)), "not-sensitive unknown\n"},
	/* wrong lengths and pads */
	{__LINE__, "1: cli\n nop\n" NOTE(SITE("1b", CLI, 2, 2, 0)), "wrong-length cli\n"},
	{__LINE__, "1: cli\n" NOTE(SITE("1b", CLI, 1, 2, 0)), "wrong-length cli\n"},
	{__LINE__, "1: cli\n" NOTE(SITE("1b", CLI, 0, 0, 0)),
	 "wrong-length cli\nunannotated cli\n"},
	{__LINE__, "1: cli\n nop\n" NOTE(SITE("1b", CLI, 1, 2, 0x10)), "wrong-length cli\n"},
	{__LINE__, "1: cli\n ret\n" NOTE(SITE("1b", CLI, 1, 2, 0)), "wrong-pad cli\n"},
	{__LINE__, "1: cli\n .byte 0x0f,0x1f\n ret\n" NOTE(SITE("1b", CLI, 1, 3, 0)),
	 "wrong-pad cli\n"},
	/* sites on sites */
	{__LINE__,
	 "1: cli\n 2: sti\n nop\n" NOTE(SITE("1b", CLI, 1, 2, 0) SITE("2b", STI, 1, 2, 0)),
	 "wrong-pad cli\noverlap sti\n"},
	{__LINE__, "1: cli\n" NOTE(SITE("1b", CLI, 1, 1, 0) SITE("1b", CLI, 1, 1, 0)),
	 "overlap cli\n"},
	/* composites */
	{__LINE__, "1: sti\n hlt\n .nops 9\n" NOTE(SITE("1b", STI_HLT, 2, 11, 0)), ""},
	{__LINE__, "1: sti\n nop\n" NOTE(SITE("1b", STI_HLT, 2, 2, 0)), "wrong-kind sti_hlt\n"},
	{__LINE__, "1: pushf\n pop %r12\n" NOTE(SITE("1b", PUSHF_POP, 3, 3, 0)), ""},
	{__LINE__, "1: pushf\n pop %rax\n" NOTE(SITE("1b", PUSHF, 1, 1, 0)), ""},
	{__LINE__, "1: pushf\n pop (%rax)\n" NOTE(SITE("1b", PUSHF_POP, 3, 3, 0)),
	 "wrong-kind pushf_pop\n"},
	/* memory */
	{__LINE__, "1: movq %rsi, 8(%rdi,%rax,8)\n" NOTE(SITE("1b", PTE_STORE, 5, 5, 0)), ""},
	{__LINE__,
	 "1: movq $0, x(%rip)\n .data\nx: .quad 0\n.text\n" NOTE(SITE("1b", PTE_STORE, 11, 11, 0)),
	 ""},
	{__LINE__, "1: movl %esi, (%rdi)\n" NOTE(SITE("1b", PTE_STORE, 2, 2, 0)),
	 "not-sensitive pte_store\n"},
	{__LINE__, "1: movq (%rsi), %rdi\n" NOTE(SITE("1b", PTE_STORE, 3, 3, 0)),
	 "not-sensitive pte_store\n"},
	{__LINE__, "1: lock btrq $1, (%rdi)\n" NOTE(SITE("1b", PTE_RMW, 6, 6, 0)), ""},
	{__LINE__, "1: andb $0xfd, (%rdi)\n" NOTE(SITE("1b", PTE_RMW, 3, 3, 0)), ""},
	{__LINE__, "1: xchg %rax, (%rdi)\n" NOTE(SITE("1b", PTE_RMW, 3, 3, 0)), ""},
	{__LINE__, "1: btq $1, (%rdi)\n" NOTE(SITE("1b", PTE_RMW, 5, 5, 0)),
	 "not-sensitive pte_rmw\n"},
	{__LINE__, "1: cmpq $1, (%rdi)\n" NOTE(SITE("1b", PTE_RMW, 4, 4, 0)),
	 "not-sensitive pte_rmw\n"},
	/* jumps */
	{__LINE__, "jmp 1f\n 1: cli\n .nops 3\n" NOTE(SITE("1b", CLI, 1, 4, 0)), ""},
	{__LINE__, "jmp 2f\n 1: cli\n 2: .nops 3\n" NOTE(SITE("1b", CLI, 1, 4, 0)),
	 "jump-into cli\n"},
	{__LINE__, "1: cli\n .nops 3\n 2: jne 2b\n" NOTE(SITE("1b", CLI, 1, 4, 0)), ""},
	/* data among the code */
	{__LINE__, ".type d,@object\n .size d,3\n d: .byte 0xfa,0xfb,0xf4\n ret\n", ""},
	{__LINE__, ".byte 0xfa\n", "unannotated cli\n"},
	/* out of step: 48 b8 begins a 10-byte mov, the label says where code starts */
	{__LINE__, ".byte 0x48,0xb8\n x: cli\n", "unannotated cli\n"},
	{__LINE__, ".byte 0x48,0xb8\n 1: cli\n ret\n" NOTE(SITE("1b", CLI, 1, 1, 0)), ""},
	{__LINE__, ".byte 0x06\n cli\n", "unannotated cli\n"},
	/* more than one note, and somebody else's */
	{__LINE__,
	 "1: cli\n" NOTE(SITE(
		 "1b", CLI, 1, 1,
		 0)) ".pushsection .note.x,\"a\",@note\n"
		     " .long 4,3,1\n .asciz \"abc\"\n .byte 1,2,3,0\n .popsection\n 2: sti\n" NOTE(
			     SITE("2b", STI, 1, 1, 0)),
	 ""},
	/* notes that must be refused */
	{__LINE__, "1: cli\n" NOTE_RAW(2, 8, SITE("1b", CLI, 1, 1, 0)), "refused"},
	{__LINE__, "1: cli\n" NOTE_RAW(1, 12, SITE("1b", CLI, 1, 1, 0)), "refused"},
	{__LINE__, "1: cli\n" NOTE(" .long 1\n"), "refused"},
	{__LINE__, "1: cli\n" NOTE(SITE("1b", 200, 1, 1, 0)), "refused"},
	{__LINE__, "1: cli\n" NOTE(SITE("1b", 0, 1, 1, 0)), "refused"},
	{__LINE__,
	 ".pushsection .note.afterburn,\"a\",@note\n .long 12,100,0x41425231\n .asciz "
	 "\"Afterburner\"\n",
	 "refused"},
	{__LINE__, ".pushsection .note.afterburn,\"a\",@note\n .long 12,0xffffffff,0x41425231\n",
	 "refused"},
	{__LINE__, ".pushsection .note.afterburn,\"a\",@note\n .long 0xfffffffe,0,0x41425231\n",
	 "refused"},
	{__LINE__,
	 ".pushsection .note.afterburn,\"a\",@note\n .long 12,4,0x41425231\n .asciz "
	 "\"Afterburner\"\n"
	 " .long 1\n",
	 "refused"},
	{__LINE__, ".pushsection .note.afterburn,\"a\",@note\n .long 12\n", "refused"},
	{__LINE__, NOTE(SITE("elsewhere", CLI, 1, 1, 0)), "refused"},
};

static void each_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *found;

		build(cases[i].text, NULL);
		found = findings_of("x.o", NULL);
		if (!strncmp(found, "refused", 7))
			found[7] = 0;
		if (strcmp(found, cases[i].expect))
			fail_msg("case of line %d: expected\n%sbut found\n%s", cases[i].line,
				 cases[i].expect, found);
		free(found);
	}
}

/* The same, after the linker has merged notes and resolved their addresses. */
static void linked(void **state)
{
	char *found;

	(void)state;
	build(".globl _start\n_start: 1: cli\n .nops 6\n sti\n" NOTE(SITE("1b", CLI, 1, 7, 0)),
	      "-Ttext=0xffffffff81000000 --build-id");
	found = findings_of("x", NULL);
	assert_string_equal(found, "unannotated sti\n");
	free(found);
}

#define ALTERNATIVE(entry)                                                                         \
	".pushsection .altinstructions,\"a\"\n" entry " .popsection\n"                             \
	".pushsection .altinstr_replacement,\"ax\"\n r: lfence\n 7: clac\n .popsection\n"
#define IN_REPLACEMENT	NOTE(SITE("7b", 53, 3, 3, 2))
#define ALT_6_1(o, ol)	" .long " o " - ., r - .\n .word 1\n .byte " #ol ", 6\n"
#define ALT_6_12(o, ol) " .long " o " - ., r - .\n .long 1\n .byte " #ol ", 6\n"

static void tables(void **state)
{
	static const struct {
		int line;
		const char *text, *expect;
	} t[] = {
		{__LINE__,
		 "1: cli\n .nops 6\n" ALTERNATIVE(ALT_6_1("1b", 7))
			 IN_REPLACEMENT NOTE(SITE("1b", CLI, 1, 7, 0)),
		 ""},
		{__LINE__,
		 "1: cli\n .nops 6\n" ALTERNATIVE(ALT_6_12("1b", 7))
			 IN_REPLACEMENT NOTE(SITE("1b", CLI, 1, 7, 0)),
		 ""},
		{__LINE__,
		 "1: cli\n .nops 6\n" ALTERNATIVE(ALT_6_1("1b", 1))
			 IN_REPLACEMENT NOTE(SITE("1b", CLI, 1, 7, 0)),
		 "alternative cli\n"},
		{__LINE__,
		 "1: cli\n .nops 6\n 2: nop\n" ALTERNATIVE(ALT_6_12("2b-3", 4))
			 IN_REPLACEMENT NOTE(SITE("1b", CLI, 1, 7, 0)),
		 "alternative cli\n"},
		{__LINE__,
		 "1: cli\n .nops 6\n 2: nop\n" ALTERNATIVE(ALT_6_1("2b", 1))
			 IN_REPLACEMENT NOTE(SITE("1b", CLI, 1, 7, 0)),
		 ""},
		{__LINE__, "1: cli\n" NOTE(SITE("1b", CLI, 1, 1, 2)), "alternative cli\n"},
		{__LINE__,
		 "1: cli\n .nops 6\n 2: nop\n .pushsection __jump_table,\"a\"\n .long 2b - ., 1b - "
		 ".\n .quad 0\n"
		 " .popsection\n" NOTE(SITE("1b", CLI, 1, 7, 0)),
		 ""},
		{__LINE__,
		 "1: cli\n .nops 6\n 2: nop\n .pushsection __jump_table,\"a\"\n .long 1b - ., 2b - "
		 ".\n .quad 0\n"
		 " .popsection\n" NOTE(SITE("1b", CLI, 1, 7, 0)),
		 "jump-into cli\n"},
		{__LINE__, "nop\n" ALTERNATIVE(" .long 1, 2, 3, 4, 5\n") IN_REPLACEMENT,
		 "unreadable -\n"},
		{__LINE__,
		 "1: wrmsr\n .nops 6\n 2: nop\n .pushsection __ex_table,\"a\"\n"
		 " .long 1b - ., 2b - ., 0\n .popsection\n" NOTE(SITE("1b", WRMSR, 2, 8, 0)),
		 ""},
		{__LINE__,
		 "1: .byte 0x3e\n 3: wrmsr\n .nops 6\n 2: nop\n .pushsection __ex_table,\"a\"\n"
		 " .long 3b - ., 2b - ., 0\n .popsection\n" NOTE(SITE("1b", WRMSR, 2, 9, 0x10)),
		 "exception-table wrmsr\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		char *found;

		build(t[i].text, NULL);
		found = findings_of("x.o", NULL);
		if (strcmp(found, t[i].expect))
			fail_msg("case of line %d: expected\n%sbut found\n%s", t[i].line,
				 t[i].expect, found);
		free(found);
	}
}

static void exceptions(void **state)
{
	static const struct {
		int line;
		const char *exceptions, *expect;
	} t[] = {
		{__LINE__, "", "unannotated cli\nunannotated sti\n"},
		{__LINE__, "# comment\n\nunannotated x.c:f cli it is right\n", "unannotated sti\n"},
		{__LINE__, "unannotated *:f * all of them are right", ""},
		{__LINE__, "unannotated x.c:f * all\nunannotated x.c:f cli again\n", ""},
		{__LINE__, "unannotated x.c:f * all\nunannotated x.c:g cli never\n",
		 "unused-exception -\n"},
		{__LINE__, "overlap x.c:f * another finding\n",
		 "unannotated cli\nunannotated sti\nunused-exception -\n"},
		{__LINE__, "unannotated x.c:f cli\n",
		 "bad exceptions\nunannotated cli\nunannotated sti\n"},
		{__LINE__, "unannotatd x.c:f cli reason\n",
		 "bad exceptions\nunannotated cli\nunannotated sti\n"},
		{__LINE__, "unused-exception * * reason\n",
		 "bad exceptions\nunannotated cli\nunannotated sti\n"},
	};

	(void)state;
	build(".file \"x.c\"\n .type f,@function\nf: cli\n sti\n ret\n .size f,.-f\n", NULL);
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		char *found = findings_of("x.o", t[i].exceptions);

		if (strcmp(found, t[i].expect))
			fail_msg("case of line %d: expected\n%sbut found\n%s", t[i].line,
				 t[i].expect, found);
		free(found);
	}
}

static void names(void **state)
{
	static const char text[] =
		".file \"some.c\"\n .type f,@function\n .globl f\n .type g,@function\n .weak w\n"
		"f: 1: cli\n 2: sti\n 3: cli\n ret\n .size f,.-f\n"
		"g: 4: cli\n ret\n .size g,.-g\n"
		"entry: 5: cli\n .size entry,.-entry\n"
		".type w,@function\n .type a,@function\nw: a: 6: cli\n .size w,.-w\n .size a,.-a\n"
		"7: cli\n";
	static const char *const expect[] = {
		"f/cli#0", "f/sti#0",	   "f/cli#1", "some.c:g/cli#0", "some.c:entry/cli#0",
		"w/cli#0", "(.text)/cli#0"};
	struct image img;
	struct sites sites;
	char *all, *error;
	size_t *index;

	(void)state;
	/* The order in the note is not that of the addresses. */
	all = wp_format("%s%s", text,
			NOTE(SITE("7b", CLI, 1, 1, 0) SITE("3b", CLI, 1, 1, 0)
				     SITE("1b", CLI, 1, 1, 0) SITE("2b", STI, 1, 1, 0)
					     SITE("4b", CLI, 1, 1, 0) SITE("5b", CLI, 1, 1, 0)
						     SITE("6b", CLI, 1, 1, 0)));
	build(all, NULL);
	free(all);
	open_built(&img, "x.o");
	assert_int_equal(sites_load(&sites, &img, &error), 0);
	assert_int_equal(sites.n, 7);
	assert_int_equal(sites.notes, 1);
	for (size_t i = 0; i < 7; i++) {
		assert_string_equal(sites.site[i].name, expect[i]);
		assert_ptr_equal(sites_at(&sites, sites.site[i].addr), &sites.site[i]);
		assert_int_equal(sites_named(&sites, expect[i], &index), 1);
		assert_int_equal(index[0], i);
		free(index);
	}
	assert_int_equal(sites_named(&sites, "f/cli#2", &index), 0);
	assert_null(index);
	assert_null(sites_at(&sites, sites.site[2].addr + 1)); /* f's ret */
	assert_int_equal(sites_ambiguous(&sites), 0);
	sites_free(&sites);
	image_close(&img);
}

/* Two files of one basename with a static function of one name each. */
static void ambiguous_names(void **state)
{
	static const char text[] =
		".file \"a.c\"\n .type f,@function\n f: 1: cli\n .size f,.-f\n" NOTE(
			SITE("1b", CLI, 1, 1, 0));
	struct image img;
	struct sites sites;
	size_t *index;
	char *error;

	(void)state;
	build(text, NULL);
	assert_int_equal(run("cp %s/x.o %s/y.o && ld -r %s/x.o %s/y.o -o %s/both.o", dir, dir, dir,
			     dir, dir),
			 0);
	open_built(&img, "both.o");
	assert_int_equal(sites_load(&sites, &img, &error), 0);
	assert_int_equal(sites.n, 2);
	assert_int_equal(sites.notes, 2);
	assert_int_equal(sites_ambiguous(&sites), 2);
	assert_int_equal(sites_named(&sites, "a.c:f/cli#0", &index), 2);
	assert_int_equal(index[0] + index[1], 1);
	free(index);
	sites_free(&sites);
	image_close(&img);
}

/* Operands for those mnemonics of kinds.def that want some. */
static const char *operands(const char *mnemonic)
{
	static const struct {
		const char *mnemonic, *operands;
	} t[] = {
		{"ljmp", "*(%rax)"},	{"ljmpl", "*(%rax)"},
		{"smsw", "%eax"},	{"lmsw", "%ax"},
		{"rdfsbase", "%rax"},	{"rdgsbase", "%r9"},
		{"wrfsbase", "%rax"},	{"wrgsbase", "%r9"},
		{"lgdt", "(%rax)"},	{"lidt", "(%rax)"},
		{"lldt", "%ax"},	{"ltr", "%ax"},
		{"sgdt", "(%rax)"},	{"sidt", "(%rax)"},
		{"sldt", "%eax"},	{"str", "%eax"},
		{"lar", "%eax, %ebx"},	{"lsl", "%eax, %ebx"},
		{"verr", "%ax"},	{"verw", "(%rax)"},
		{"invlpg", "(%r12)"},	{"invpcid", "(%rax), %rbx"},
		{"xsaves", "(%rax)"},	{"xsaves64", "(%r9)"},
		{"xrstors", "(%rax)"},	{"xrstors64", "(%rax)"},
		{"in", "(%dx), %al"},	{"inb", "$5, %al"},
		{"inw", "(%dx), %ax"},	{"inl", "(%dx), %eax"},
		{"out", "%al, (%dx)"},	{"outb", "%al, $5"},
		{"outw", "%ax, (%dx)"}, {"outl", "%eax, (%dx)"},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++)
		if (!strcmp(t[i].mnemonic, mnemonic))
			return t[i].operands;
	return "";
}

/* Debian 12's assembler does not know these: the kernel writes them as bytes. */
static bool known_to_as(const char *mnemonic)
{
	static const char *const unknown[] = {"ljmpq", "erets", "eretu", "lkgs"};

	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		if (!strcmp(mnemonic, unknown[i]))
			return false;
	return true;
}

/* The decoder knows every row of kinds.def. */
static void decoder_knows_kinds(void **state)
{
	static const struct {
		const char *text;
		uint8_t kind;
	} rows[] = {
#define MNEMONIC(mnemonic, kind) {#mnemonic, SITE_##kind},
#include <wedgeperf/kinds.def>
		{"mov %cr3,%rax", SITE_rdcr},
		{"mov %r9,%cr8", SITE_wrcr},
		{"mov %db7,%rax", SITE_rddr},
		{"mov %rax,%db0", SITE_wrdr},
		{"mov %ds,%eax", SITE_rdseg},
		{"mov %gs,(%rax)", SITE_rdseg},
		{"mov %eax,%ss", SITE_wrseg},
		{"push %fs", SITE_rdseg},
		{"pop %gs", SITE_wrseg},
		{"rep insb", SITE_ins},
		{"rep outsl", SITE_outs},
		{"mov %rax,%rbx", SITE_NONE},
		{"push %rax", SITE_NONE},
		{"lretq $8", SITE_lret},
		{"nop", SITE_NONE},
		{"cmpxchg16b (%rax)", SITE_NONE},
		{"rdrand %rax", SITE_NONE},
		{"xsavec64 (%rdi)", SITE_NONE},
		{"clflush (%rax)", SITE_NONE},
		{"serialize", SITE_NONE},
		{"tilerelease", SITE_NONE},
		{"ud1 %eax,%ecx", SITE_NONE},
		{"ud1 5(%eax),%eax", SITE_NONE},
	};
	static const struct {
		uint8_t kind, length, bytes[8];
	} bytes[] = {
#define BYTES(kind, length, b0, b1, b2, b3) {SITE_##kind, length, {b0, b1, b2, b3}},
#include <wedgeperf/kinds.def>
	};
	struct decoder d;
	struct insn insn;

	(void)state;
	assert_int_equal(decoder_open(&d), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct image_section *s = NULL;
		struct image img;
		char *text;

		if (!known_to_as(rows[i].text))
			continue;
		text = wp_format("%s %s\n", rows[i].text, operands(rows[i].text));
		build(text, NULL);
		open_built(&img, "x.o");
		for (size_t j = 1; j < img.nsections; j++)
			if (img.section[j].exec)
				s = &img.section[j];
		if (!decode(&d, s->data, s->size, s->addr, &insn) || insn.length != s->size ||
		    insn.kind != rows[i].kind)
			fail_msg("%s: length %u of %u, kind %s, not %s", text, insn.length,
				 (unsigned int)s->size, kind_info[insn.kind].name,
				 kind_info[rows[i].kind].name);
		free(text);
		image_close(&img);
	}
	for (size_t i = 0; i < sizeof(bytes) / sizeof(*bytes); i++) {
		uint8_t code[16] = {0};

		memcpy(code, bytes[i].bytes, bytes[i].length);
		if (!decode(&d, code, sizeof(code), 0, &insn) || insn.kind != bytes[i].kind)
			fail_msg("BYTES row %zu: kind %s, not %s", i, kind_info[insn.kind].name,
				 kind_info[bytes[i].kind].name);
	}
	decoder_close(&d);
}

static void not_elf(void **state)
{
	static const char *const texts[] = {"", "x", "\177ELF", "!<arch>\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct wp_buf bytes = {0};
		struct image img;
		char *error = NULL;

		wp_buf_str(&bytes, texts[i]);
		assert_int_equal(image_parse(&img, "x", &bytes, &error), -1);
		assert_non_null(error);
		free(error);
	}
}

/* Every object cut short at every 16th byte, and with every 8th byte set to 0xff. */
static void broken_elf(void **state)
{
	struct wp_buf whole = {0};
	char *path = wp_format("%s/x.o", dir);

	(void)state;
	build(cases[6].text, NULL);
	assert_int_equal(wp_read_file(path, &whole), 0);
	for (size_t i = 0; i < 2 * whole.len; i += 8) {
		struct wp_buf bytes = {0};
		struct image img;
		struct sites sites;
		char *error = NULL;

		wp_buf_add(&bytes, whole.data, i < whole.len ? i : whole.len);
		if (i >= whole.len)
			memset(bytes.data + i - whole.len, 0xff, 1);
		if (image_parse(&img, "x", &bytes, &error)) {
			assert_non_null(error);
			free(error);
			continue;
		}
		if (sites_load(&sites, &img, &error))
			free(error);
		else
			sites_free(&sites);
		image_close(&img);
	}
	wp_buf_free(&whole);
	free(path);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case),
		cmocka_unit_test(linked),
		cmocka_unit_test(tables),
		cmocka_unit_test(exceptions),
		cmocka_unit_test(names),
		cmocka_unit_test(ambiguous_names),
		cmocka_unit_test(decoder_knows_kinds),
		cmocka_unit_test(not_elf),
		cmocka_unit_test(broken_elf),
	};
	int failed;

	wp_program = "test";
	if (!mkdtemp(dir))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (run("rm -r %s", dir))
		failed = 1;
	return failed;
}
