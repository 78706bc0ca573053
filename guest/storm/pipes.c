// SPDX-License-Identifier: GPL-2.0-or-later
/* pipes.c - two processes by turns: what one sends the other gets, and sends back. */
#include <errno.h>
#include <unistd.h>
#include <wedgeperf/storm.h>

#include "checker.h"

static int there[2], back[2];

static void begin(void)
{
	uint64_t word;

	if (pipe(there) || pipe(back))
		wrong("pipe: errno %d", errno);

	const pid_t child = fork();

	if (child < 0)
		wrong("fork: errno %d", errno);
	if (child)
		return;
	close(there[1]);
	while (read(there[0], &word, sizeof(word)) == sizeof(word)) {
		word = ~word;
		if (write(back[1], &word, sizeof(word)) != sizeof(word))
			break;
	}
	_exit(0);
}

static void once(uint64_t round)
{
	uint64_t state = 0x777 + round, got;

	if (!round)
		begin();
	for (int i = 0; i < 20; i++) {
		const uint64_t word = storm_next(&state);

		if (write(there[1], &word, sizeof(word)) != sizeof(word) ||
		    read(back[0], &got, sizeof(got)) != sizeof(got))
			wrong("pipe: errno %d", errno);
		if (got != ~word)
			wrong("%#llx came back as %#llx", (unsigned long long)word,
			      (unsigned long long)~got);
	}
}

static const struct checker pipes = {"pipes", once};
CHECKER(pipes);
