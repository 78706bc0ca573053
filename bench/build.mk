# SPDX-License-Identifier: GPL-2.0-or-later
# The harness: build/bench/bench; and what users call: make bench.

BENCH := $(B)/bench/bench
TOOLS += $(BENCH)

BENCH_SRC  := $(wildcard bench/*.c)
# What the unit tests link: everything but the commands.
BENCH_PARTS := $(filter-out bench/bench.c bench/cmd-%,$(BENCH_SRC))
BENCH_LIBS := $(LIB_LIBS) -ljansson -lelf -lm

$(BENCH): $(call objs,$(BENCH_SRC)) $(LIB_OBJ)
	$(call link,$(BENCH_LIBS))

# make's settings as options of the harness
empty :=
space := $(empty) $(empty)
comma := ,
BENCH_OPTIONS = $(if $(filter 1,$(QUICK)),--size quick) $(if $(filter 1,$(REUSE)),--reuse) \
	$(if $(WORKLOADS),--workloads $(subst $(space),$(comma),$(strip $(WORKLOADS)))) \
	$(if $(SYSTEMS),--systems $(subst $(space),$(comma),$(strip $(SYSTEMS)))) \
	$(if $(BOOTS),--boots $(BOOTS)) $(if $(JOBS),--jobs $(JOBS))

# What a run boots and is counted with.
BENCH_NEEDS = $(BENCH) $(B)/emulator/count.so $(B)/emulator/peer.so kernels xen runner initrd \
	wedge $(B)/wedge/base.module $(B)/wedge/programs.module

##@ Measuring
bench: $(BENCH_NEEDS) ## measure all systems and print the table; QUICK=1 REUSE=1 SYSTEMS= WORKLOADS= BOOTS=
	$(Q)$(BENCH) suite $(BENCH_OPTIONS)

bench-list: $(BENCH_NEEDS) ## print every run as a command that can go to any machine
	$(Q)$(BENCH) list $(BENCH_OPTIONS)

bench-table: $(BENCH_NEEDS) ## print the table again from stored results
	$(Q)$(BENCH) table $(BENCH_OPTIONS)

bench-determinism: $(BENCH_NEEDS) ## execute runs twice, idle and loaded, and compare byte for byte
	$(Q)$(BENCH) determinism $(BENCH_OPTIONS)

results: $(BENCH_NEEDS) ## measure, and rewrite results/ and the README's table
	$(Q)$(BENCH) suite --reuse --detail $(BENCH_OPTIONS)
	$(Q)cp $(B)/results/table.txt $(B)/results/table.json results/
	$(Q)scripts/readme-table results/table.txt README.md

.PHONY: bench bench-list bench-table bench-determinism results

# Tests.
BENCH_UNITS := bench_parse bench_model
CHECKS += $(BENCH_UNITS:%=$(B)/tests/unit/%) tests/system/bench
CHECK_NEEDS += $(BENCH)
TESTS += tests/system/bench-table tests/system/bench-determinism
TEST_NEEDS += $(BENCH_NEEDS)
$(BENCH_UNITS:%=$(B)/tests/unit/%): $(B)/tests/unit/%: $(B)/asan/tests/unit/%.o \
		$(call asan,$(BENCH_PARTS)) $(LIB_ASAN)
	$(call unit_link,$(BENCH_LIBS))
