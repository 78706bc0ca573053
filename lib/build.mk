# SPDX-License-Identifier: GPL-2.0-or-later
# The host library: linked into every host tool as plain objects.
SITES_SRC  := lib/image.c lib/sites.c
SITES_OBJ  := $(call objs,$(SITES_SRC))
SITES_ASAN := $(call asan,$(SITES_SRC))
SITES_LIBS := -lelf

LIB_SRC  := $(filter-out $(SITES_SRC),$(wildcard lib/*.c))
LIB_OBJ  := $(call objs,$(LIB_SRC))
LIB_ASAN := $(call asan,$(LIB_SRC))
LIB_LIBS := -lcrypto
