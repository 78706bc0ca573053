// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * init.c - /init of the module test: loads every module that is there, uses ext4 on a
 * loop device, unloads all that can be, and does it again, because then other code
 * stands where code of the first time stood.
 *
 * Says "modules: <step>: ok" or why not; the lines of two machines must be the same.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODULES	 "/modules"
#define IMAGE	 "/ext4.img"
#define MNT	 "/mnt"
#define MAX	 64
#define BLOCK	 4096
#define BLOCKS	 256
#define ROUNDS	 2
#define FNV_BASE 0xcbf29ce484222325ull

static char names[MAX][64];
static int count, loaded[MAX], nr_loaded;

static _Noreturn void end(const char *word)
{
	printf("modules: %s\n", word);
	sync();
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

static void step(const char *what, int bad)
{
	if (bad) {
		printf("modules: %s: %s\n", what, strerror(errno));
		end("failed");
	}
	printf("modules: %s: ok\n", what);
}

/* Sorted, so that the order is that of the names and not of the directory. */
static void find_modules(void)
{
	DIR *d = opendir(MODULES);
	struct dirent *e;
	int at;

	step("directory", !d);
	while ((e = readdir(d)) && count < MAX) {
		if (!strstr(e->d_name, ".ko") || strlen(e->d_name) >= sizeof(names[0]))
			continue;
		for (at = count++; at && strcmp(names[at - 1], e->d_name) > 0; at--)
			strcpy(names[at], names[at - 1]);
		strcpy(names[at], e->d_name);
	}
	closedir(d);
}

static int load(const char *name)
{
	char path[sizeof(MODULES) + sizeof(names[0])];
	int fd, ret;

	snprintf(path, sizeof(path), MODULES "/%.63s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -1;
	ret = (int)syscall(SYS_finit_module, fd, "", 0);
	close(fd);
	return ret;
}

/* A module that needs another fails with ENOENT until that one is there. */
static void load_all(void)
{
	int before;

	nr_loaded = 0;
	do {
		before = nr_loaded;
		for (int i = 0; i < count; i++) {
			int known = 0;

			for (int k = 0; k < nr_loaded; k++)
				known |= loaded[k] == i;
			if (known)
				continue;
			if (!load(names[i]))
				loaded[nr_loaded++] = i;
			else if (errno != ENOENT)
				step(names[i], 1);
		}
	} while (nr_loaded != before);
	for (int k = 0; k < nr_loaded; k++)
		step(names[loaded[k]], 0);
	errno = ENOENT;
	step("all of them", nr_loaded != count || !count);
}

static void unload_all(void)
{
	while (nr_loaded) {
		char *name = names[loaded[--nr_loaded]];
		char plain[64];

		snprintf(plain, sizeof(plain), "%.*s", (int)strcspn(name, "."), name);
		for (char *s = plain; *s; s++)
			if (*s == '-')
				*s = '_';
		printf("modules: unload %s: %s\n", plain,
		       syscall(SYS_delete_module, plain, O_NONBLOCK) ? strerror(errno) : "ok");
	}
}

static uint64_t digest(uint64_t h, const void *data, size_t size)
{
	const uint8_t *b = data;

	while (size--)
		h = (h ^ *b++) * 0x100000001b3ull;
	return h;
}

static void fill(uint8_t *b, unsigned int block, unsigned int round)
{
	for (unsigned int i = 0; i < BLOCK; i++)
		b[i] = (uint8_t)(i * 7 + block * 131 + (i >> 8) + round);
}

static void write_files(unsigned int round)
{
	static uint8_t b[BLOCK];
	int fd;

	step("mkdir", mkdir(MNT "/dir", 0755));
	fd = open(MNT "/dir/new", O_RDWR | O_CREAT | O_TRUNC, 0644);
	step("create", fd < 0);
	for (unsigned int n = 0; n < BLOCKS; n++) {
		fill(b, n, round);
		if (write(fd, b, BLOCK) != BLOCK)
			step("write", 1);
	}
	step("fsync", fsync(fd));
	close(fd);
	step("rename", rename(MNT "/dir/new", MNT "/dir/file"));
}

static void read_file(const char *path)
{
	static uint8_t b[BLOCK];
	uint64_t h = FNV_BASE;
	ssize_t n;
	int fd = open(path, O_RDONLY);

	step(path, fd < 0);
	while ((n = read(fd, b, BLOCK)) > 0)
		h = digest(h, b, (size_t)n);
	step("read", n < 0);
	close(fd);
	printf("modules: digest %016llx\n", (unsigned long long)h);
}

/* A kernel may refuse to mount what is open for writing: the device is closed meanwhile. */
static int open_loop(void)
{
	int loop = open("/dev/loop0", O_RDWR);

	step("loop device", loop < 0);
	return loop;
}

static void use_ext4(unsigned int round)
{
	int loop = open_loop(), image = open(IMAGE, O_RDWR);

	step("image", image < 0);
	step("attach", ioctl(loop, LOOP_SET_FD, image));
	close(image);
	close(loop);
	step("mount", mount("/dev/loop0", MNT, "ext4", 0, NULL));
	if (round)
		read_file(MNT "/kept");
	write_files(round);
	step("unmount", umount(MNT));
	step("mount again", mount("/dev/loop0", MNT, "ext4", 0, NULL));
	read_file(MNT "/dir/file");
	step("keep", rename(MNT "/dir/file", MNT "/kept"));
	step("rmdir", rmdir(MNT "/dir"));
	step("last unmount", umount(MNT));
	loop = open_loop();
	step("detach", ioctl(loop, LOOP_CLR_FD, 0));
	close(loop);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	step("devices", mount("none", "/dev", "devtmpfs", 0, NULL));
	mkdir(MNT, 0755);
	find_modules();
	for (unsigned int round = 0; round < ROUNDS; round++) {
		load_all();
		use_ext4(round);
		unload_all();
	}
	end("done");
}
