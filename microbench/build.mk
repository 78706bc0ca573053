# SPDX-License-Identifier: GPL-2.0-or-later
# microbench: prices of sensitive operations.  One static, position-dependent program,
# so that the same file can run inside a guest and the sequences' disp32 fields reach.
MICROBENCH     := $(B)/microbench/microbench
MICROBENCH_LINK := -static -Wl,--gc-sections -lpfm -ljansson -lm
MICROBENCH_SRC := $(addprefix microbench/,counters.c loop.c machine.c measure.c report.c stats.c table.c) \
	$(wildcard microbench/ops/*.c)

# The library again, in sections that the linker can drop: a static program cannot do
# without libcrypto otherwise, which it does not use.
$(B)/obj/microbench/lib/%.o: lib/%.c
	$(call say,CC,"$< (sections)")mkdir -p $(@D) && $(CC) $(HOSTCFLAGS) -ffunction-sections -MMD -MP -c $< -o $@

$(MICROBENCH): $(call objs,microbench/main.c $(MICROBENCH_SRC) fastpath/emit.c fastpath/store.c) $(FASTPATH_OBJ) \
		$(addprefix $(B)/obj/microbench/lib/,error.o file.o memory.o)
	$(call link,$(MICROBENCH_LINK))

TOOLS += $(MICROBENCH)

##@ Prices
microbench: $(MICROBENCH) ## price every sensitive operation by strategy on this machine
	$(Q)$(MICROBENCH) --json $(B)/microbench/results.json
	$(Q)echo "# also in $(B)/microbench/results.json"

MICROBENCH_KERNEL := $(firstword $(KERNEL_VERSIONS))
microbench-guest: $(MICROBENCH) $(B)/linux-$(MICROBENCH_KERNEL)/native/built ## the same in instructions, exactly: in a guest kernel under QEMU
	$(Q)microbench/in-guest native $(B) $(MICROBENCH_KERNEL) $(MICROBENCH) $(B)/microbench/guest --samples 5

microbench-systems: $(MICROBENCH) kernels xen wedge ## what a user program pays the kernel for, on every system side by side
	$(Q)microbench/systems $(B) $(MICROBENCH_KERNEL) $(MICROBENCH) $(B)/microbench/systems

.PHONY: microbench microbench-guest microbench-systems

$(B)/tests/unit/microbench: $(call asan,tests/unit/microbench.c $(MICROBENCH_SRC) fastpath/emit.c fastpath/store.c) \
		$(FASTPATH_OBJ) $(LIB_ASAN)
	$(call unit_link,-no-pie -lpfm -ljansson -lm $(LIB_LIBS))

CHECKS += $(B)/tests/unit/microbench tests/system/microbench
CHECK_NEEDS += $(MICROBENCH)
TESTS += tests/system/microbench-guest
TEST_NEEDS += $(MICROBENCH)
