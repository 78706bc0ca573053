/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * args.c - boot arguments: words `wedge.name=value` are the wedge's, all others
 * are the guest's command line, in their order.
 */
#include "args.h"
#include "wedge.h"

static const char *const strategies[STRATEGIES] = {
	[STRATEGY_TRAP] = "trap",
	[STRATEGY_CALL] = "call",
	[STRATEGY_INLINE] = "inline",
};

static bool is(const char *word, size_t len, const char *text)
{
	return len == strlen(text) && !strncmp(word, text, len);
}

static bool set_strategy(const char *value, size_t len, struct args *args)
{
	for (unsigned int s = 0; s < STRATEGIES; s++)
		if (strategies[s] && is(value, len, strategies[s])) {
			args->strategy = s;
			return true;
		}
	return false;
}

static bool set_report(const char *value, size_t len, struct args *args)
{
	args->report = is(value, len, "1");
	return args->report || is(value, len, "0");
}

static const struct {
	const char *name, *values;
	bool (*set)(const char *value, size_t len, struct args *args);
} options[] = {
	{"strategy", "trap, call or inline", set_strategy},
	{"report", "0 or 1", set_report},
};

static void option(const char *word, size_t len, struct args *args)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(options); i++) {
		size_t n = strlen(options[i].name);

		if (len <= n || strncmp(word, options[i].name, n) || word[n] != '=')
			continue;
		if (!options[i].set(word + n + 1, len - n - 1, args)) {
			args->error = options[i].values;
			args->word = word;
		}
		return;
	}
	args->error = "one of the options in docs/wedge.md";
	args->word = word;
}

void args_parse(const char *text, struct args *args)
{
	static const char prefix[] = "wedge.";
	size_t len;

	*args = (struct args){.strategy = STRATEGY_INLINE};
	for (; *text; text += len) {
		for (; *text == ' '; text++)
			;
		for (len = 0; text[len] && text[len] != ' '; len++)
			;
		if (len >= sizeof(prefix) - 1 && !strncmp(text, prefix, sizeof(prefix) - 1)) {
			option(text + sizeof(prefix) - 1, len - (sizeof(prefix) - 1), args);
			continue;
		}
		if (!len)
			continue;
		if (args->guest_len + len + 2 > sizeof(args->guest)) {
			args->error = "a shorter command line";
			args->word = text;
			return;
		}
		if (args->guest_len)
			args->guest[args->guest_len++] = ' ';
		memcpy(args->guest + args->guest_len, text, len);
		args->guest_len += len;
	}
}
