# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# results.sh - sourced by tests that measure: a store of results in $results.  What the gate
# has measured is not measured again: a result's name is the checksum of all that it depends on.
#
#	suite [options of bench suite]	the quick matrix, or a part, with its tables
#	${matrix[@]}			what says which matrix that is, for other commands of bench
results=$scratch/results
mkdir -p "$results"
find build/gate/results -maxdepth 1 -name '*.json' ! -name 'table*' -exec ln -t "$results" {} + 2>/dev/null
matrix=(--size quick --xen nop --results "$results")
suite() { build/bench/bench suite --reuse "${matrix[@]}" "$@"; }
