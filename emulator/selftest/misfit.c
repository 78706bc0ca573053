// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * misfit.c - stands in for a QEMU that loads a plugin and turns out to be
 * different from what the plugin expects.
 *
 *	misfit <how> <plugin.so> <argument>...
 *
 * It exports just enough of QEMU for the plugin to load and, for peer.so, to run
 * its self-test:  late: the timer fires
 * late.  stopped: never.  deaf: frames do not arrive.  crash: sending one crashes.  fits: as QEMU.
 * count.so needs functions that are not here at all.  Exit code 0 means that the plugin was
 *content.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include "../qemu-plugin.h"

#define EXPORT __attribute__((visibility("default")))

static const char *how;
static qemu_plugin_udata_cb_t at_exit_cb;
static void (*timer_cb)(void *opaque);
static void *timer_opaque;
static int64_t now;

/* The fields that QEMU 7.2 really has there. */
struct info {
	int type;
	size_t size;
	ssize_t (*receive)(void *nc, const uint8_t *buf, size_t len);
};

struct client {
	struct info *info;
	struct client *other;
};

int use_icount = 1;
EXPORT void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_simple_cb_t cb)
{
	(void)id;
	(void)cb;
}

EXPORT void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
						  qemu_plugin_vcpu_tb_trans_cb_t cb)
{
	(void)id;
	(void)cb;
}

EXPORT void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_udata_cb_t cb,
					   void *userdata)
{
	(void)id;
	(void)userdata;
	at_exit_cb = cb;
}

EXPORT struct client *qemu_new_net_client(struct info *info, struct client *other,
					  const char *model, const char *name);
struct client *qemu_new_net_client(struct info *info, struct client *other, const char *model,
				   const char *name)
{
	struct client *c = calloc(1, info->size);

	(void)model;
	(void)name;
	c->info = info;
	c->other = other;
	if (other)
		other->other = c;
	return c;
}

EXPORT struct client *net_hub_add_port(int hub, const char *name, struct client *other);
struct client *net_hub_add_port(int hub, const char *name, struct client *other)
{
	(void)hub;
	(void)name;
	(void)other;
	return calloc(1, sizeof(struct client));
}

EXPORT ssize_t qemu_send_packet(struct client *c, const uint8_t *buf, int len);
ssize_t qemu_send_packet(struct client *c, const uint8_t *buf, int len)
{
	if (!strcmp(how, "crash"))
		raise(SIGSEGV);
	if (strcmp(how, "deaf"))
		c->other->info->receive(c->other, buf, (size_t)len);
	return len;
}

EXPORT void timer_init_full(void *timer, void *group, int clock, int scale, int attributes,
			    void (*cb)(void *opaque), void *opaque);
void timer_init_full(void *timer, void *group, int clock, int scale, int attributes,
		     void (*cb)(void *opaque), void *opaque)
{
	(void)timer;
	(void)group;
	(void)clock;
	(void)scale;
	(void)attributes;
	timer_cb = cb;
	timer_opaque = opaque;
}

EXPORT void timer_mod_ns(void *timer, int64_t when);
void timer_mod_ns(void *timer, int64_t when)
{
	(void)timer;
	now = when + (strcmp(how, "late") ? 0 : 1000000);
}

EXPORT void timer_del(void *timer);
void timer_del(void *timer)
{
	(void)timer;
}

EXPORT int64_t qemu_clock_get_ns(int clock);
int64_t qemu_clock_get_ns(int clock)
{
	(void)clock;
	return now;
}

int main(int argc, char **argv)
{
	const qemu_info_t info = {.target_name = "x86_64", .system_emulation = true};
	int (*install)(qemu_plugin_id_t, const qemu_info_t *, int, char **);
	void *plugin;

	if (argc < 3)
		return 2;
	how = argv[1];
	plugin = dlopen(argv[2], RTLD_LAZY);
	if (!plugin) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	*(void **)&install = dlsym(plugin, "qemu_plugin_install");
	if (!install || install(1, &info, argc - 3, argv + 3))
		return 1;
	if (timer_cb && strcmp(how, "stopped"))
		timer_cb(timer_opaque);
	at_exit_cb(1, NULL);
	return 0;
}
