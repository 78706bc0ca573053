# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# tap.sh - sourced by the shell tests: TAP results and a scratch directory.
#
#	check "name" command...		ok if the command succeeds
#	refuse "name" CODE 'regex' command...
#			ok if the command exits with CODE and says something
#			(stdout or stderr) that matches the regex
#	skip "name" "reason"
#	finish				prints the plan; exit status says all
#
# Scripts that start guests find in $XEN a hypervisor that boots faster (guest/xen-delay); the
# harness boots the package's unless it is told otherwise.
#
# $scratch is an empty directory below build/, removed when the test ends.
set -u
tap_n=0 tap_bad=0
mkdir -p build/tests
export XEN=build/nop/xen
scratch=$(mktemp -d "$PWD/build/tests/scratch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

tap() { # status name
	tap_n=$((tap_n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_n - $2"
	else
		echo "not ok $tap_n - $2"
		tap_bad=$((tap_bad + 1))
	fi
}

check() {
	local name=$1 status
	shift
	"$@" >"$scratch/.out" 2>&1
	status=$?
	[ $status -eq 0 ] || sed 's/^/# /' "$scratch/.out"
	tap $status "$name"
}

refuse() {
	local name=$1 want=$2 regex=$3 status
	shift 3
	"$@" >"$scratch/.out" 2>&1
	status=$?
	if [ $status -eq "$want" ] && grep -Eq "$regex" "$scratch/.out"; then
		tap 0 "$name"
	else
		echo "# exit status $status, wanted $want; output wanted to match: $regex"
		sed 's/^/# /' "$scratch/.out"
		tap 1 "$name"
	fi
}

skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

finish() {
	echo "1..$tap_n"
	exit $((tap_bad != 0))
}
