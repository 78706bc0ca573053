# SPDX-License-Identifier: GPL-2.0-or-later
# Guests: kernels, the hypervisor, the initramfs and the workloads in it.

##@ Guests
# Kernel generations are the folders guest/linux-*, systems their fragments.  KERNEL= says
# which are built and measured (several words, or all).  KERNEL_BASE's source and
# headers are also what the guest programs of every generation are made of.
KERNEL_ALL      := $(sort $(patsubst guest/linux-%/base.config,%,$(wildcard guest/linux-*/base.config)))
KERNEL_BASE     := 6.1
KERNEL          ?= $(KERNEL_BASE)
KERNEL_VERSIONS := $(if $(filter all,$(KERNEL)),$(KERNEL_ALL),$(KERNEL))
KERNEL_UNKNOWN  := $(filter-out $(KERNEL_ALL),$(KERNEL_VERSIONS))
$(if $(KERNEL_UNKNOWN)$(if $(KERNEL_VERSIONS),,none),$(error KERNEL=$(KERNEL): say all, or some of: $(KERNEL_ALL)))
XEN_VERSION     := 4.17
DEBS            := $(CACHE)/debs

# Packages.  versions.txt changes (and what is made from it) only when a package does.
$(B)/guest/fetched: guest/packages.txt guest/fetch
	$(Q)guest/fetch guest/packages.txt $(DEBS) $(B)/guest/versions.txt && touch $@
$(B)/guest/versions.txt: $(B)/guest/fetched
	@:

# guest/unpack does nothing when the packages concerned are the same as before.
$(B)/linux-%/src.from: $(B)/guest/versions.txt guest/unpack
	$(Q)guest/unpack linux $* $(B)/guest/versions.txt $(DEBS) $(B)/linux-$*/src
$(B)/xen/xen: $(B)/guest/versions.txt guest/unpack
	$(Q)guest/unpack xen $(XEN_VERSION) $(B)/guest/versions.txt $(DEBS) $@
# What tests and the gate boot.  Xen reads its file's name, which is as long as the package's.
$(B)/nop/xen: $(B)/xen/xen guest/xen-delay
	$(Q)mkdir -p $(@D) && guest/xen-delay $< $@
$(B)/guest/root.from: $(B)/guest/versions.txt guest/unpack
	$(Q)guest/unpack root - $(B)/guest/versions.txt $(DEBS) $(B)/guest/root

fetch: $(B)/guest/fetched ## download the guests' packages into $(CACHE)
update: ## take the newest packages of each series
	$(Q)guest/fetch --update guest/packages.txt $(DEBS) $(B)/guest/versions.txt && touch $(B)/guest/fetched

# Kernels.  A changed afterburner, plugin or plan leaves command lines as they were, so
# their checksum is put there: Kbuild then knows that every object is old.
-include afterburn/kbuild.mk
AFTERBURN_FILES = $(patsubst $(CURDIR)/%,%,$(AFTERBURN_DEPS))
$(B)/guest/afterburn.id: $(AFTERBURN_FILES) FORCE
	$(Q)cat $(AFTERBURN_FILES) | sha256sum | cut -c1-16 >$@.tmp && \
	{ cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@; }
KERNEL_ENV-padded  = $(AFTERBURN_ENV) \
	KCFLAGS="$(AFTERBURN_KCFLAGS) -DAFTERBURN_ID=$$(<$(B)/guest/afterburn.id)" \
	KAFLAGS="$(AFTERBURN_KAFLAGS) -DAFTERBURN_ID=$$(<$(B)/guest/afterburn.id)"
KERNEL_DEPS-padded = $(B)/guest/afterburn.id
KERNEL_ENV-rich    = $(KERNEL_ENV-padded)
KERNEL_DEPS-rich   = $(KERNEL_DEPS-padded)

# A padded kernel counts as made once it has passed the audit, and its modules have.
KERNEL_STAMP-padded := audited
KERNEL_STAMP-rich   := audited
$(B)/linux-%/audited: $(B)/linux-%/built $(AUDIT) audit/exceptions.txt
	$(call say,AUDIT,$(@D)/vmlinux)t=$@.tmp.$$$$; rm -f $@; \
	{ $(AUDIT) --exceptions audit/exceptions.txt $(@D)/vmlinux && \
		find $(@D) -name '*.ko' | sort | xargs -r -n1 $(AUDIT); } >$$t || \
		{ s=$$?; cat $$t; rm -f $$t; exit $$s; }; mv $$t $@

