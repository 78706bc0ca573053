# SPDX-License-Identifier: GPL-2.0-or-later
# tuner: which strategy and pad each site gets.  It reads the table of fastpath/, whose
# sequences refer to a machine that is never run here: microbench's stands in.
TUNER     := $(B)/tuner/tuner
TUNER_SRC := $(filter-out tuner/main.c tuner/program.c,$(wildcard tuner/*.c)) $(PROFILE_LIB) profiles/collect.c
TUNER_FAST := fastpath/emit.c fastpath/store.c microbench/machine.c
TUNER_LIBS := -no-pie -lcapstone -ljansson $(SITES_LIBS) $(LIB_LIBS)

$(TUNER): $(call objs,tuner/main.c $(TUNER_SRC) $(TUNER_FAST)) $(FASTPATH_OBJ) $(SITES_OBJ) $(LIB_OBJ)
	$(call link,$(TUNER_LIBS))

TOOLS += $(TUNER)

##@ Tuning
# The runner with one more workload: a program of the user's (program.c).
$(B)/tuner/runner: $(RUNNER_OBJ) $(B)/guest/obj/tuner/program.o
	$(call say,LINK,$@)mkdir -p $(@D) && $(CC) -static -no-pie -Wl,--build-id=none -s $^ -o $@.tmp && mv $@.tmp $@

TRAINING   = $(if $(WORKLOAD),$(WORKLOAD),fork pipe pagefault)
HELD_OUT   = $(if $(WORKLOAD),,mmap signal syscall)
TUNE_NEEDS = $(TUNER) $(PROFILE) $(AUDIT) $(B)/emulator/count.so $(B)/emulator/sitecost.so $(B)/wedge/wedge.elf $(B)/wedge/check-plan \
	$(B)/xen/xen $(B)/emulator/peer.so $(B)/guest/runner $(B)/guest/initrd.cpio $(B)/guest/initrd-programs.cpio $(B)/tuner/runner $(B)/guest/gen_init_cpio kernel-native kernel-padded
tune: $(TUNE_NEEDS) ## profile, plan, rebuild the pads, boot, measure: WORKLOAD="names"|file QUICK=1 TEXT_BUDGET=bytes NATIVE_BUDGET= PADS=file
	+$(Q)$(AFTERBURN_ENV) AFTERBURN_KCFLAGS="$(AFTERBURN_KCFLAGS)" AFTERBURN_KAFLAGS="$(AFTERBURN_KAFLAGS)" \
		TEXT_BUDGET=$(TEXT_BUDGET) NATIVE_BUDGET=$(NATIVE_BUDGET) PADS=$(PADS) REUSE=$(REUSE) \
		tuner/tune $(B) $(firstword $(KERNEL_VERSIONS)) $(if $(filter 1,$(QUICK)),quick,full) "$(TRAINING)" "$(HELD_OUT)"
tune-classes: $(TUNE_NEEDS) ## what each inlined class gains in the tuned kernel: WORKLOAD="fork pipe" OPS=100
	$(Q)tuner/classes $(B) $(firstword $(KERNEL_VERSIONS)) "$(or $(WORKLOAD),fork)" $(OPS)
.PHONY: tune tune-classes

# Tests.
CHECKS += $(B)/tests/unit/tuner tests/system/tuner
TESTS += tests/system/tune
TEST_NEEDS += $(TUNE_NEEDS)
CHECK_NEEDS += $(TUNER) $(PROFILE) $(AFTERBURN)
$(B)/tests/unit/tuner: $(call asan,tests/unit/tuner.c tuner/solve.c tuner/costs.c) $(LIB_ASAN)
	$(call unit_link,$(LIB_LIBS))
