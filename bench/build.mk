# SPDX-License-Identifier: GPL-2.0-or-later
# The harness: build/bench/bench; and what users call: make bench.

BENCH := $(B)/bench/bench
TOOLS += $(BENCH)

BENCH_SRC  := $(wildcard bench/*.c)
# What the unit tests link: everything but the commands.
BENCH_PARTS := $(filter-out bench/bench.c bench/cmd-%,$(BENCH_SRC))
BENCH_LIBS := $(LIB_LIBS) -ljansson -lelf -lm

# The words that every script starts a guest with.
CFLAGS-bench := -I$(B)/bench
$(B)/bench/machine.h: guest/machine.sh
	$(Q)mkdir -p $(@D) && bash -euc '. guest/machine.sh && machine_header' >$@.tmp && mv $@.tmp $@
$(call objs,bench/qemu.c) $(call asan,bench/qemu.c): $(B)/bench/machine.h

$(BENCH): $(call objs,$(BENCH_SRC)) $(LIB_OBJ)
	$(call link,$(BENCH_LIBS))

# make's settings as options of the harness
empty :=
space := $(empty) $(empty)
comma := ,
# A switch is on with 1, yes or true and off with 0, no, false or nothing.  Any other word is
# refused, and at once, not after the kernels are built: it must not pass for "off".
switch = $(if $(filter-out 1 yes true 0 no false,$($(1))),$(error $(1)=$($(1)): say $(1)=1 or \
	$(1)=0))$(filter 1 yes true,$($(1)))
BENCH_QUICK := $(call switch,QUICK)
BENCH_REUSE := $(call switch,REUSE)
BENCH_OPTIONS = $(if $(BENCH_QUICK),--size quick) $(if $(BENCH_REUSE),--reuse) \
	$(if $(WORKLOADS),--workloads $(subst $(space),$(comma),$(strip $(WORKLOADS)))) \
	--kernels $(subst $(space),$(comma),$(KERNEL_VERSIONS)) \
	$(if $(SYSTEMS),--systems $(subst $(space),$(comma),$(strip $(SYSTEMS)))) \
	$(if $(BOOTS),--boots $(BOOTS)) $(if $(JOBS),--jobs $(JOBS))

# What a run boots and is counted with.
BENCH_NEEDS = $(BENCH) $(B)/emulator/count.so $(B)/emulator/peer.so kernels xen runner initrd \
	wedge wedge-modules

##@ Measuring
bench: $(BENCH_NEEDS) ## measure all systems and print the table; QUICK=1 REUSE=1 KERNEL= SYSTEMS= WORKLOADS= BOOTS=
	$(Q)$(BENCH) suite $(BENCH_OPTIONS)

# Printing builds nothing but the program, which says what is missing.
bench-list: $(BENCH) ## print every run as a command that can go to any machine
	$(Q)$(BENCH) list $(BENCH_OPTIONS)

bench-table: $(BENCH) ## print the table again from stored results
	$(Q)$(BENCH) table $(BENCH_OPTIONS)

bench-determinism: $(BENCH_NEEDS) ## execute runs twice, idle and loaded, and compare byte for byte
	$(Q)$(BENCH) determinism $(BENCH_OPTIONS)

.PHONY: bench bench-list bench-table bench-determinism

# Tests.
BENCH_UNITS := bench_parse bench_model bench_rank
CHECKS += $(BENCH_UNITS:%=$(B)/tests/unit/%) tests/system/bench
CHECK_NEEDS += $(BENCH)
TESTS += tests/system/bench-table tests/system/bench-determinism
TEST_NEEDS += $(BENCH_NEEDS)
$(BENCH_UNITS:%=$(B)/tests/unit/%): $(B)/tests/unit/%: $(B)/asan/tests/unit/%.o \
		$(call asan,$(BENCH_PARTS)) $(LIB_ASAN)
	$(call unit_link,$(BENCH_LIBS))