# Systems that are not measured, and what is built besides the kernel.
KERNEL_EXTRA     := rich
KERNEL_MORE-rich := vmlinux bzImage modules
# $(call kernel,version,system)
define kernel
KERNELS-$(1)-$(2) := $(B)/linux-$(1)/$(2)/$(or $(KERNEL_STAMP-$(2)),built)
KERNELS-$(2) += $(if $(filter $(1),$(KERNEL_VERSIONS)),$$(KERNELS-$(1)-$(2)))
KERNELS += $(if $(filter-out $(KERNEL_EXTRA),$(2)),$(if $(filter $(1),$(KERNEL_VERSIONS)),$$(KERNELS-$(1)-$(2))))
$(B)/linux-$(1)/$(2)/built: $(B)/linux-$(1)/src.from guest/kernel-build guest/kernel-config \
		guest/linux-$(1)/base.config guest/linux-$(1)/$(2).config $$(KERNEL_DEPS-$(2))
	+$(Q)$$(if $$(KERNEL_MORE-$(2)),$$(KERNEL_ENV-$(2)) KERNEL_TARGETS="$$(KERNEL_MORE-$(2))" \
		guest/kernel-build $(B) $(1) $(2) && )$$(KERNEL_ENV-$(2)) guest/kernel-build $(B) $(1) $(2)
