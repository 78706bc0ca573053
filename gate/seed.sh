# SPDX-License-Identifier: GPL-2.0-or-later
#
# seed.sh - what the base's build may take from this one, so that kernels are not built twice.  Wants $B,
# $CC, $out and $kernels (comma-separated).

# What makefiles tell Kbuild of a system.  They are asked rather than compared: most of what changes
# in them concerns no kernel.
kernel_told() { # tree system
	make -s --no-print-directory -C "$1" NO_DEPS=1 B="$B" CC="$CC" \
		--eval='gate-told: ; @:$(info $(KERNEL_ENV-'"$2"'))$(info $(value kernel))' gate-told |
		sed "s,$(realpath "$1"),.,g"
}

# Has the base's revision this system's kernel?  Sources of what makes objects, and what they are told.
same_kernel() { # tree revision version system
	local told files=("guest/linux-$3/base.config" "guest/linux-$3/$4.config" guest/packages.txt
		guest/kernel-build guest/kernel-config guest/unpack)
	[ "$4" != padded ] || files+=(afterburn/kbuild.mk {afterburn,memsites,lib}/'*'.{c,cc,h} include)
	git diff --quiet "$2" -- "${files[@]}" && told=$(kernel_told . "$4") && [ "$told" = "$(kernel_told "$1" "$4")" ]
}

# Files of today's build that the base's build may take, with all that they are made from: what a
# package update has changed has changed for both sides, and what counts must be one and the same.
seed() { # tree revision
	local tree=$1 rev=$2 version system files
	old=()
	take() {
		for f in "$@"; do
			[ -e "$B/$f" ] || continue
			mkdir -p "$tree/$B/$(dirname "$f")" && cp -al "$B/$f" "$tree/$B/$f" || exit 3
			old+=(-o "$B/$f")
		done
	}
	take emulator/count.so emulator/peer.so emulator/sitecost.so
	if git diff --quiet "$rev" -- guest/packages.txt guest/unpack guest/fetch; then
		take guest/fetched guest/versions.txt guest/root.from guest/root xen/xen
		for version in ${kernels//,/ }; do
			take "linux-$version/src.from"
			ln -sfn "$PWD/$B/linux-$version/src" "$tree/$B/linux-$version/src"
		done
	fi
	for version in ${kernels//,/ }; do
		for system in native padded xenolinux; do
			if same_kernel "$tree" "$rev" "$version" "$system"; then
				(cd "$B" && ls -d "linux-$version/$system"/{vmlinux,.config,include/config/kernel.release,built,audited} \
					"linux-$version/$system/arch/x86/boot/bzImage" 2>/dev/null) >"$out/seed.list"
				mapfile -t files <"$out/seed.list"
				take "${files[@]}"
			else
				echo "gate: linux-$version $system is built again: its configuration, what makefiles tell it, or the afterburner is another one in the base" >&2
			fi
		done
	done
	rm -f "$out/seed.list"
}
