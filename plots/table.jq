# SPDX-License-Identifier: GPL-2.0-or-later
#
# table.jq - what the plots, the floors and the report read out of table.json.

# A damaged table must end the program, not draw half a plot.
def table:
	if type != "object" or .schema != "wedgeperf-table-1" then error("not a table (schema wedgeperf-table-1)") else . end
	| if (.workloads | type) != "array" or (.systems | type) != "array" then error("it has no systems or workloads") else . end
	| if (.missing | length) > 0 then error("runs are missing in it: \(.missing | join(" "))") else . end;

def number($what): if type == "number" then . else error("\($what) is missing in it") end;

# Generations of Linux; tables of one kernel do not name it.
def version: .version // "6.1";
def versions: [.workloads[] | version] | unique | sort_by(split(".") | map(tonumber));
# What a row of a plot is called: the workload, and its kernel where there are several.
def row_name($t): if ($t | versions | length) > 1 then "\(.workload) \(version)" else .workload end;
# Systems in the table's order; each is there once for every kernel.
def system_list: reduce .systems[] as $s ([]; if any(.[]; .id == $s.id) then . else . + [$s | {id, "label": .label}] end);

# Of a system of a workload.
def instructions: .instructions_per_op.mean | number("instructions_per_op");
def modelled: .modelled_cycles_per_op.mean | number("modelled_cycles_per_op");
def part($executor; $metric): .executors[$executor][$metric] | number("executors.\($executor).\($metric)");
# Without what the wedge executes itself: nobody can do with less unless the others do less.
def floor_of($metric): (.[$metric].mean | number($metric)) - part("wedge"; $metric);

# What the in-place VMM is meant to need at most, x XenoLinux, in instructions.
def goals: {
	netrx: 0.80, syscall: 1.02, fork: 0.80, exec: 0.80, mmap: 0.80, pagefault: 0.80, compile: 0.80,
	pipe: 0.85, signal: 0.85, hackbench: 0.85
};

# The in-place VMM against XenoLinux: one object a workload (and kernel).
def against_xenolinux:
	. as $t | .workloads[] | .systems.xenolinux as $x | .systems.wedge as $v
	| select($x.instructions_per_op.mean != null and $v.instructions_per_op.mean != null)
	| {
		name: row_name($t),
		instructions: (($v | instructions) / ($x | instructions)),
		floor: (($v | floor_of("instructions_per_op")) / ($x | instructions)),
		modelled: (($v | modelled) / ($x | modelled)),
		modelled_floor: (($v | floor_of("modelled_cycles_per_op")) / ($x | modelled)),
		native: (if .systems.native.instructions_per_op.mean then (.systems.native | instructions) / ($x | instructions) else null end),
		xen: (($v | part("hypervisor"; "instructions_per_op")) / ($x | instructions)),
		goal: goals[.workload]
	};
