// SPDX-License-Identifier: GPL-2.0-or-later
/* samples.c - see samples.h. */
#include "samples.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rank.h"

#define MAGIC	    "wedgeperf-samples 1"
#define SIGNIFICANT 0.05
#define CASE_MAX    128

void samples_add(struct samples *s, const char *name, double value)
{
	struct sample_case *c = (struct sample_case *)samples_case(s, name);

	if (!c) {
		s->list = wp_realloc(s->list, (s->n + 1) * sizeof(*s->list));
		c = &s->list[s->n++];
		*c = (struct sample_case){.name = wp_strdup(name)};
	}
	c->value = wp_realloc(c->value, (c->n + 1) * sizeof(*c->value));
	c->value[c->n++] = value;
}

const struct sample_case *samples_case(const struct samples *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->list[i].name, name))
			return &s->list[i];
	return NULL;
}

/* The lines before the samples, all of which must be there. */
struct header {
	const char *word;
	char **value;
};

#define HEADERS 5
static void headers_of(struct samples *s, struct header h[HEADERS])
{
	h[0] = (struct header){"cpu", &s->cpu};
	h[1] = (struct header){"kernel", &s->kernel};
	h[2] = (struct header){"unit", &s->unit};
	h[3] = (struct header){"name", &s->name};
	h[4] = (struct header){"date", &s->date};
}

void samples_print(const struct samples *s, struct wp_buf *b)
{
	struct samples copy = *s;
	struct header h[HEADERS];
	char hex[WP_SHA256_HEX];
	size_t most = 0;

	headers_of(&copy, h);
	wp_buf_str(b, MAGIC "\n");
	for (size_t i = 0; i < HEADERS; i++)
		wp_buf_printf(b, "%s %s\n", h[i].word, *h[i].value);
	for (size_t i = 0; i < s->n; i++)
		most = s->list[i].n > most ? s->list[i].n : most;
	for (size_t k = 0; k < most; k++)
		for (size_t i = 0; i < s->n; i++)
			if (k < s->list[i].n)
				wp_buf_printf(b, "sample %s %.17g\n", s->list[i].name,
					      s->list[i].value[k]);
	wp_sha256(b->data, b->len, hex);
	wp_buf_printf(b, "sha256 %s\n", hex);
}

static int read_line(struct samples *s, char *line)
{
	struct header h[HEADERS];
	char name[CASE_MAX];
	double value;
	int end = 0;

	headers_of(s, h);
	for (size_t i = 0; i < HEADERS; i++) {
		size_t len = strlen(h[i].word);

		if (strncmp(line, h[i].word, len) || line[len] != ' ')
			continue;
		if (*h[i].value || !line[len + 1])
			return -1;
		*h[i].value = wp_strdup(line + len + 1);
		return 0;
	}
	if (sscanf(line, "sample %127s %lf%n", name, &value, &end) != 2 || line[end] ||
	    !isfinite(value))
		return -1;
	samples_add(s, name, value);
	return 0;
}

int samples_parse(struct samples *s, const char *path, const char *text, size_t size, char *why,
		  size_t len)
{
	const char *last = size > 1 ? memrchr(text, '\n', size - 1) : NULL;
	char hex[WP_SHA256_HEX], *copy, *rest, *line;
	struct header h[HEADERS];
	unsigned int at = 1;

	*s = (struct samples){0};
	if (!last || strncmp(text, MAGIC "\n", sizeof(MAGIC)) || text[size - 1] != '\n' ||
	    memchr(text, '\0', size)) {
		snprintf(why, len, "%s: no file of samples, or cut off; measure again", path);
		return -1;
	}
	last++;
	wp_sha256(text, (size_t)(last - text), hex);
	if ((size_t)(text + size - last) != 7 + WP_SHA256_HEX || strncmp(last, "sha256 ", 7) ||
	    strncmp(last + 7, hex, WP_SHA256_HEX - 1)) {
		snprintf(why, len,
			 "%s: damaged or edited: its checksum is not that of its content; measure "
			 "again",
			 path);
		return -1;
	}
	copy = rest = wp_strdup(text);
	rest[last - text - 1] = '\0';
	strsep(&rest, "\n");
	*why = '\0';
	while (!*why && (line = strsep(&rest, "\n"))) {
		at++;
		if (read_line(s, line))
			snprintf(why, len, "%s:%u: this line makes no sense", path, at);
	}
	free(copy);
	headers_of(s, h);
	for (size_t i = 0; !*why && i < HEADERS; i++)
		if (!*h[i].value)
			snprintf(why, len, "%s: no line '%s'", path, h[i].word);
	if (!*why)
		return 0;
	samples_free(s);
	return -1;
}

