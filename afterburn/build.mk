# SPDX-License-Identifier: GPL-2.0-or-later
# The afterburner: an `as` for `gcc -B`.  Linked statically: it starts once a file.
AFTERBURN     := $(B)/afterburn/bin/as
AFTERBURN_SRC := $(addprefix afterburn/,text.c insn.c scan.c section.c macro.c names.c emit.c source.c) \
	lib/plan.c lib/error.c lib/memory.c

$(AFTERBURN): $(call objs,$(addprefix afterburn/,as.c cmdline.c run.c) $(AFTERBURN_SRC))
	$(call link,-static)

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
