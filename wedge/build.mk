# SPDX-License-Identifier: GPL-2.0-or-later
# The in-place VMM: core/ knows no hypervisor, each other folder is one.

##@ Wedge
WEDGE_SRC := $(wildcard wedge/core/*.c)
WEDGE_XEN := $(wildcard wedge/xen/*.c wedge/xen/*.S)
# Freestanding, linked in the top 2 GB, no FPU state of the guest's touched, and no
# loop made into a call of the very function that it implements.
WEDGE_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror -Wstrict-prototypes -Iinclude \
	-D__XEN_INTERFACE_VERSION__=0x00040d00 -ffile-prefix-map=$(CURDIR)=. \
	-ffreestanding -fno-builtin -fno-pic -fno-pie -mcmodel=kernel -mno-red-zone -mgeneral-regs-only \
	-fno-stack-protector -fno-strict-aliasing -fcf-protection=none -fno-asynchronous-unwind-tables
WEDGE_LDFLAGS := -static -nostdlib -z noexecstack -z max-page-size=4096 --build-id=none \
	--no-warn-rwx-segments

$(B)/wedge/%.c.o: wedge/%.c
	$(call say,CC,$<)mkdir -p $(@D) && $(CC) $(WEDGE_CFLAGS) -MMD -MP -c $< -o $@
$(B)/wedge/%.S.o: wedge/%.S
	$(call say,AS,$<)mkdir -p $(@D) && $(CC) $(WEDGE_CFLAGS) -MMD -MP -c $< -o $@
WEDGE_FAST := $(wildcard fastpath/*.S fastpath/*.c)
$(B)/wedge/fastpath/%.o: fastpath/%
	$(call say,CC,$<)mkdir -p $(@D) && $(CC) $(WEDGE_CFLAGS) -MMD -MP -c $< -o $@
WEDGE_OBJ := $(patsubst wedge/%,$(B)/wedge/%.o,$(WEDGE_SRC) $(WEDGE_XEN)) \
	$(patsubst %,$(B)/wedge/%.o,$(WEDGE_FAST))
-include $(WEDGE_OBJ:.o=.d)

$(B)/wedge/wedge.elf: $(WEDGE_OBJ) wedge/xen/link.ld
	$(call say,LINK,$@)ld $(WEDGE_LDFLAGS) -T wedge/xen/link.ld $(WEDGE_OBJ) -o $@.tmp && mv $@.tmp $@

# What wedge/pack has a plan checked with.
$(B)/wedge/check-plan: $(call objs,wedge/check-plan.c) $(LIB_OBJ)
	$(call link,$(LIB_LIBS))
TOOLS += $(B)/wedge/check-plan

wedge: $(B)/wedge/wedge.elf $(B)/wedge/check-plan ## build the in-place VMM (a dom0 kernel for Xen)
# What is linked, in its order, for gate/aa, which links it in others.
wedge-objects:
	@echo $(WEDGE_OBJ)
.PHONY: wedge-objects

# The guest's container: the padded kernel's vmlinux, byte for byte, and an initramfs.
# Links and dates are fixed, so that equal contents give equal bytes.
# Names are those of sites, for plans and panics, in the order of their addresses.
# $(call wedge_module,kernel,name,initramfs); $(call wedge_modules,kernel)
define wedge_module
$(B)/wedge/$(1)/$(2).module: $(KERNELS-$(1)-padded) $(B)/guest/$(3).cpio $(B)/wedge/$(1)/names wedge/pack
	$$(call say,PACK,$$@)wedge/pack -n $(B)/wedge/$(1)/names $$@ $(B)/linux-$(1)/padded/vmlinux $(B)/guest/$(3).cpio
endef
define wedge_modules
$(B)/wedge/$(1)/names: $(KERNELS-$(1)-padded) $(B)/afterburn/afterburn-audit
	$$(call say,NAMES,$$@)mkdir -p $$(@D) && $(B)/afterburn/afterburn-audit -n -o $$@.tmp $(B)/linux-$(1)/padded/vmlinux && \
		cut -f2 $$@.tmp >$$@.new && rm $$@.tmp && mv $$@.new $$@
$(call wedge_module,$(1),base,initrd)
$(call wedge_module,$(1),programs,initrd-programs)
endef
$(foreach v,$(KERNEL_ALL),$(eval $(call wedge_modules,$(v))))
# By this name for rooms that are read before the list of kernels is.
wedge-modules: $(foreach v,$(KERNEL_VERSIONS),$(addprefix $(B)/wedge/$(v)/,base.module programs.module))
.PHONY: wedge-modules
# Those of the first kernel, for tests that are of the wedge and not of kernels.
$(addprefix $(B)/wedge/,base.module programs.module names): $(B)/wedge/%: $(B)/wedge/$(KERNEL_BASE)/%
	$(Q)ln -sfn $(KERNEL_BASE)/$(@F) $@

# The richer kernels' modules, an /init that loads and uses them, and all of it for the wedge.
$(B)/guest/use-modules: guest/modules/init.c
	$(call say,CC,$<)$(CC) $(RUNNER_CFLAGS) -static -no-pie -Wl,--build-id=none -s $< -o $@.tmp && mv $@.tmp $@
$(B)/linux-%/rich/modules.cpio: $(B)/linux-%/rich/audited guest/modules/pack guest/initrd $(B)/guest/gen_init_cpio \
		$(B)/guest/use-modules
	$(call say,INITRD,$@)guest/modules/pack $(B)/guest $(@D) $(B)/guest/use-modules $@
.SECONDARY: $(foreach v,$(KERNEL_ALL),$(B)/linux-$(v)/rich/audited $(B)/linux-$(v)/rich/modules.cpio)
$(B)/wedge/%/rich.module: $(B)/linux-%/rich/modules.cpio wedge/pack
	$(call say,PACK,$@)mkdir -p $(@D) && wedge/pack $@ $(B)/linux-$*/rich/vmlinux $<
# Long builds: not part of `make test'.
test-modules: $(foreach v,$(KERNEL_VERSIONS),$(B)/wedge/$(v)/rich.module) $(B)/wedge/wedge.elf $(B)/xen/xen ## the richer kernels load modules and use ext4, natively and under the wedge
	@tests/run tests/system/modules && grep "^# [0-9]" build/tests/log/tests_system_modules.tap
.PHONY: test-modules

wedge-boot: $(B)/wedge/wedge.elf $(B)/wedge/check-plan $(B)/wedge/$(firstword $(KERNEL_VERSIONS))/base.module $(B)/xen/xen ## boot the padded kernel on Xen: WORKLOAD=syscall OPS=1000 [KERNEL=6.12] [PLAN=file]
	$(Q)wedge/boot $(B) $(firstword $(KERNEL_VERSIONS)) $(or $(WORKLOAD),syscall) $(or $(OPS),1000) $(PLAN)

.PHONY: wedge wedge-boot

# Unit tests: the core on a machine made of an array (tests/unit/wedge_machine.c).
CFLAGS-wedge/core := -DWINDOW_BASE=0x200000000000
CFLAGS-tests/unit += -DWINDOW_BASE=0x200000000000
WEDGE_TESTED := $(call asan,$(filter-out %/string.c %/main.c,$(WEDGE_SRC)) tests/unit/wedge_machine.c)
WEDGE_TESTS  := $(patsubst %,$(B)/tests/unit/wedge_%,insn devices boot paging plan late selector)
$(WEDGE_TESTS): $(B)/tests/unit/%: $(B)/asan/tests/unit/%.o $(WEDGE_TESTED)
	$(call unit_link)
CHECKS += $(WEDGE_TESTS)
TESTS += tests/system/wedge tests/system/wedge-refusals tests/system/wedge-selftests tests/system/wedge-strategies tests/system/wedge-neutral tests/system/modules
TESTS += tests/system/kernels
TEST_NEEDS += $(foreach v,$(KERNEL_ALL),$(KERNELS-$(v)-native) $(KERNELS-$(v)-xenolinux) $(B)/wedge/$(v)/base.module)
CHECKS += tests/system/wedge-pack
CHECK_NEEDS += $(B)/wedge/check-plan
TEST_NEEDS += $(B)/wedge/wedge.elf $(B)/wedge/base.module $(B)/xen/xen $(B)/guest/runner

# The back end's part that does without a hypervisor.
WEDGE_XEN_TESTS := $(patsubst %,$(B)/tests/unit/wedge_%,features fsbase)
$(WEDGE_XEN_TESTS): $(B)/tests/unit/wedge_%: $(B)/asan/tests/unit/wedge_%.o $(B)/asan/wedge/xen/%.o $(WEDGE_TESTED)
	$(call unit_link)
CFLAGS-wedge/xen := -D__XEN_INTERFACE_VERSION__=0x00040d00 -DWINDOW_BASE=0x200000000000
CHECKS += $(WEDGE_XEN_TESTS)

wedge-lines: ## lines of the VMM, by part
	@for d in core xen; do printf '%-6s %6d\n' $$d $$(cat wedge/$$d/* | wc -l); done
.PHONY: wedge-lines
