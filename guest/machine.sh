# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# machine.sh - the machine that guests are started on, and what kernels and Xen are told.
# Sourced by every script that starts one; the harness is compiled with the same words
# (machine_header, bench/build.mk).

# Virtual time is the number of executed instructions, the clock in CMOS follows it, and
# nothing of the host shows.
machine_qemu=(-accel tcg -icount "shift=0,sleep=off" -rtc "clock=vm,base=2024-01-01"
	-no-reboot -display none -monitor none)

# Linux everywhere, on the PC without ACPI and APIC that the wedge shows, and as Xen's dom0.
machine_linux="rdinit=/init panic=-1 nokaslr norandmaps"
machine_pc="console=ttyS0 $machine_linux acpi=off noapic nolapic"
machine_dom0="console=hvc0 $machine_linux"
# With a NIC, besides.  The driver of the e1000 reads its EEPROM bit by bit and sees to it that this
# takes a fifth of a second: 220 M instructions of a loop that QEMU leaves twice each time round, 9 s
# a boot.  The device needs no time at all, so that delays are a twentieth of what they say.
# (Not less: a wait for the RTC, which takes 250 us to turn, is ten delays of 1 ms.)
machine_nic="lpj=200000"

# Xen, besides dom0_mem.  bootscrub=0: pages that nobody owns are otherwise cleared whenever
# the guest idles, up to 115 M instructions of a run.  clocksource=acpi: each read of the
# HPET while Xen calibrates the TSC makes QEMU translate code anew, 3 s a boot.
machine_xen="xpti=off spec-ctrl=off console=com1 com1=115200,8n1 bootscrub=0 clocksource=acpi"
# Memory for the hypervisor, beyond the guest's.
machine_xen_mb=512

# Xen reads the RTC at start and polls until its second turns, while the firmware's boot
# menu sleeps, which costs nothing.  So the menu is shown until just before it is time: in
# ticks of the 8254, whose end the firmware waits for.  Of the first second Xen needs
# machine_rtc_us less than all (with a margin), more with its memory, and a nanosecond for
# each byte of its modules, which it moves.
machine_rtc_us=725000
machine_rtc_us_per_mb=25
machine_tick_us=54925

machine_splash() { # MB MODULES (as QEMU's -initrd has them): milliseconds
	local modules=${2//,,/} module bytes=0 us files
	IFS=, read -ra files <<<"$modules"
	for module in "${files[@]}"; do
		bytes=$((bytes + $(stat -L -c %s "${module%% *}" 2>/dev/null || echo 0)))
	done
	us=$((machine_rtc_us - machine_rtc_us_per_mb * $1 - bytes / 1000))
	while [ "$us" -lt $machine_tick_us ]; do us=$((us + 1000000)); done
	echo $((us / machine_tick_us * 55 - 20))
}

# The options for MODULES on the Xen of BUILD, or on $XEN, its first module having MB of memory.
machine_on_xen() { # BUILD MB MODULES: sets on_xen
	local mb=$(($2 + machine_xen_mb))
	on_xen=(-m "$mb" -boot "menu=on,splash-time=$(machine_splash "$mb" "$3")"
		-kernel "${XEN:-$1/xen/xen}" -append "dom0_mem=$2M $machine_xen" -initrd "$3")
}

machine_header() { # the same for C
	local quoted
	printf -v quoted '"%s", ' "${machine_qemu[@]}"
	cat <<-END
		/* Made of guest/machine.sh. */
		#define MACHINE_QEMU ${quoted%, }
		#define MACHINE_PC "$machine_pc"
		#define MACHINE_DOM0 "$machine_dom0"
		#define MACHINE_NIC "$machine_nic"
		#define MACHINE_XEN "$machine_xen"
		#define MACHINE_XEN_MB $machine_xen_mb
		#define MACHINE_RTC_US $machine_rtc_us
		#define MACHINE_RTC_US_PER_MB $machine_rtc_us_per_mb
		#define MACHINE_TICK_US $machine_tick_us
	END
}
