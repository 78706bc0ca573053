/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmdline.c - parser of the kernel command line, see cmdline.h. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "cmdline.h"

int parse_number(const char *text, uint64_t *value)
{
	uint64_t v = 0;

	if (!*text)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*text - '0'), &v))
			return -1;
	}
	*value = v;
	return 0;
}

static int set_workload(struct request *r, const char *value)
{
	if (!*value || strlen(value) >= sizeof(r->workload))
		return -1;
	strcpy(r->workload, value);
	return 0;
}

static int set_ops(struct request *r, const char *value)
{
	return parse_number(value, &r->ops) || !r->ops ? -1 : 0;
}

static int set_perturb(struct request *r, const char *value)
{
	return parse_number(value, &r->perturb);
}

static int set_net(struct request *r, const char *value)
{
	r->loop = strcmp(value, "loop") == 0;
	return r->loop || strcmp(value, "peer") == 0 ? 0 : -1;
}

static const struct {
	const char *key;
	int (*set)(struct request *r, const char *value);
} words[] = {
	{"wp.workload=", set_workload},
	{"wp.ops=", set_ops},
	{"wp.perturb=", set_perturb},
	{"wp.net=", set_net},
};

#define WORDS (sizeof(words) / sizeof(words[0]))

int parse_cmdline(const char *text, struct request *r, char *why, size_t size)
{
	bool seen[WORDS] = {false};
	char word[256];

	memset(r, 0, sizeof(*r));
	for (;;) {
		size_t len, i;

		text += strspn(text, " \t\r\n");
		len = strcspn(text, " \t\r\n");
		if (!len)
			return 0;
		if (strncmp(text, "wp.", 3) != 0) {
			text += len;
			continue;
		}
		if (len >= sizeof(word)) {
			snprintf(why, size, "a word of the command line is too long: %.40s...",
				 text);
			return -1;
		}
		memcpy(word, text, len);
		word[len] = '\0';
		text += len;
		for (i = 0; i < WORDS; i++)
			if (strncmp(word, words[i].key, strlen(words[i].key)) == 0)
				break;
		if (i == WORDS) {
			snprintf(why, size, "unknown word on the command line: %s", word);
			return -1;
		}
		if (seen[i]) {
			snprintf(why, size, "given twice on the command line: %s", words[i].key);
			return -1;
		}
		seen[i] = true;
		if (words[i].set(r, word + strlen(words[i].key))) {
			snprintf(why, size, "bad value on the command line: %s", word);
			return -1;
		}
	}
}
