// SPDX-License-Identifier: GPL-2.0-or-later
/* peer.c - reads what the TCP peer inside the emulator reports. */
#include "figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wp.h>

#define FIELDS 7

static int peer_line(struct peer *p, const char *s)
{
	const struct {
		const char *name;
		uint64_t *value;
	} field[] = {
		{"bytes", &p->bytes},
		{"first_ns", &p->first.n},
		{"last_ns", &p->last.n},
		{"retransmits", &p->retransmits},
		{"frames", &p->frames},
		{"dropped", &p->dropped},
		{"connections", &p->connections},
	};
	char name[WORD_MAX];
	uint64_t n;
	int end = 0;

	if (sscanf(s, "%63s %" SCNu64 "%n", name, &n, &end) != 2 || s[end])
		return -1;
	for (size_t i = 0; i < sizeof(field) / sizeof(field[0]); i++) {
		if (!strcmp(field[i].name, name)) {
			*field[i].value = n;
			return 1;
		}
	}
	return -1;
}

int peer_parse(struct peer *p, const char *text, char *why, size_t len)
{
	char *copy = wp_strdup(text), *rest = copy, *line = strsep(&rest, "\n");
	int fields = 0, ret = -1;
	bool state = false, end = false;

	*p = (struct peer){.present = true};
	if (strcmp(line, "wedgeperf-peer 1")) {
		snprintf(why, len, "peer: line 1 is not 'wedgeperf-peer 1'");
		goto out;
	}
	while ((line = strsep(&rest, "\n"))) {
		if (!*line)
			continue;
		if (!strcmp(line, "state ok") || !strcmp(line, "state failed")) {
			p->ok = !strcmp(line, "state ok");
			state = true;
			continue;
		}
		if (!strncmp(line, "reason ", 7)) {
			snprintf(p->reason, sizeof(p->reason), "%s", line + 7);
			continue;
		}
		if (!strcmp(line, "end")) {
			end = true;
			break;
		}
		if (peer_line(p, line) < 0) {
			snprintf(why, len, "peer: '%.80s' makes no sense", line);
			goto out;
		}
		fields++;
	}
	if (!state || !end || fields != FIELDS)
		snprintf(why, len, "peer: cut off");
	else
		ret = 0;
out:
	free(copy);
	return ret;
}
