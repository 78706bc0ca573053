# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a kernel's make needs to be afterburned.  Any Linux build will do:
#	env $(AFTERBURN_ENV) make KCFLAGS='$(AFTERBURN_KCFLAGS)' KAFLAGS='$(AFTERBURN_KAFLAGS)' ...
# boot/, boot/compressed and realmode reset their flags and never see any of it.
AFTERBURN_DIR := $(abspath $(B)/afterburn)

AFTERBURN_KCFLAGS = -B$(AFTERBURN_DIR)/bin/ -fplugin=$(AFTERBURN_DIR)/memsites.so
AFTERBURN_KAFLAGS = -B$(AFTERBURN_DIR)/bin/

# These run in user mode (vdso) or at another address than linked (purgatory).
# vma.o and extable.o in the vdso's directory are kernel code.
AFTERBURN_EXCLUDE = */vdso/vdso-note.o:*/vdso/vclock_gettime.o:*/vdso/vgetcpu.o:*/vdso/vgetrandom*.o:*/vdso/vsgx.o:*/vdso/*-x32.o:*/vdso/vdso32/*:*/purgatory/*

AFTERBURN_ENV = AFTERBURN=on AFTERBURN_AS= AFTERBURN_PLAN=$(if $(PLAN),$(abspath $(PLAN))) \
	AFTERBURN_EXCLUDE='$(AFTERBURN_EXCLUDE)'

# A new afterburner, table or plan makes all objects old.
AFTERBURN_DEPS = $(AFTERBURN_DIR)/bin/as $(AFTERBURN_DIR)/memsites.so $(PLAN)
