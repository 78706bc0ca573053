/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.c - parse a plan, and find what it says about a site (plan.h). */
#include "plan.h"
#include <wedgeperf/kinds.h>

#include "backend.h"
#include "wedge.h"

#define MAGIC	 "wedgeperf-plan 1"
#define MAX_PAD	 255
#define COMPLAIN 10 /* lines at most */

struct site_line {
	const char *name;
	struct choice choice;
	bool used;
	uint32_t next; /* number of the next one in its hash chain + 1 */
};

static struct choice kinds[SITE_KINDS];
static struct site_line *lines;
static size_t nr_lines;
static uint32_t *chains;
static size_t chain_mask;

static bool equal(const char *a, const char *b)
{
	return strlen(a) == strlen(b) && !memcmp(a, b, strlen(a));
}

static size_t hash(const char *name)
{
	size_t h = 5381;

	while (*name)
		h = h * 33 + (uint8_t)*name++;
	return h & chain_mask;
}

static struct site_line *find(const char *name)
{
	for (uint32_t n = chains[hash(name)]; n; n = lines[n - 1].next)
		if (equal(lines[n - 1].name, name))
			return &lines[n - 1];
	return NULL;
}

static struct choice *site_choice(const char *name)
{
	struct site_line *l = find(name);
	size_t h = hash(name);

	if (l)
		return &l->choice;
	lines[nr_lines] = (struct site_line){.name = name, .next = chains[h]};
	chains[h] = (uint32_t)++nr_lines;
	return &lines[nr_lines - 1].choice;
}

/* The kind of this name; 0: none. */
static unsigned int kind_named(const char *name, size_t len)
{
	for (unsigned int k = 1; k < SITE_KINDS; k++)
		if (kind_info[k].name && strlen(kind_info[k].name) == len &&
		    !memcmp(kind_info[k].name, name, len))
			return k;
	return 0;
}

static const char *last(const char *text, char c)
{
	const char *found = NULL;

	for (; *text; text++)
		if (*text == c)
			found = text;
	return found;
}

/* function/kind#number */
static bool is_site_name(const char *name)
{
	const char *kind = last(name, '/'), *number = last(name, '#');

	if (!kind || !number || number < kind ||
	    !kind_named(kind + 1, (size_t)(number - kind - 1)) || !number[1])
		return false;
	while (*++number)
		if (*number < '0' || *number > '9')
			return false;
	return true;
}

static const char *set_pad(struct choice *c, char *value)
{
	unsigned int pad = 0;

	(void)c;
	if (!*value)
		pad = MAX_PAD + 1;
	for (; *value && pad <= MAX_PAD; value++)
		pad = *value < '0' || *value > '9' ? MAX_PAD + 1
						   : pad * 10 + (unsigned int)(*value - '0');
	return pad > MAX_PAD ? "pad= takes a total length of 0 to 255 bytes" : NULL;
}

static const char *set_style(struct choice *c, char *value)
{
	(void)c;
	return equal(value, "prefix") || equal(value, "nop") ? NULL : "style= takes prefix or nop";
}

static const char *set_strategy(struct choice *c, char *value)
{
	static const char prefix[] = "inline:";

	c->variant = NULL;
	if (equal(value, "trap")) {
		c->strategy = STRATEGY_TRAP;
	} else if (equal(value, "call")) {
		c->strategy = STRATEGY_CALL;
	} else if (equal(value, "inline")) {
		c->strategy = STRATEGY_INLINE;
	} else if (!strncmp(value, prefix, sizeof(prefix) - 1) && value[sizeof(prefix) - 1]) {
		c->strategy = STRATEGY_INLINE;
		c->variant = value + sizeof(prefix) - 1;
	} else {
		return "strategy= takes trap, call or inline[:variant]";
	}
	return NULL;
}

static const struct {
	const char *name; /* with the '=' */
	const char *(*set)(struct choice *c, char *value);
} attributes[] = {
	{"pad=", set_pad},
	{"style=", set_style},
	{"strategy=", set_strategy},
};

static const char *set(struct choice *c, char *word)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(attributes); i++) {
		size_t len = strlen(attributes[i].name);

		if (!strncmp(word, attributes[i].name, len))
			return attributes[i].set(c, word + len);
	}
	return "attributes are pad=, style= and strategy=";
}

/* The next blank-separated word of a line, NUL-terminated in place; NULL: none. */
static char *next_word(char **line)
{
	char *p = *line, *end;

	while (*p == ' ' || *p == '\t')
		p++;
	for (end = p; *end && *end != ' ' && *end != '\t'; end++)
		;
	*line = *end ? end + 1 : end;
	*end = '\0';
	return p == end ? NULL : p;
}

static const char *parse_line(char *line, unsigned int number)
{
	char *what = next_word(&line), *name, *word;
	const char *wrong = NULL;
	struct choice *c;
	bool kind;

	if (!what || *what == '#')
		return NULL;
	kind = equal(what, "kind");
	if (!kind && !equal(what, "site"))
		return "a line starts with kind, site or #";
	name = next_word(&line);
	if (!name)
		return "kind and site need a name after them";
	if (kind) {
		unsigned int k = kind_named(name, strlen(name));

		if (!k)
			return "this is no kind";
		c = &kinds[k];
	} else {
		if (!is_site_name(name))
			return "this is no site name: function/kind#number";
		c = site_choice(name);
	}
	c->line = number;
	while (!wrong && (word = next_word(&line)) && *word != '#')
		wrong = set(c, word);
	return wrong;
}

/* Room for as many site lines as the text can have. */
static void make_room(const char *text)
{
	size_t n = 1, size = 2;

	for (; *text; text++)
		n += *text == '\n';
	while (size < n)
		size *= 2;
	lines = hv_alloc(n * sizeof(*lines));
	chains = hv_alloc(size * sizeof(*chains));
	chain_mask = size - 1;
}

const char *plan_read(struct blob text, unsigned int *number)
{
	char *line, *next;
	const char *wrong = NULL;

	nr_lines = 0;
	memset(kinds, 0, sizeof(kinds));
	if (!text.data)
		return NULL;
	line = memcpy(hv_alloc(text.size + 1), text.data, text.size);
	make_room(line);
	for (*number = 1; *line || *number == 1; line = next, ++*number) {
		for (next = line; *next && *next != '\n'; next++)
			if (*next == '\r')
				*next = '\0';
		if (*next)
			*next++ = '\0';
		if (*number == 1)
			wrong = equal(line, MAGIC) ? NULL : "it has to be `" MAGIC "'";
		else
			wrong = parse_line(line, *number);
		if (wrong)
			return wrong;
	}
	return NULL;
}

bool plan_has_sites(void)
{
	return nr_lines;
}

struct choice plan_choice(const struct site *s)
{
	struct site_line *l = nr_lines && s->name ? find(s->name) : NULL;

	if (l)
		l->used = true;
	return l && l->choice.strategy ? l->choice : kinds[s->kind];
}

void plan_report_unused(void)
{
	size_t unused = 0;

	for (size_t i = 0; i < nr_lines; i++) {
		if (lines[i].used)
			continue;
		if (unused++ < COMPLAIN)
			print("wedge: plan line %u: this kernel has no site %s\n",
			      lines[i].choice.line, lines[i].name);
	}
	if (unused > COMPLAIN)
		print("wedge: plan: %lu more sites that this kernel does not have\n",
		      unused - COMPLAIN);
}
