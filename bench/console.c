// SPDX-License-Identifier: GPL-2.0-or-later
/* console.c - finds the runner's lines in a guest's console. */
#include "figures.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wp.h>

#define TAG "@wp "

/* Value of `key=` in the words of @s, up to the next blank, into @out. */
static int word(const char *s, const char *key, char *out, size_t len)
{
	size_t klen = strlen(key);

	for (; *s; s += strcspn(s, " "), s += strspn(s, " ")) {
		if (!strncmp(s, key, klen) && s[klen] == '=') {
			size_t n = strcspn(s + klen + 1, " ");

			if (!n || n >= len)
				return -1;
			memcpy(out, s + klen + 1, n);
			out[n] = '\0';
			return 0;
		}
	}
	return -1;
}

static int number(const char *s, const char *key, uint64_t *v)
{
	char text[WORD_MAX];

	if (word(s, key, text, sizeof(text)) || strspn(text, "0123456789") != strlen(text))
		return -1;
	errno = 0;
	*v = strtoull(text, NULL, 10);
	return errno ? -1 : 0;
}

static int parse_result(struct console *c, const char *s)
{
	if (word(s, "name", c->name, sizeof(c->name)) || number(s, "ops", &c->ops) ||
	    number(s, "bytes", &c->bytes) || number(s, "ticks", &c->ticks.n) ||
	    word(s, "check", c->check, sizeof(c->check)))
		return -1;
	return strspn(c->check, "0123456789abcdef") == strlen(c->check) ? 0 : -1;
}

static int parse_line(struct console *c, const char *s, char *why, size_t len)
{
	if (!strcmp(s, "boot")) {
		c->booted = true;
	} else if (!strcmp(s, "done")) {
		c->done = true;
	} else if (!strncmp(s, "fail", 4) && (!s[4] || s[4] == ' ')) {
		snprintf(c->fail, sizeof(c->fail), "%s", s[4] ? s + 5 : "no reason given");
	} else if (!strncmp(s, "result ", 7)) {
		if (c->result || parse_result(c, s + 7)) {
			snprintf(why, len, "%s: '@wp %.160s'",
				 c->result ? "a second result" : "a garbled result line", s);
			return -1;
		}
		c->result = true;
	} else {
		snprintf(why, len, "unknown line '@wp %.160s'", s);
		return -1;
	}
	return 0;
}

int console_parse(struct console *c, const char *text, char *why, size_t len)
{
	char *copy = wp_strdup(text), *rest = copy, *line;
	int ret = 0;

	*c = (struct console){0};
	while (!ret && (line = strsep(&rest, "\n")) && rest) {
		char *tag = strstr(line, TAG);

		if (!tag)
			continue;
		tag += strlen(TAG);
		for (size_t n = strlen(tag); n && strchr("\r ", tag[n - 1]); n--)
			tag[n - 1] = '\0';
		ret = parse_line(c, tag, why, len);
	}
	free(copy);
	return ret;
}
