/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stress.c - what the stressors share, see stress.h. */
#include "stress.h"
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WORDS (PAGE / sizeof(uint64_t))

/* Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014). */
uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint64_t random_below(uint64_t *state, uint64_t n)
{
	return random_next(state) % n;
}

/* A word of the pattern.  Cheap: to compare pages must not cost more than to make them. */
static uint64_t word(uint64_t seed, size_t i)
{
	return (seed + i) * 0x9e3779b97f4a7c15u;
}

void page_fill(void *page, uint64_t seed)
{
	uint64_t *words = page;

	for (size_t i = 0; i < WORDS; i++)
		words[i] = word(seed, i);
}

void page_check(const void *page, uint64_t seed, const char *whose)
{
	const uint64_t *words = page;

	for (size_t i = 0; i < WORDS; i++)
		if (words[i] != word(seed, i))
			fail("%s: word %zu of the page at %p is %llx, not %llx", whose, i, page,
			     (unsigned long long)words[i], (unsigned long long)word(seed, i));
}

void *pages_map(size_t pages, int protection)
{
	void *p = mmap(NULL, pages * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		fail_errno("mmap of %zu pages", pages);
	return p;
}

int fork_or_fail(void)
{
	int pid = fork();

	if (pid < 0)
		fail_errno("fork");
	return pid;
}

void guest_set(const struct run *run, const char *file, const char *text)
{
	int fd;

	if (!run->guest)
		return;
	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		fail_errno("%s", file);
	write_all(fd, text, strlen(text));
	close(fd);
}
