# SPDX-License-Identifier: GPL-2.0-or-later
#
# report.sh - for the scripts of the gate: one at a time in a build directory, messages that are kept,
# and reports for CI systems where there is no verdict.  Wants $out, build/gate; report_end wants $reports.
program=gate

# Two at once would rebuild each other's images, and mix their records.  Children have the lock, too,
# so that what a killed script left at work still holds it.
mkdir -p "$out" && exec 9>"$out/lock" || exit 3
flock -n 9 || { echo "$program: another gate is at work in $out: wait for its end" >&2; exit 3; }
messages=$(realpath "$out")/messages
: >"$messages"

die() { # code message...
	local code=$1
	shift
	printf "$program: %s\n" "$@" | tee -a "$messages" >&2
	exit "$code"
}

# Runs a command; what it says on stderr is kept, too, but for a terminal, which gets its progress.
told() {
	if [ -t 2 ]; then
		"$@"
	else
		{ "$@" 2>&1 >&3 3>&- | tee -a "$messages" >&2 3>&-; } 3>&1
	fi
}

# Characters that XML lacks are dropped.
report_xml() { tr -cd '\11\12\15\40-\176' | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g'; }

# $1: the exit code.  2 and more is no verdict: a CI system that reads reports shall see it.
report_end() {
	[ "$1" -ge 2 ] || return
	local last
	last=$(grep -v '^ ' "$messages" | tail -n 1)
	last=${last:-the terminal has the reason}
	{
		printf 'TAP version 13\n1..1\nnot ok 1 - no verdict, exit code %d: %s\n' "$1" "${last//#/}"
		grep -v "^  BENCH" "$messages" | tail -n 40 | sed 's/^/# /'
	} >"$reports/gate.tap"
	{
		printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="wedgeperf gate" tests="1" failures="0" errors="1">\n'
		printf '  <testcase classname="gate" name="verdict"><error type="exit code %d" message="' "$1"
		printf '%s' "$last" | report_xml
		printf '">'
		grep -v "^  BENCH" "$messages" | tail -n 40 | report_xml
		printf '</error></testcase>\n</testsuite>\n'
	} >"$reports/gate.xml"
}
