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

static const struct {
	const char *name;
	uint32_t events;
} debug_words[] = {
	{"patch", EVENT(EV_PATCH)},
	{"faults", EVENT(EV_EXCEPTION) | EVENT(EV_INJECT)},
	{"irq", EVENT(EV_IRQ) | EVENT(EV_LINE)},
	{"emulate", EVENT(EV_SITE) | EVENT(EV_EMULATE)},
	{"pages", EVENT(EV_ROOT) | EVENT(EV_TABLE) | EVENT(EV_NO_TABLE)},
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

/* A list of words, by commas. */
static bool set_debug(const char *value, size_t len, struct args *args)
{
	size_t n;

	for (; len; value += n, len -= n) {
		uint32_t words = 0;

		for (n = 0; n < len && value[n] != ','; n++)
			;
		for (unsigned int i = 0; i < ARRAY_SIZE(debug_words); i++)
			if (is(value, n, debug_words[i].name))
				words = debug_words[i].events;
		if (!words)
			return false;
		args->debug |= words;
		n += n < len;
	}
	return args->debug;
}

static const struct {
	const char *name, *values;
	bool (*set)(const char *value, size_t len, struct args *args);
} options[] = {
	{"strategy", "trap, call or inline", set_strategy},
	{"report", "0 or 1", set_report},
	{"debug", "a list of patch, faults, irq, emulate, pages", set_debug},
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
