# SPDX-License-Identifier: GPL-2.0-or-later
# afterburn-audit: checks that exactly the sensitive instructions are annotated.
AUDIT     := $(B)/afterburn/afterburn-audit
AUDIT_SRC := $(addprefix audit/,check.c decode.c finding.c report.c scan.c stores.c tables.c)
AUDIT_OBJ := $(call objs,$(AUDIT_SRC))

$(AUDIT): $(call objs,audit/main.c) $(AUDIT_OBJ) $(SITES_OBJ) $(LIB_OBJ)
	$(call link,-lcapstone $(SITES_LIBS) $(LIB_LIBS))

TOOLS += $(AUDIT)

$(B)/tests/unit/audit: $(call asan,tests/unit/audit.c $(AUDIT_SRC)) $(SITES_ASAN) $(LIB_ASAN)
	$(call unit_link,-lcapstone $(SITES_LIBS) $(LIB_LIBS))

CHECKS += $(B)/tests/unit/audit
