// SPDX-License-Identifier: GPL-2.0-or-later
/* ledger.c - see ledger.h. */
#include "ledger.h"

#include <stdbool.h>
#include <string.h>
#include "wp.h"

static struct ledger_line *lines, none;
static size_t n_lines, current = LEDGER_NONE;
static enum executor executor;
static uint64_t since;
static bool running;

void ledger_open(size_t sites)
{
	n_lines = sites;
	lines = wp_alloc((sites + 1) * sizeof(*lines));
}

static struct ledger_line *line(size_t site)
{
	return site == LEDGER_NONE ? &none : &lines[site];
}

static void book(uint64_t now)
{
	if (running)
		line(current)->insns[executor] += now - since;
	since = now;
}

void ledger_executor(enum executor who, uint64_t now)
{
	if (who == executor)
		return;
	book(now);
	executor = who;
}

void ledger_site(size_t site, uint64_t now)
{
	book(now);
	current = site;
	if (running && site != LEDGER_NONE)
		lines[site].begun++;
}

void ledger_start(uint64_t now)
{
	memset(lines, 0, n_lines * sizeof(*lines));
	none = (struct ledger_line){0};
	since = now;
	running = true;
}

void ledger_stop(uint64_t now)
{
	book(now);
	running = false;
}

const struct ledger_line *ledger_line(size_t site)
{
	return line(site);
}
