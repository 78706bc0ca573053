# SPDX-License-Identifier: GPL-2.0-or-later
# tuner: which strategy and pad each site gets.  It reads the table of fastpath/, whose
# sequences refer to a machine that is never run here: microbench's stands in.
TUNER     := $(B)/tuner/tuner
TUNER_SRC := $(filter-out tuner/main.c,$(wildcard tuner/*.c)) $(PROFILE_LIB) profiles/collect.c
TUNER_FAST := fastpath/emit.c fastpath/store.c microbench/machine.c
TUNER_LIBS := -no-pie -lcapstone $(SITES_LIBS) $(LIB_LIBS)

$(TUNER): $(call objs,tuner/main.c $(TUNER_SRC) $(TUNER_FAST)) $(FASTPATH_OBJ) $(SITES_OBJ) $(LIB_OBJ)
	$(call link,$(TUNER_LIBS))

TOOLS += $(TUNER)

# Tests.
CHECKS += $(B)/tests/unit/tuner tests/system/tuner
CHECK_NEEDS += $(TUNER) $(PROFILE) $(AFTERBURN)
$(B)/tests/unit/tuner: $(call asan,tests/unit/tuner.c tuner/solve.c tuner/costs.c) $(LIB_ASAN)
	$(call unit_link,$(LIB_LIBS))
