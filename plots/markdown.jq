# SPDX-License-Identifier: GPL-2.0-or-later
#
# markdown.jq - figures as pages show them.

def group: tostring | if length <= 3 then . else "\(.[:-3] | group),\(.[-3:])" end;
# As many digits as are worth reading.
def figure:
	if . == 0 then "0"
	elif . < 10 then . * 1000 | round / 1000 | tostring
	elif . < 1000 then . * 10 | round / 10 | tostring
	else round | group end;
# Of a ratio, three decimals.
def ratio: if type == "number" then (. * 1000 | round) as $n | "\($n / 1000 | floor).\("00\($n % 1000)"[-3:])" else . end;
# One system's mean by another's, of a row of a table's workloads.
def ratio($a; $b; $metric): if .[$a][$metric].mean and .[$b][$metric].mean then .[$a][$metric].mean / .[$b][$metric].mean | ratio else "-" end;
def line: "| " + join(" | ") + " |";
