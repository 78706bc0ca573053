# SPDX-License-Identifier: GPL-2.0-or-later
# The rooms register their test programs in CHECKS (seconds) and TESTS (slower).

# $(call unit,name): a cmocka program from tests/unit/<name>.c; the room's
# build.mk adds the sanitized objects it tests as prerequisites.
unit_link = $(call say,LINK,$@)mkdir -p $(@D) && $(CC) $(SANITIZE) $(filter %.o,$^) $(1) -lcmocka -o $@

CHECKS += $(B)/tests/unit/lib tests/system/runner-of-tests tests/system/deps

$(B)/tests/unit/lib: $(B)/asan/tests/unit/lib.o $(LIB_ASAN)
	$(call unit_link,$(LIB_LIBS))

##@ Tests
# Programs that run side by side: most of each is one guest, which is one thread.
TEST_JOBS ?= $(shell nproc)

check: $(filter $(B)/%,$(CHECKS)) $(CHECK_NEEDS) ## quick tests and style, seconds
	@tests/run --jobs $(TEST_JOBS) tests/system/style $(CHECKS)

test: $(filter $(B)/%,$(CHECKS) $(TESTS)) $(CHECK_NEEDS) $(TEST_NEEDS) ## every test: builds the kernels, boots them
	@tests/run --jobs $(TEST_JOBS) tests/system/style $(CHECKS) $(TESTS)

.PHONY: check test

fresh: ## the README's two commands inside a newly made minimal Debian (root)
	@scripts/fresh "make bench" "make test"

.PHONY: fresh
