# SPDX-License-Identifier: GPL-2.0-or-later
# The afterburner: an `as` for `gcc -B`.  Static and stripped: it starts once a
# file, and a change in a comment leaves it, and the kernels made with it, as they are.
# Renamed into place: a GCC that does not find it at once silently takes another `as`.
AFTERBURN     := $(B)/afterburn/bin/as
# In reading order.
AFTERBURN_SRC := $(addprefix afterburn/,text.c site.c marker.c insn.c words.c operand.c scan.c \
	section.c macro.c names.c emit.c source.c) lib/plan.c lib/error.c lib/memory.c

$(AFTERBURN): $(call objs,$(addprefix afterburn/,as.c cmdline.c run.c) $(AFTERBURN_SRC))
	$(call say,LINK,$@)mkdir -p $(@D) && $(CC) $(filter %.o,$^) -static -s -o $@.tmp && mv $@.tmp $@

TOOLS += $(AFTERBURN)

##@ Afterburner
# Assembly text of a part of the kernel: what it is measured, tested and fuzzed with.
AFTERBURN_CORPUS := $(B)/afterburn/corpus
AFTERBURN_KERNEL := $(patsubst guest/linux-%/base.config,$(B)/linux-%/native,$(firstword \
	$(wildcard guest/linux-*/base.config)))

$(AFTERBURN_CORPUS): $(AFTERBURN_KERNEL)/built $(B)/afterburn/memsites.so tests/afterburn/corpus
	$(call say,CORPUS,$@)tests/afterburn/corpus $(AFTERBURN_KERNEL) $(B)/afterburn/memsites.so $@ && touch $@

$(B)/tests/afterburn/bench: $(call objs,tests/afterburn/bench.c $(AFTERBURN_SRC))
	$(call link,)

bench-afterburn: $(B)/tests/afterburn/bench $(AFTERBURN_CORPUS) ## megabytes of assembly per second through the afterburner
	@$< $(AFTERBURN_CORPUS)/*.s

.PHONY: bench-afterburn

$(B)/tests/unit/afterburn: $(call asan,tests/unit/afterburn.c $(filter-out lib/%,$(AFTERBURN_SRC))) $(LIB_ASAN)
	$(call unit_link,$(LIB_LIBS))

CHECKS += $(B)/tests/unit/afterburn

$(B)/tests/afterburn/same: $(call objs,tests/afterburn/same.c) $(SITES_OBJ) $(LIB_OBJ)
	$(call link,-lcapstone $(SITES_LIBS) $(LIB_LIBS))

# Fuzzing: seeds are pieces of the kernel's own assembly, some with a plan.
FUZZ_AFTERBURN     := $(B)/fuzz/afterburn
FUZZ_AFTERBURN_SRC := tests/fuzz/afterburn.c $(filter-out lib/error.c,$(AFTERBURN_SRC))

$(FUZZ_AFTERBURN): $(FUZZ_AFTERBURN_SRC) $(wildcard afterburn/*.h afterburn/*.def lib/*.h include/wedgeperf/*)
	$(call say,FUZZCC,$@)mkdir -p $(@D) && clang -std=gnu11 -O1 -g -Iinclude -Ilib -D_GNU_SOURCE \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all $(FUZZ_AFTERBURN_SRC) -o $@

$(FUZZ_AFTERBURN).seeds: tests/afterburn/seeds $(AFTERBURN_CORPUS)
	$(call say,SEEDS,$@)tests/afterburn/seeds $(AFTERBURN_CORPUS) $@

fuzz-afterburn: $(FUZZ_AFTERBURN) $(FUZZ_AFTERBURN).seeds ## fuzz the afterburner for SECONDS=60
	$(Q)mkdir -p $(FUZZ_AFTERBURN).corpus && cd $(B)/fuzz && ./afterburn -max_total_time=$(or $(SECONDS),60) \
		-timeout=10 -rss_limit_mb=1024 -max_len=16384 -dict=$(CURDIR)/tests/afterburn/fuzz.dict \
		-print_final_stats=1 afterburn.corpus afterburn.seeds

.PHONY: fuzz-afterburn

CHECKS      += tests/system/afterburner
CHECK_NEEDS += $(AFTERBURN) $(AUDIT) $(B)/tests/afterburn/same
TESTS       += tests/system/afterburner-corpus
TEST_NEEDS  += $(AFTERBURN_CORPUS)
