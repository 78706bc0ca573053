# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# lib.sh - sourced by the programs that make the data of plots.  Each gets FROM, a directory
# laid out like results/, and says which command makes what it misses.
set -eu -o pipefail
export LC_ALL=C
[ $# -ge 1 ] || { echo "usage: $(basename "$0") FROM" >&2; exit 2; }
from=$1
plot=$(basename "$0" .data)
here=$(cd "$(dirname "$0")" && pwd)

fail() {
	echo "plots: $plot: $*" >&2
	exit 3
}

# need FILE COMMAND
need() {
	[ -r "$from/$1" ] || fail "$from/$1 is missing: $2 makes it"
	[ -s "$from/$1" ] || fail "$from/$1 is empty: $2 makes it anew"
}

# from_table PROGRAM: a jq program of table.json, one line of text each result
from_table() {
	need table.json "make results-table"
	jq -r -L "$here" "include \"table\"; table | $1" "$from/table.json" ||
		fail "$from/table.json is damaged or of another version: make results-table makes it anew"
}
