# SPDX-License-Identifier: GPL-2.0-or-later
# The afterburner: an `as` for `gcc -B`.  Linked statically: it starts once a file.
AFTERBURN     := $(B)/afterburn/bin/as
AFTERBURN_SRC := $(wildcard afterburn/*.c)

$(AFTERBURN): $(call objs,$(AFTERBURN_SRC) lib/plan.c lib/error.c lib/memory.c)
	$(call link,-static)

TOOLS += $(AFTERBURN)
