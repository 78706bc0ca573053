# SPDX-License-Identifier: GPL-2.0-or-later
#
# Wedgeperf's top-level Makefile: settings, quiet rules and the list of rooms.
# Each room keeps its own targets in <room>/build.mk.  `make help` lists them.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

B      := build
CACHE  ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/wedgeperf
CC     := gcc
HOSTCFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes \
	-Iinclude -Ilib -D_GNU_SOURCE
SANITIZE   := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# `make V=1` shows the commands.
ifeq ($(V),1)
Q :=
say =
else
Q := @
say = @printf '  %-7s %s\n' $(1) $(2);
endif

# Host packages come before everything else: make remakes what it includes, then
# starts over.  NO_DEPS=1 trusts that everything is there.
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),help)),)
ifneq ($(NO_DEPS),1)
include $(B)/deps.mk
endif
endif
$(B)/deps.mk: packages.txt scripts/deps
	$(Q)mkdir -p $(@D) && scripts/deps packages.txt && : >$@

# Filled in by the rooms.
CHECKS :=	# quick test programs (seconds each)
TESTS  :=	# slower ones: they build kernels or boot guests
TOOLS  :=	# host tools

# Compile one host object.  Sanitized twins for the tests live in $(B)/asan/.
$(B)/obj/%.o: %.c
	$(call say,CC,$<)mkdir -p $(@D) && $(CC) $(HOSTCFLAGS) $(CFLAGS-$(<D)) -MMD -MP -c $< -o $@
$(B)/asan/%.o: %.c
	$(call say,CC,"$< (sanitized)")mkdir -p $(@D) && $(CC) $(HOSTCFLAGS) $(SANITIZE) $(CFLAGS-$(<D)) -MMD -MP -c $< -o $@

# $(call objs,files.c): host objects;  $(call asan,files.c): their sanitized twins.
objs = $(patsubst %.c,$(B)/obj/%.o,$(1))
asan = $(patsubst %.c,$(B)/asan/%.o,$(1))

# Link: the rule of a program names its objects; LIBS-<name> its libraries.
link = $(call say,LINK,$@)mkdir -p $(@D) && $(CC) $(filter %.o,$^) $(1) -o $@

# lib/ first: the other rooms link it.  tests/ last: it runs what they register.
include lib/build.mk $(filter-out lib/% tests/%,$(wildcard */build.mk)) tests/build.mk

-include $(shell find $(B)/obj $(B)/asan -name '*.d' 2>/dev/null)

##@ General
help: ## list every target
	@awk 'BEGIN{FS=":.*## "} /^##@/{printf "\n%s\n",substr($$0,5)} \
	     /^[a-zA-Z0-9_-]+:.*## /{printf "  %-16s %s\n",$$1,$$2}' $(MAKEFILE_LIST)
	@printf '\nOptions: V=1 shows commands, QUICK=1 shortens bench, REUSE=1 keeps stored runs.\n'

tools: $(TOOLS) ## build the host tools

clean: ## remove build/ (downloads stay in the cache directory)
	$(call say,CLEAN,$(B))rm -rf $(B)

.PHONY: help tools clean
