// SPDX-License-Identifier: GPL-2.0-or-later
/* main.c - afterburn-audit: are exactly the sensitive instructions annotated? */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "audit.h"

static const char usage[] =
	"usage: afterburn-audit [options] vmlinux|module.ko|object.o\n"
	"Checks the annotations of an afterburned file against its instructions.\n"
	"\n"
	"  -e, --exceptions FILE  findings that are known and why they are right, one a line:\n"
	"                         <finding> <place> <kind> <reason>; place and kind are globs\n"
	"  -b, --base FILE        the same kernel built without the afterburner: report the "
	"growth\n"
	"  -n, --names            only list the sites, tab separated: address, name, kind, "
	"length,\n"
	"                         total, prefixes, flags, section\n"
	"  -o, --output FILE      write there, all or nothing, instead of to stdout\n"
	"  -h, --help             this text\n"
	"\n"
	"Exit code: 0 no findings, 1 findings, 2 wrong usage or bad input, 3 failure.\n";

struct options {
	const char *file, *exceptions, *base, *output;
	bool names;
};

static void parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longopts[] = {
		{"exceptions", required_argument, NULL, 'e'},
		{"base", required_argument, NULL, 'b'},
		{"names", no_argument, NULL, 'n'},
		{"output", required_argument, NULL, 'o'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "e:b:no:h", longopts, NULL)) != -1) {
		switch (c) {
		case 'e':
			o->exceptions = optarg;
			break;
		case 'b':
			o->base = optarg;
			break;
		case 'n':
			o->names = true;
			break;
		case 'o':
			o->output = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(WP_OK);
		default:
			fputs(usage, stderr);
			exit(WP_USAGE);
		}
	}
	if (optind + 1 != argc) {
		fputs(usage, stderr);
		exit(WP_USAGE);
	}
	o->file = argv[optind];
}

static void open_image(struct image *img, const char *path)
{
	char *error;

	if (image_open(img, path, &error))
		wp_die(WP_USAGE, "%s: %s", path, error);
}

static void put(const char *path, const struct wp_buf *out)
{
	if (path) {
		if (wp_write_file(path, out->data, out->len))
			wp_die(WP_FAILED, "cannot write %s: %s", path, strerror(errno));
	} else if (fwrite(out->data, 1, out->len, stdout) != out->len || fflush(stdout)) {
		wp_die(WP_FAILED, "cannot write to stdout: %s", strerror(errno));
	}
}

int main(int argc, char **argv)
{
	struct options o = {0};
	struct image img, base = {0};
	struct sites sites;
	struct audit audit = {.img = &img, .sites = &sites};
	struct wp_buf out = {0};
	char *error;
	int code = WP_OK;

	wp_program = "afterburn-audit";
	parse_options(argc, argv, &o);
	open_image(&img, o.file);
	if (o.base)
		open_image(&base, o.base);
	if (sites_load(&sites, &img, &error))
		wp_die(WP_USAGE, "%s: %s", o.file, error);
	wp_buf_add(&out, "", 0);
	if (o.names) {
		audit_names(&audit, &out);
	} else {
		if (decoder_open(&audit.decoder))
			return WP_FAILED;
		audit_run(&audit);
		if (o.exceptions && audit_excuse(&audit, o.exceptions))
			return WP_USAGE;
		audit_report(&audit, o.base ? &base : NULL, &out);
		code = audit_open_findings(&audit) ? WP_FINDING : WP_OK;
		decoder_close(&audit.decoder);
	}
	put(o.output, &out);
	if (code == WP_FINDING && o.output)
		wp_warn("%s: %zu findings, see %s", o.file, audit_open_findings(&audit), o.output);
	audit_free(&audit);
	wp_buf_free(&out);
	sites_free(&sites);
	image_close(&img);
	image_close(&base);
	return code;
}
