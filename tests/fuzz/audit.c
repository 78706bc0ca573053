// SPDX-License-Identifier: GPL-2.0-or-later
/* audit.c - libFuzzer: any bytes as an ELF file, through the whole audit. */
#include <stdlib.h>
#include "../../audit/audit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct decoder decoder;
	static bool open;
	struct wp_buf bytes = {0}, out = {0};
	struct image img;
	struct sites sites;
	struct audit a = {.img = &img, .sites = &sites};
	char *error;

	if (!open && decoder_open(&decoder))
		abort();
	open = true;
	wp_buf_add(&bytes, data, size);
	if (image_parse(&img, "fuzz", &bytes, &error)) {
		free(error);
		return 0;
	}
	if (sites_load(&sites, &img, &error)) {
		free(error);
	} else {
		a.decoder = decoder;
		audit_run(&a);
		audit_report(&a, &img, &out);
		audit_names(&a, &out);
		wp_buf_free(&out);
		audit_free(&a);
		sites_free(&sites);
	}
	image_close(&img);
	return 0;
}
