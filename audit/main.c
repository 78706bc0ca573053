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
	"  -p, --plan FILE        the plan it was made with: also report lines for sites that are\n"
	"                         not there, or are padded otherwise\n"
	"  -s, --stores FILE      check what ptstores.so observed instead (may be repeated)\n"
	"  -n, --names            only list the sites, tab separated: address, name, kind, "
	"length,\n"
	"                         total, prefixes, flags, section\n"
	"  -o, --output FILE      write there, all or nothing, instead of to stdout\n"
	"  -O, --beside NAME      the same, in the directory of the file that is checked\n"
	"  -h, --help             this text\n"
	"\n"
	"Exit code: 0 no findings, 1 findings, 2 wrong usage or bad input, 3 failure.\n";

enum mode {
	MODE_CODE,
	MODE_STORES,
	MODE_NAMES
};

struct options {
	const char *file, *exceptions, *base, *plan;
	char *output;
	const char **stores; /* ends with NULL */
	enum mode mode;
};

static _Noreturn void wrong_usage(void)
{
	fputs(usage, stderr);
	exit(WP_USAGE);
}

static void parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longopts[] = {
		{"exceptions", required_argument, NULL, 'e'},
		{"base", required_argument, NULL, 'b'},
		{"plan", required_argument, NULL, 'p'},
		{"stores", required_argument, NULL, 's'},
		{"names", no_argument, NULL, 'n'},
		{"output", required_argument, NULL, 'o'},
		{"beside", required_argument, NULL, 'O'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	const char *beside = NULL, *slash;
	size_t stores = 0;
	int c;

	o->stores = wp_alloc((size_t)argc * sizeof(*o->stores));
	while ((c = getopt_long(argc, argv, "e:b:p:s:no:O:h", longopts, NULL)) != -1) {
		switch (c) {
		case 'e':
			o->exceptions = optarg;
			break;
		case 'b':
			o->base = optarg;
			break;
		case 'p':
			o->plan = optarg;
			break;
		case 's':
			o->mode = MODE_STORES;
			o->stores[stores++] = optarg;
			break;
		case 'n':
			o->mode = MODE_NAMES;
			break;
		case 'o':
			o->output = wp_strdup(optarg);
			break;
		case 'O':
			beside = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(WP_OK);
		default:
			wrong_usage();
		}
	}
	if (optind + 1 != argc || (beside && o->output))
		wrong_usage();
	o->file = argv[optind];
	if (!beside)
		return;
	slash = strrchr(o->file, '/');
	o->output = wp_format("%.*s%s", slash ? (int)(slash + 1 - o->file) : 0, o->file, beside);
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

static void check(struct audit *a, const struct options *o, struct wp_buf *out)
{
	struct image base = {0};

	if (o->base)
		open_image(&base, o->base);
	if (o->mode == MODE_CODE) {
		if (decoder_open(&a->decoder))
			exit(WP_FAILED);
		audit_run(a);
		decoder_close(&a->decoder);
	}
	if (o->plan && audit_plan(a, o->plan))
		exit(WP_USAGE);
	for (size_t i = 0; o->stores[i]; i++)
		if (audit_stores(a, o->stores[i]))
			exit(WP_USAGE);
	if (o->exceptions && audit_excuse(a, o->exceptions))
		exit(WP_USAGE);
	if (o->mode == MODE_CODE)
		audit_report(a, o->base ? &base : NULL, out);
	else
		audit_report_stores(a, out);
	image_close(&base);
}

int main(int argc, char **argv)
{
	struct options o = {0};
	struct image img;
	struct sites sites;
	struct audit audit = {.img = &img, .sites = &sites};
	struct wp_buf out = {0};
	size_t findings;
	char *error;

	wp_program = "afterburn-audit";
	parse_options(argc, argv, &o);
	open_image(&img, o.file);
	if (sites_load(&sites, &img, &error))
		wp_die(WP_USAGE, "%s: %s", o.file, error);
	wp_buf_add(&out, "", 0);
	if (o.mode == MODE_NAMES)
		audit_names(&audit, &out);
	else
		check(&audit, &o, &out);
	put(o.output, &out);
	findings = audit_open_findings(&audit);
	if (findings && o.output)
		wp_warn("%s: %zu findings, see %s", o.file, findings, o.output);
	audit_free(&audit);
	wp_buf_free(&out);
	sites_free(&sites);
	image_close(&img);
	free(o.stores);
	free(o.output);
	return findings ? WP_FINDING : WP_OK;
}
