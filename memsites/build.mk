# SPDX-License-Identifier: GPL-2.0-or-later
# The GCC plugin that marks page-table stores.  GCC's plugin headers need C++.
MEMSITES := $(B)/afterburn/memsites.so

# Found when used, not when make starts: `make help` needs no compiler.
MEMSITES_INC = $(shell gcc -print-file-name=plugin)/include

$(MEMSITES): memsites/memsites.c
	$(call say,CXX,$<)mkdir -p $(@D) && { test -f $(MEMSITES_INC)/gcc-plugin.h || \
		{ echo "error: GCC's plugin headers are missing: apt-get install gcc-12-plugin-dev" >&2; exit 3; }; } && \
	g++ -x c++ -std=gnu++14 -O2 -Wall -Wextra -Werror -fPIC -shared -fno-rtti -fno-exceptions \
		-fvisibility=hidden -isystem $(MEMSITES_INC) $< -o $@

TOOLS += $(MEMSITES)

# ptstores.so observes which instructions store to page tables.
$(B)/emulator/ptstores.so: $(call pic,memsites/ptstores.c memsites/tables.c emulator/internals.c emulator/output.c $(EMULATOR_LIB))
	$(call say,LINK,$@)mkdir -p $(@D) && $(CC) -shared -Wl,--gc-sections $(filter %.o,$^) $(EMULATOR_LIBS) -o $@

TOOLS += $(B)/emulator/ptstores.so

CHECKS += tests/system/memsites tests/system/ptstores
TESTS += tests/system/padded-kernel
TEST_NEEDS += kernel-padded $(B)/guest/initrd.cpio $(B)/emulator/ptstores.so
CHECK_NEEDS += $(B)/emulator/ptstores.so $(MEMSITES) $(AFTERBURN) $(AUDIT)

##@ Page tables
# Which instructions really store to page tables, on a kernel that forks, execs, maps, faults.
OBSERVE := fork:100 exec:30 mmap:75 mprotect:300 pagefault:2000 fileread:100
audit-stores: kernel-padded $(B)/guest/initrd.cpio $(B)/emulator/ptstores.so $(AUDIT) ## watch page-table stores in the padded kernel: which does no site cover?
	$(Q)status=0; for v in $(KERNEL_VERSIONS); do tree=$(B)/linux-$$v/padded; \
		memsites/observe $(B) $$tree $$tree/stores $(OBSERVE) || exit 3; \
		$(AUDIT) $$([ ! -e memsites/missed-$$v.txt ] || echo --exceptions memsites/missed-$$v.txt) $(foreach o,$(OBSERVE),\
			--stores $$tree/stores/$(firstword $(subst :, ,$(o))).txt) \
			--beside stores.txt $$tree/vmlinux || status=1; \
		cat $$tree/stores.txt; done; exit $$status

code-changes: kernel-native kernel-padded ## functions whose code the marks and pads change, other than by NOPs and prefixes
	$(Q)for v in $(KERNEL_VERSIONS); do echo "linux-$$v"; \
		memsites/changed $(B)/linux-$$v/native/vmlinux $(B)/linux-$$v/padded/vmlinux || exit 3; done

.PHONY: audit-stores code-changes

CFLAGS-memsites = $(EMULATOR_INC)
$(B)/tests/unit/tables: $(call asan,tests/unit/tables.c memsites/tables.c) $(LIB_ASAN)
	$(call unit_link,$(EMULATOR_LIBS) $(LIB_LIBS))
CHECKS += $(B)/tests/unit/tables
