// SPDX-License-Identifier: GPL-2.0-or-later
/* source.c - inputs: mapped where possible, else read. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wp.h"

#define CHUNK 65536

static int read_all(struct source *s, int fd)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t n;

	s->len = 0;
	do {
		if (size - s->len < CHUNK)
			text = wp_realloc(text, size = size * 2 + CHUNK);
		n = read(fd, text + s->len, size - s->len);
		if (n > 0)
			s->len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	s->text = text;
	return n < 0 ? -1 : 0;
}

int source_open(struct source *s, const char *path)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : dup(STDIN_FILENO);
	struct stat st;
	int ret, saved;
	void *map;

	*s = (struct source){.text = ""};
	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > CHUNK && strcmp(path, "-")) {
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map != MAP_FAILED) {
			*s = (struct source){map, (size_t)st.st_size, true};
			close(fd);
			return 0;
		}
	}
	ret = read_all(s, fd);
	saved = errno;
	close(fd);
	errno = saved;
	return ret;
}

void source_close(struct source *s)
{
	if (s->mapped)
		munmap((void *)s->text, s->len);
	else if (s->len || *s->text)
		free((void *)s->text);
}
