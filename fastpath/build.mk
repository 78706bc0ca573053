# SPDX-License-Identifier: GPL-2.0-or-later
# Hand-written sequences for sensitive operations.  FASTPATH_OBJ is position
# dependent: link it where a sign-extended disp32 reaches (docs/fastpath.md).
FASTPATH_ASM := $(wildcard fastpath/*.S)
FASTPATH_OBJ := $(FASTPATH_ASM:%.S=$(B)/obj/%.o)

$(B)/obj/fastpath/%.o: fastpath/%.S
	$(call say,AS,$<)mkdir -p $(@D) && $(CC) -Iinclude -MMD -MP -c $< -o $@
$(B)/obj/tests/unit/fastpath_guest.o: tests/unit/fastpath_guest.S
	$(call say,AS,$<)mkdir -p $(@D) && $(CC) -MMD -MP -c $< -o $@

FASTPATH_TEST := $(call asan,tests/unit/fastpath_step.c fastpath/emit.c fastpath/store.c) \
	$(B)/obj/tests/unit/fastpath_guest.o $(FASTPATH_OBJ) $(LIB_ASAN)

$(B)/tests/unit/fastpath: $(call asan,tests/unit/fastpath.c) $(FASTPATH_TEST)
	$(call unit_link,-no-pie -lcapstone $(LIB_LIBS))
$(B)/tests/unit/fastpath_race: $(call asan,tests/unit/fastpath_race.c fastpath/emit.c) \
		$(B)/obj/tests/unit/fastpath_guest.o $(FASTPATH_OBJ)
	$(call unit_link,-no-pie -pthread)
$(B)/tests/unit/fastpath_store: $(call asan,tests/unit/fastpath_store.c) $(FASTPATH_TEST)
	$(call unit_link,-no-pie -lcapstone $(LIB_LIBS))

CHECKS += $(addprefix $(B)/tests/unit/,fastpath fastpath_store fastpath_race) tests/system/fastpath-link
TESTS += tests/system/fastpath-all
TEST_NEEDS += $(addprefix $(B)/tests/unit/,fastpath fastpath_race)
