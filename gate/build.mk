# SPDX-License-Identifier: GPL-2.0-or-later
# The performance gate: build/gate/gate measures and compares, gate/run decides what.
GATE       := $(B)/gate/gate
GATE_SRC   := $(wildcard gate/*.c)
GATE_PARTS := $(filter-out gate/main.c,$(GATE_SRC))
GATE_LIB   := $(BENCH_PARTS) profiles/profile.c profiles/names.c $(SITES_SRC)
GATE_LIBS  := $(BENCH_LIBS)
TOOLS += $(GATE)

$(GATE): $(call objs,$(GATE_SRC) $(GATE_LIB)) $(LIB_OBJ)
	$(call link,$(GATE_LIBS))

# What a run of the gate boots and is counted with.
GATE_IMAGES = $(B)/nop/xen $(B)/emulator/sitecost.so site-spans $(filter-out $(BENCH),$(BENCH_NEEDS))
gate-images: $(GATE_IMAGES)
gate-needs: $(GATE) $(GATE_IMAGES)
gate-kernels:
	@echo $(subst $(space),$(comma),$(strip $(KERNEL_VERSIONS)))

##@ The gate
gate: ## did it get slower?  Compares with results/baseline; BASE=<revision> KERNEL=all
	@B='$(B)' CC='$(CC)' KERNEL='$(KERNEL)' gate/run gate
baseline: ## rewrite results/baseline; KERNEL=all
	@B='$(B)' CC='$(CC)' KERNEL='$(KERNEL)' gate/run baseline

.PHONY: gate gate-images gate-needs gate-kernels baseline

gate-aa: gate-needs ## how often does the gate cry wolf, and what does it catch?  RUNS=20 SEED=0 WORKLOADS= REGRESSIONS=
	@B='$(B)' KERNEL='$(KERNEL)' gate/aa
results-gate: gate-needs ## gate-aa, and keep what it found in results/, alarms or none
	@REPORTS= B='$(B)' KERNEL='$(KERNEL)' gate/aa || [ $$? = 1 ]
	$(Q)scripts/results $(B) gate
.PHONY: gate-aa results-gate

# Tests.
GATE_UNITS := gate_record gate_compare gate_explain
CHECKS += $(GATE_UNITS:%=$(B)/tests/unit/%)
$(GATE_UNITS:%=$(B)/tests/unit/%): $(B)/tests/unit/%: $(B)/asan/tests/unit/%.o $(call asan,$(GATE_PARTS) $(GATE_LIB)) \
		$(LIB_ASAN)
	$(call unit_link,$(GATE_LIBS))
TESTS += tests/system/gate
TEST_NEEDS += gate-needs
