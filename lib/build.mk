# SPDX-License-Identifier: GPL-2.0-or-later
# The host library: linked into every host tool as plain objects.
LIB_SRC  := $(wildcard lib/*.c)
LIB_OBJ  := $(call objs,$(LIB_SRC))
LIB_ASAN := $(call asan,$(LIB_SRC))
LIB_LIBS := -lcrypto
