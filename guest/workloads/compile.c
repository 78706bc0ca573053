/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compile.c - Debian's compiler and assembler build a library, file by file, as
 * `make -j1` would: libfdt, from the kernel's source.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <runner.h>

/* The first is the shortest: quick runs compile no other. */
static const char *const files[] = {
	"fdt_empty_tree", "fdt_strerror", "fdt_addresses", "fdt_wip",	  "fdt",
	"fdt_sw",	  "fdt_rw",	  "fdt_ro",	   "fdt_overlay",
};

#define FILES (sizeof(files) / sizeof(files[0]))

/* As gcc's driver does: spawn, wait, and look at the status. */
static void execute(char *const argv[], const char *source)
{
	char *envp[] = {"PATH=/usr/bin", "LC_ALL=C", NULL};
	int pid, status;
	int err = posix_spawn(&pid, argv[0], NULL, NULL, argv, envp);

	if (err)
		fail("%s: %s", argv[0], strerror(err));
	status = wait_for(pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail("%s of %s ended with wait status 0x%x", argv[0], source, status);
}

static void add_object(struct run *run, const char *path)
{
	char part[4096];
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		fail_errno("%s", path);
	while ((n = read(fd, part, sizeof(part))) > 0) {
		digest_bytes(&run->check, part, (size_t)n);
		run->bytes += (uint64_t)n;
	}
	if (n < 0)
		fail_errno("%s", path);
	close(fd);
}

static void work(struct run *run, uint64_t ops)
{
	for (uint64_t i = 0; i < ops; i++) {
		const char *name = files[i % FILES];
		char source[64], assembly[64], object[64];
		char *cc1[] = {"/usr/lib/gcc/x86_64-linux-gnu/12/cc1",
			       "-quiet",
			       "-imultiarch",
			       "x86_64-linux-gnu",
			       "-I",
			       "/src",
			       "-mtune=generic",
			       "-march=x86-64",
			       "-O2",
			       source,
			       "-o",
			       assembly,
			       NULL};
		char *as[] = {"/usr/bin/x86_64-linux-gnu-as", "--64", "-o", object, assembly, NULL};

		snprintf(source, sizeof(source), "/src/%s.c", name);
		snprintf(assembly, sizeof(assembly), "/tmp/%s.s", name);
		snprintf(object, sizeof(object), "/tmp/%s.o", name);
		execute(cc1, name);
		execute(as, name);
		add_object(run, object);
		if (unlink(assembly) || unlink(object))
			fail_errno("unlink");
	}
}

WORKLOAD = {
	.name = "compile",
	.unit = "file",
	.what = "gcc's cc1 -O2 and GNU as run over one source file of libfdt",
	.full_ops = 3,
	.quick_ops = 1,
	.warmup_ops = 0,
	.initrd = "programs",
	.peer = "none",
	.work = work,
};
