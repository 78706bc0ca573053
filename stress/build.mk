# SPDX-License-Identifier: GPL-2.0-or-later
# Stress: the padded kernel natively and under the wedge, with programs that check
# everything that they see.  A stressor is a file here (stress.h).

##@ Stress
# The runner with stressors for workloads; and the two that move bytes.
STRESS_OBJ := $(patsubst %.c,$(B)/guest/obj/%.o,$(wildcard stress/*.c) $(wildcard guest/runner/*.c) \
	guest/workloads/netrx.c guest/workloads/nettx.c)
$(B)/stress/init: $(STRESS_OBJ)
	$(call say,LINK,$@)mkdir -p $(@D) && \
		$(CC) -static -no-pie -Wl,--build-id=none -s $^ -o $@.tmp && mv $@.tmp $@
-include $(STRESS_OBJ:.o=.d)

$(B)/stress/initrd.list: guest/initrd.list
	$(Q)mkdir -p $(@D) && sed 's,^file /init runner,file /init ../stress/init,' $< >$@
$(B)/stress/stress.cpio: guest/initrd $(B)/stress/initrd.list $(B)/guest/gen_init_cpio $(B)/stress/init
	$(call say,INITRD,$@)guest/initrd $(B)/guest $@ $(B)/stress/initrd.list
STRESS_KERNEL := $(B)/linux-$(KERNEL_BASE)/padded
$(B)/stress/kernel: guest/build.mk
	$(Q)mkdir -p $(@D) && echo $(KERNEL_BASE) >$@

# stress-ng: its packages, apart from those that results depend on.
$(B)/stress/fetched: stress/packages.txt guest/fetch
	$(Q)guest/fetch stress/packages.txt $(DEBS) $(B)/stress/versions.txt && touch $@
fetch: $(B)/stress/fetched
$(B)/stress/root.from: $(B)/stress/fetched guest/unpack
	$(Q)guest/unpack root - $(B)/stress/versions.txt $(DEBS) $(B)/stress/root
$(B)/stress/ng-initrd.list: $(B)/stress/initrd.list stress/libraries stress/ng.list $(B)/stress/root.from
	$(Q)grep -v '^#' stress/ng.list >$(B)/stress/ng.list && \
	stress/libraries $(B)/stress/root ../stress/root usr/bin/stress-ng >$@.files && \
	{ cat $<; echo "file /stress-ng.list ../stress/ng.list 644 0 0"; \
	for d in lib64 lib lib/x86_64-linux-gnu usr usr/bin usr/lib usr/lib/x86_64-linux-gnu; do \
		echo "dir /$$d 755 0 0"; done; cat $@.files; } >$@.tmp && mv $@.tmp $@
$(B)/stress/stress-ng.cpio: guest/initrd $(B)/stress/ng-initrd.list $(B)/guest/gen_init_cpio $(B)/stress/init
	$(call say,INITRD,$@)guest/initrd $(B)/guest $@ $(B)/stress/ng-initrd.list
$(B)/stress/%.module: $(STRESS_KERNEL)/audited $(B)/stress/%.cpio $(B)/wedge/names wedge/pack
	$(call say,PACK,$@)wedge/pack -n $(B)/wedge/names $@ $(STRESS_KERNEL)/vmlinux $(B)/stress/$*.cpio

STRESS_NEEDS := $(B)/stress/kernel $(foreach i,stress stress-ng,$(B)/stress/$(i).module $(B)/stress/$(i).cpio) $(B)/wedge/wedge.elf $(B)/xen/xen \
	$(B)/emulator/count.so $(B)/emulator/peer.so
stress: $(STRESS_NEEDS) ## the padded kernel under load, natively and on Xen: 60 billion of the guest's instructions; REUSE=1
	$(Q)set -o pipefail && stress/run $(if $(filter 1 yes true,$(REUSE)),--reuse) --least 60000 $(B) stress/full | tee $(B)/stress/report.new && mv $(B)/stress/report.new $(B)/stress/report.txt

.PHONY: stress

TESTS += tests/system/wedge-stress tests/system/wedge-accounts
TEST_NEEDS += $(STRESS_NEEDS)
