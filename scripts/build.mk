# SPDX-License-Identifier: GPL-2.0-or-later
##@ Host
deps: ## install the missing packages of packages.txt, or name the command
	$(Q)scripts/deps packages.txt

.PHONY: deps

##@ Afterburner
build-cost: $(KERNELS-native) $(AFTERBURN) $(B)/afterburn/memsites.so ## what the afterburner costs a kernel build: ROUNDS=3
	$(Q)$(AFTERBURN_ENV) KCFLAGS='$(AFTERBURN_KCFLAGS)' KAFLAGS='$(AFTERBURN_KAFLAGS)' scripts/build-cost \
		$(dir $(firstword $(KERNELS-native))) $(dir $(firstword $(KERNELS-native)))../src $(B)/build-cost $(or $(ROUNDS),3)

##@ Emulator
plugin-cost: kernel-native runner initrd $(B)/emulator/count.so ## what count.so costs the host: ROUNDS=3
	$(Q)scripts/plugin-cost $(B) $(firstword $(KERNEL_VERSIONS)) $(or $(ROUNDS),3)

.PHONY: build-cost plugin-cost

##@ Documentation
PORTS_SOURCES := $(patsubst guest/linux-%,$(B)/linux-%/src.from,$(wildcard guest/linux-*))
porting-lines: $(PORTS_SOURCES) ## what each kernel, guest OS and hypervisor took, in lines
	$(Q)scripts/porting-lines tree && scripts/porting-lines ports $(B)
results-ports: $(PORTS_SOURCES) ## what each port took, and Linux's own to compare with, in lines
	$(Q){ scripts/porting-lines tree && scripts/porting-lines ports $(B); } >$(B)/ports.new && mv $(B)/ports.new $(B)/ports.txt
	$(Q)scripts/results $(B) ports

.PHONY: porting-lines results-ports