endef
$(foreach v,$(KERNEL_ALL),$(foreach s,$(filter-out base,$(basename $(notdir $(wildcard \
	guest/linux-$(v)/*.config)))),$(eval $(call kernel,$(v),$(s)))))

kernels: $(KERNELS) ## build the guest kernels of every system
kernel-native: $(KERNELS-native) ## Linux as it is
kernel-padded: $(KERNELS-padded) ## Linux, afterburned
kernel-xenolinux: $(KERNELS-xenolinux) ## Linux as Xen's dom0
kernel-rich: $(KERNELS-rich) ## Linux, afterburned, with modules, preemption, jump labels, ext4
xen: $(B)/xen/xen ## unpack the hypervisor

configs: $(KERNELS) ## show how the systems' kernel configurations differ
	@for v in $(KERNEL_VERSIONS); do for s in padded xenolinux; do \
		echo "linux-$$v: native -> $$s"; \
		diff <(grep -E '^(# )?CONFIG_' $(B)/linux-$$v/native/.config) \
		     <(grep -E '^(# )?CONFIG_' $(B)/linux-$$v/$$s/.config) || :; done; done

.PHONY: FORCE fetch update kernels kernel-native kernel-padded kernel-xenolinux kernel-rich xen configs

# The runner: static, the guest's /init and a host program.
RUNNER_SRC    := $(wildcard guest/runner/*.c guest/workloads/*.c)
RUNNER_OBJ    := $(patsubst %.c,$(B)/guest/obj/%.o,$(RUNNER_SRC))
RUNNER_CFLAGS := -std=gnu11 -O2 -Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes \
	-Iinclude -Iguest/runner -D_GNU_SOURCE -fno-pie -ffile-prefix-map=$(CURDIR)=.
$(B)/guest/obj/%.o: %.c
	$(call say,CC,$<)mkdir -p $(@D) && $(CC) $(RUNNER_CFLAGS) -MMD -MP -c $< -o $@
$(B)/guest/runner: $(RUNNER_OBJ)
	$(call say,LINK,$@)$(CC) -static -no-pie -Wl,--build-id=none -s $^ -o $@.tmp && mv $@.tmp $@
-include $(RUNNER_OBJ:.o=.d)

# Initramfs images, made by the kernel's own generator from copies of fixed date.
$(B)/guest/gen_init_cpio: $(foreach v,$(KERNEL_BASE),$(B)/linux-$(v)/src.from)
	$(call say,HOSTCC,$@)$(CC) -O2 $(<D)/src/usr/gen_init_cpio.c -o $@.tmp && mv $@.tmp $@
$(B)/guest/initrd.cpio: guest/initrd guest/initrd.list $(B)/guest/gen_init_cpio $(B)/guest/runner
	$(call say,INITRD,$@)guest/initrd $(B)/guest $@ guest/initrd.list

$(B)/guest/programs.list: guest/programs $(B)/guest/root.from $(B)/linux-$(KERNEL_BASE)/src.from
	$(Q)ln -sfn ../linux-$(KERNEL_BASE)/src $(B)/guest/linux && \
	guest/programs $(B)/guest/root $(B)/guest/linux >$@.tmp && mv $@.tmp $@
$(B)/guest/initrd-programs.cpio: guest/initrd guest/initrd.list $(B)/guest/programs.list \
		$(B)/guest/gen_init_cpio $(B)/guest/runner
	$(call say,INITRD,$@)guest/initrd $(B)/guest $@ guest/initrd.list $(B)/guest/programs.list

runner: $(B)/guest/runner ## build the workload runner (also a host program)
initrd: $(B)/guest/initrd.cpio $(B)/guest/initrd-programs.cpio ## build the initramfs images
.PHONY: runner initrd

# Tests.
CHECKS += $(B)/tests/unit/guest_runner tests/system/guest-runner
CHECK_NEEDS += $(B)/guest/runner
$(B)/tests/unit/guest_runner: $(call asan,tests/unit/guest_runner.c guest/runner/cmdline.c guest/runner/digest.c)
	$(call unit_link)
CHECKS += tests/system/guest-fetch
TESTS += tests/system/machine
TESTS += tests/system/guest-kernel tests/system/guest-boot
TEST_NEEDS += kernels xen initrd $(B)/nop/xen

# The kernel's selftests (a list for each generation), and the /init that runs a list of programs.
$(B)/guest/run-programs: guest/selftests/init.c
	$(call say,CC,$<)mkdir -p $(@D) && $(CC) $(RUNNER_CFLAGS) -static -no-pie -Wl,--build-id=none -s $< -o $@.tmp && mv $@.tmp $@
define selftests
$(B)/guest/selftests-$(1)/programs: guest/selftests/build guest/selftests/faults.c guest/selftests/linux-$(1).list $(B)/linux-$(1)/src.from
	$$(call say,BUILD,$$(@D))guest/selftests/build $(B)/linux-$(1)/src guest/selftests/linux-$(1).list $$(@D)
$(B)/guest/selftests-$(1).cpio: guest/initrd guest/initrd.list $(B)/guest/selftests-$(1)/programs \
		$(B)/guest/gen_init_cpio $(B)/guest/run-programs
	$$(call say,INITRD,$$@){ grep -v '^file /init' guest/initrd.list; echo "file /init run-programs 755 0 0"; } \
		>$(B)/guest/selftests-$(1)/base.list && \
	guest/initrd $(B)/guest $$@ $(B)/guest/selftests-$(1)/base.list $(B)/guest/selftests-$(1)/cpio.list
selftests-$(1): $(KERNELS-$(1)-native) $(KERNELS-$(1)-padded) $(B)/guest/selftests-$(1).cpio $(B)/xen/xen $(B)/wedge/wedge.elf
	$$(Q)guest/selftests/compare $(B) $(1) $(B)/guest/selftests-$(1)/run native padded wedge
.PHONY: selftests-$(1)
endef
SELFTESTS_ALL := $(patsubst guest/selftests/linux-%.list,%,$(wildcard guest/selftests/linux-*.list))
$(foreach v,$(SELFTESTS_ALL),$(eval $(call selftests,$(v))))
selftests: $(KERNEL_VERSIONS:%=selftests-%) ## the kernel's own selftests, natively and under the wedge [KERNEL=6.12]
.PHONY: selftests
TEST_NEEDS += $(SELFTESTS_ALL:%=$(B)/guest/selftests-%.cpio)

# The interrupt storm's /init.
STORM_OBJ := $(patsubst %.c,$(B)/guest/obj/%.o,$(wildcard guest/storm/*.c))
$(B)/guest/storm: $(STORM_OBJ)
	$(call say,LINK,$@)$(CC) -static -no-pie -Wl,--build-id=none -s $^ -o $@.tmp && mv $@.tmp $@
-include $(STORM_OBJ:.o=.d)
$(B)/guest/storm.cpio: guest/initrd guest/initrd.list $(B)/guest/gen_init_cpio $(B)/guest/storm
	$(call say,INITRD,$@){ grep -v '^file /init' guest/initrd.list; echo "file /init storm 755 0 0"; } \
		>$(B)/guest/storm.list && guest/initrd $(B)/guest $@ $(B)/guest/storm.list
storm: $(B)/guest/storm.cpio $(B)/emulator/storm.so kernels xen wedge ## interrupts at random instructions while every fast path runs: COUNT=1000000 SEED=1
	$(Q)SEED=$(SEED) guest/storm/run $(B) $(firstword $(KERNEL_VERSIONS)) $(or $(COUNT),1000000) $(B)/storm
.PHONY: storm
TESTS += tests/system/wedge-storm
TEST_NEEDS += $(B)/guest/storm.cpio $(B)/emulator/storm.so wedge
