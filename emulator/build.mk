# SPDX-License-Identifier: GPL-2.0-or-later
# The QEMU plugins: count.so counts, sitecost.so prices sites, peer.so is the other end of
# the wire, storm.so makes interrupts.
EMULATOR_LIB := lib/error.c lib/file.c lib/memory.c
COUNT_SRC    := $(addprefix emulator/,count.c classify.c counters.c executors.c idt.c internals.c output.c whole.c)
SITECOST_SRC := $(addprefix emulator/,sitecost.c classify.c executors.c internals.c ledger.c output.c whole.c)
PEER_SRC     := $(addprefix emulator/,peer.c qemu-net.c tcp.c frame.c internals.c output.c timed.c)
STORM_SRC    := $(addprefix emulator/,storm.c internals.c output.c timed.c)
PLUGINS      := $(addprefix $(B)/emulator/,count.so peer.so sitecost.so storm.so)

EMULATOR_INC  = $(shell pkg-config --cflags glib-2.0 capstone)
EMULATOR_LIBS = $(shell pkg-config --libs glib-2.0)

pic = $(patsubst %.c,$(B)/pic/%.o,$(1))
$(B)/pic/%.o: %.c
	$(call say,CC,"$< (plugin)")mkdir -p $(@D) && $(CC) $(HOSTCFLAGS) -ffile-prefix-map=$(CURDIR)=. -fPIC -fvisibility=hidden \
		-ffunction-sections -fdata-sections $(EMULATOR_INC) -MMD -MP -c $< -o $@
-include $(shell find $(B)/pic -name '*.d' 2>/dev/null)

# The plugins share the host library; what they do not use of it is dropped, and
# with it the need for libcrypto.
$(PLUGINS): $(B)/emulator/%.so:
	$(call say,LINK,$@)mkdir -p $(@D) && $(CC) -shared -Wl,--gc-sections $(filter %.o,$^) $(LIBS-$*) \
		$(EMULATOR_LIBS) -o $@

$(B)/emulator/count.so: $(call pic,$(COUNT_SRC) $(EMULATOR_LIB))
LIBS-count := -lcapstone
$(B)/emulator/sitecost.so: $(call pic,$(SITECOST_SRC) $(EMULATOR_LIB))
LIBS-sitecost := -lcapstone
$(B)/emulator/peer.so: $(call pic,$(PEER_SRC) $(EMULATOR_LIB))
$(B)/emulator/storm.so: $(call pic,$(STORM_SRC) $(EMULATOR_LIB))

TOOLS += $(PLUGINS)

$(B)/tests/unit/emulator_classify: $(call asan,tests/unit/emulator_classify.c emulator/classify.c)
	$(call unit_link,-lcapstone)
$(B)/tests/unit/emulator_tcp: $(call asan,tests/unit/emulator_tcp.c emulator/tcp.c emulator/frame.c lib/error.c lib/memory.c)
	$(call unit_link,)
CHECKS += $(B)/tests/unit/emulator_classify $(B)/tests/unit/emulator_tcp

# The self-test's guest (a flat multiboot image), and a QEMU that does not fit.
SELFTEST := $(B)/emulator/guest.bin $(B)/emulator/misfit
$(B)/emulator/guest.o: emulator/selftest/guest.S include/wedgeperf/marker.h
	$(call say,AS,$<)mkdir -p $(@D) && $(CC) -Iinclude -c $< -o $@
$(B)/emulator/guest.elf: $(B)/emulator/guest.o emulator/selftest/guest.lds
	$(call say,LINK,$@)ld --no-warn-rwx-segments -T emulator/selftest/guest.lds $< -o $@
$(B)/emulator/guest.bin: $(B)/emulator/guest.elf
	$(call say,OBJCOPY,$@)objcopy -O binary $< $@
$(B)/emulator/misfit: $(call objs,emulator/selftest/misfit.c)
	$(call link,-rdynamic)

TEST_NEEDS += $(PLUGINS) $(SELFTEST)
TESTS      += tests/system/emulator

selftest-emulator: $(PLUGINS) $(SELFTEST) ## does this QEMU fit the plugins, and do they count right?
	$(Q)tests/system/emulator
.PHONY: selftest-emulator

# On Linux, natively and on Xen.
$(B)/emulator/init: emulator/selftest/init.c include/wedgeperf/marker.h
	$(call say,CC,$<)mkdir -p $(@D) && $(CC) $(HOSTCFLAGS) -static $< -o $@
TEST_NEEDS += $(B)/emulator/init $(B)/guest/gen_init_cpio kernels xen
TESTS      += tests/system/emulator-linux
