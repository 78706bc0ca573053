// SPDX-License-Identifier: GPL-2.0-or-later
/* file.c - whole-file reads, all-or-nothing writes, checksums. */
#include "wp.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int wp_read_fd(int fd, struct wp_buf *b)
{
	char chunk[65536];
	ssize_t n;

	wp_buf_add(b, "", 0);
	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			wp_buf_add(b, chunk, (size_t)n);
	}
}

int wp_read_file(const char *path, struct wp_buf *b)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret, saved;

	if (fd < 0)
		return -1;
	ret = wp_read_fd(fd, b);
	saved = errno;
	close(fd);
	errno = saved;
	return ret;
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int wp_write_file(const char *path, const void *data, size_t len)
{
	char *tmp = wp_format("%s.tmp.%ld", path, (long)getpid());
	int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), ret = -1, saved;

	if (fd >= 0) {
		ret = write_all(fd, data, len);
		if (!ret)
			ret = fsync(fd);
		saved = errno;
		/* A full disk may only show at close. */
		if (close(fd) && !ret)
			ret = -1;
		else
			errno = saved;
		if (!ret)
			ret = rename(tmp, path);
		if (ret) {
			saved = errno;
			unlink(tmp);
			errno = saved;
		}
	}
	saved = errno;
	free(tmp);
	errno = saved;
	return ret;
}

void wp_sha256(const void *data, size_t len, char hex[WP_SHA256_HEX])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int n, i;

	if (!EVP_Digest(data, len, digest, &n, EVP_sha256(), NULL))
		wp_die(WP_FAILED, "SHA-256 is not available in this libcrypto");
	for (i = 0; i < n; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

int wp_sha256_file(const char *path, char hex[WP_SHA256_HEX])
{
	struct wp_buf b = {0};
	int ret = wp_read_file(path, &b);

	if (!ret)
		wp_sha256(b.data, b.len, hex);
	wp_buf_free(&b);
	return ret;
}
