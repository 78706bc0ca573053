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
$(B)/stress/stress.module: $(STRESS_KERNEL)/audited $(B)/stress/stress.cpio $(B)/wedge/names wedge/pack
	$(call say,PACK,$@)wedge/pack -n $(B)/wedge/names $@ $(STRESS_KERNEL)/vmlinux $(B)/stress/stress.cpio

STRESS_NEEDS := $(B)/stress/stress.module $(B)/stress/stress.cpio $(B)/wedge/wedge.elf $(B)/xen/xen \
	$(B)/emulator/count.so $(B)/emulator/peer.so
stress: $(STRESS_NEEDS) ## the padded kernel under load, natively and on Xen: 60 billion instructions each; REUSE=1
	$(Q)stress/run $(if $(filter 1 yes true,$(REUSE)),--reuse) $(B) stress/full

.PHONY: stress

TESTS += tests/system/wedge-stress tests/system/wedge-accounts
TEST_NEEDS += $(STRESS_NEEDS)
