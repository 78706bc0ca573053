# SPDX-License-Identifier: GPL-2.0-or-later
# afterburn-audit: checks that exactly the sensitive instructions are annotated.
AUDIT     := $(B)/afterburn/afterburn-audit
AUDIT_SRC := $(addprefix audit/,check.c decode.c finding.c plan.c report.c scan.c stores.c tables.c)
AUDIT_OBJ := $(call objs,$(AUDIT_SRC))

$(AUDIT): $(call objs,audit/main.c) $(AUDIT_OBJ) $(SITES_OBJ) $(LIB_OBJ)
	$(call link,-lcapstone $(SITES_LIBS) $(LIB_LIBS))

TOOLS += $(AUDIT)

##@ Audit
audit: kernel-padded kernel-native $(AUDIT) ## check the padded kernels: sites, growth, findings
	$(Q)status=0; for v in $(KERNEL_VERSIONS); do \
		$(AUDIT) --exceptions audit/exceptions.txt --beside audit.txt \
			--base $(B)/linux-$$v/native/vmlinux $(B)/linux-$$v/padded/vmlinux || status=1; \
		cat $(B)/linux-$$v/padded/audit.txt; done; exit $$status

.PHONY: audit

$(B)/tests/unit/audit: $(call asan,tests/unit/audit.c $(AUDIT_SRC)) $(SITES_ASAN) $(LIB_ASAN)
	$(call unit_link,-lcapstone $(SITES_LIBS) $(LIB_LIBS))

CHECKS += $(B)/tests/unit/audit tests/system/audit

# The audit takes any file: fuzzed with libFuzzer, seeds are real objects.
FUZZ_AUDIT     := $(B)/fuzz/audit
FUZZ_AUDIT_SRC := tests/fuzz/audit.c $(AUDIT_SRC) $(SITES_SRC) lib/error.c lib/memory.c lib/file.c lib/plan.c \
	lib/plan_file.c
FUZZ_SECONDS   = $(or $(SECONDS),60)

$(FUZZ_AUDIT): $(FUZZ_AUDIT_SRC) $(wildcard audit/*.h lib/*.h)
	$(call say,FUZZCC,$@)mkdir -p $(@D) && clang -std=gnu11 -O1 -g -Iinclude -Ilib -D_GNU_SOURCE \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		$(FUZZ_AUDIT_SRC) -lcapstone $(SITES_LIBS) $(LIB_LIBS) -o $@

$(FUZZ_AUDIT).seeds: audit/fuzz-seeds $(AFTERBURN) $(B)/afterburn/memsites.so $(wildcard tests/data/memsites/*)
	$(call say,SEEDS,$@)audit/fuzz-seeds $(B) $@

fuzz-audit: $(FUZZ_AUDIT) $(FUZZ_AUDIT).seeds ## fuzz the audit for SECONDS=60
	$(Q)mkdir -p $(FUZZ_AUDIT).corpus && cd $(B)/fuzz && ./audit -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
		-rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 audit.corpus audit.seeds

.PHONY: fuzz-audit

