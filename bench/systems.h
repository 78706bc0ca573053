/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * systems.h - what can be measured: a table of systems.
 *
 * Strings are templates.  Replaced are
 *	{build}   the build directory	{tree}  the kernel's O= directory
 *	{initrd}  the initial RAM disk	{mb}    the guest's memory in MB
 *	{container}  the name of the wedge's container, which is made of a vmlinux and that disk
 *	{kernel}  the generation of Linux: what follows linux- in the name of its folder
 *	{guest}   the wp.* options of the run
 *	{hypervisor}  the directory of it, in {build}: see run_hypervisor()
 *	{pc}, {dom0}, {xen}     what guest/machine.sh tells the kernels and Xen
 * In `initrd`, a comma separates multiboot modules (QEMU's own rule).
 */
#ifndef WEDGEPERF_BENCH_SYSTEMS_H
#define WEDGEPERF_BENCH_SYSTEMS_H

#include <stdbool.h>
#include <stddef.h>

enum image_type {
	IMAGE_NONE,
	IMAGE_BZIMAGE,
	IMAGE_ELF,
	IMAGE_CPIO,
	IMAGE_CONTAINER /* its vmlinux must be the first image of the system */
};

#define SYSTEM_IMAGES  4
#define SYSTEM_REGIONS 3

struct bench_system {
	const char *id;	   /* as in run ids: [a-z0-9-]+ */
	const char *label; /* as in tables; at most 18 characters */
	bool on_request;   /* measured only if --systems names it */
	const char *tree;
	const char *kernel; /* QEMU's -kernel */
	const char *append; /* QEMU's -append */
	const char *initrd; /* QEMU's -initrd */
	bool on_xen;	    /* more memory, and a start before the second turns */
	/* Everything that is booted, in the order in which it is reported. */
	struct {
		enum image_type type;
		const char *path;
	} image[SYSTEM_IMAGES];
	/* region= values for count.so: who executes where. */
	const char *region[SYSTEM_REGIONS];
};

/* The first is the base of all ratios. */
extern const struct bench_system bench_systems[];
extern const size_t bench_nsystems;

const struct bench_system *bench_system_find(const char *id); /* NULL: none */

#endif
