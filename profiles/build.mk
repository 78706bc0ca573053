# SPDX-License-Identifier: GPL-2.0-or-later
# profile: how often each site runs, collected, merged, checked and shown.
PROFILE     := $(B)/profiles/profile
PROFILE_LIB := $(addprefix profiles/,profile.c names.c)
PROFILE_SRC := $(PROFILE_LIB) $(addprefix profiles/,collect.c perf.c show.c)

$(PROFILE): $(call objs,profiles/main.c $(PROFILE_SRC)) $(SITES_OBJ) $(LIB_OBJ)
	$(call link,$(SITES_LIBS) $(LIB_LIBS))

TOOLS += $(PROFILE)

# Where the sites of a kernel are, for the ledgers of the gate (bench/ledger.h).
$(B)/gate/linux-%-padded.spans: $(B)/linux-%/padded/audited $(PROFILE)
	$(call say,SITES,$@)mkdir -p $(@D) && $(PROFILE) sites --spans --vmlinux $(B)/linux-$*/padded/vmlinux -o $@
site-spans: $(KERNEL_VERSIONS:%=$(B)/gate/linux-%-padded.spans)
.PHONY: site-spans

# Tests.
CHECKS += $(B)/tests/unit/profiles tests/system/profiles
CHECK_NEEDS += $(PROFILE) $(AFTERBURN)
$(B)/tests/unit/profiles: $(call asan,tests/unit/profiles.c profiles/profile.c) $(LIB_ASAN)
	$(call unit_link,$(LIB_LIBS))