int samples_read(struct samples *s, const char *path, char *why, size_t len)
{
	struct wp_buf b = {0};
	int ret = -1;

	if (wp_read_file(path, &b))
		snprintf(why, len, "%s: %s", path, strerror(errno));
	else
		ret = samples_parse(s, path, b.data ? b.data : "", b.len, why, len);
	wp_buf_free(&b);
	return ret;
}

void samples_free(struct samples *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->list[i].name);
		free(s->list[i].value);
	}
	free(s->list);
	free(s->cpu);
	free(s->kernel);
	free(s->unit);
	free(s->name);
	free(s->date);
	*s = (struct samples){0};
}

const char *samples_differ(const struct samples *a, const struct samples *b)
{
	if (strcmp(a->cpu, b->cpu))
		return "they are of different CPUs";
	return strcmp(a->unit, b->unit) ? "they have different units" : NULL;
}

static void median_text(const struct sample_case *c, struct wp_buf *b)
{
	struct median m = rank_median(c->value, c->n);

	wp_buf_printf(b, " %12.1f", m.value);
	if (isnan(m.low))
		wp_buf_printf(b, " %25s", "[too few samples]");
	else
		wp_buf_printf(b, " [%11.1f %11.1f]", m.low, m.high);
}

static void one_side(const struct samples *s, struct wp_buf *b)
{
	wp_buf_printf(b, "%-16s %12s %25s %6s\n", "case", "median", "95 % interval", "n");
	for (size_t i = 0; i < s->n; i++) {
		wp_buf_printf(b, "%-16s", s->list[i].name);
		median_text(&s->list[i], b);
		wp_buf_printf(b, " %6zu\n", s->list[i].n);
	}
}

/* What is measured, on what: kernels may be what is compared, and both may have one name. */
static void heading(const struct samples *base, const struct samples *now, struct wp_buf *b)
{
	wp_buf_printf(b, "Measured on hardware: %s\n%s an operation\n%s: %s, kernel %s\n",
		      base->cpu, base->unit, now ? "base" : "now", base->name, base->kernel);
	if (now)
		wp_buf_printf(b, "now: %s, kernel %s\n", now->name, now->kernel);
	wp_buf_str(b, "\n");
}

/* Cases of @s that @other lacks: there is nothing to compare them with. */
static void only_in(const char *side, const struct samples *s, const struct samples *other,
		    struct wp_buf *b)
{
	const char *before = ":";

	for (size_t i = 0; i < s->n; i++) {
		if (samples_case(other, s->list[i].name))
			continue;
		if (*before == ':')
			wp_buf_printf(b, "not compared, only in %s", side);
		wp_buf_printf(b, "%s %s", before, s->list[i].name);
		before = ",";
	}
	if (*before == ',')
		wp_buf_str(b, "\n");
}

size_t samples_table(const struct samples *base, const struct samples *now, struct wp_buf *b)
{
	double *p = wp_alloc((base->n + 1) * sizeof(*p));
	size_t n = 0, slower = 0;

	heading(base, now, b);
	if (!now) {
		one_side(base, b);
		free(p);
		return 0;
	}
	for (size_t i = 0; i < base->n; i++) {
		const struct sample_case *a = &base->list[i], *c = samples_case(now, a->name);

		if (c)
			p[n++] = rank_test(a->value, a->n, c->value, c->n);
	}
	rank_holm(p, n);
	wp_buf_printf(b, "%-16s %12s %25s %12s %25s %7s %8s\n", "case", base->name, "95 % interval",
		      now->name, "95 % interval", "ratio", "p (Holm)");
	n = 0;
	for (size_t i = 0; i < base->n; i++) {
		const struct sample_case *a = &base->list[i], *c = samples_case(now, a->name);
		double ratio;

		if (!c)
			continue;
		ratio = rank_median(c->value, c->n).value / rank_median(a->value, a->n).value;
		wp_buf_printf(b, "%-16s", a->name);
		median_text(a, b);
		median_text(c, b);
		wp_buf_printf(b, " %7.4f %8.4f  %s\n", ratio, p[n],
			      p[n] >= SIGNIFICANT ? ""
			      : ratio > 1	  ? "slower"
						  : "faster");
		slower += p[n] < SIGNIFICANT && ratio > 1;
		n++;
	}
	only_in("base", base, now, b);
	only_in("now", now, base, b);
	free(p);
	return slower;
}
