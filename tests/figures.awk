# SPDX-License-Identifier: GPL-2.0-or-later
#
# figures.awk - find figures in Markdown pages that nothing generates.
#
# A paragraph or table that shows something measured stands in a block that scripts/figures
# writes, or names the command that prints it (`make ...`; for a table, the paragraph before it
# may), or has "<!-- constants -->" above it: sizes and limits that are in the source.
# What a program printed, in a fence or indented, is always generated: columns of numbers, shares
# and counts.  Commands and formats have neither.
function flush() {
	if (measured && !cites && !constants && !(table && before))
		printf "%s:%d: a figure that no command is named for: %s\n", file, first, shown
	bad += measured && !cites && !constants && !(table && before)
	if (lines) before = cites
	if (lines) constants = 0
	lines = measured = cites = table = 0
	shown = ""
}
FNR == 1 { flush(); block = fence = before = constants = 0; file = FILENAME }
/^<!-- figures: / { flush(); block = 1 }
/^<!-- end of figures -->$/ { block = 0; next }
block { next }
/^```/ { flush(); fence = !fence; next }
fence || /^    / {
	text = $0
	sub(/#.*/, "", text)
	if (text ~ /[^ ]  +[0-9][0-9.,]*[ )]*$/ || text ~ /[0-9] ?%([^a-z]|$)/ || text ~ /[0-9],[0-9][0-9][0-9]([^0-9]|$)/ || \
	    text ~ /[0-9] (instructions|ticks|cycles|seconds)([ ,.:;)]|$)/) {
		printf "%s:%d: output that no command makes: %s\n", file, FNR, substr($0, 1, 100)
		bad++
	}
	next
}
/^<!-- constants -->$/ { flush(); constants = 1; next }
/^$/ { flush(); next }
# Items of a list are paragraphs of their own.
/^ *- / { keep = constants; flush(); constants = keep }
{
	if (!lines++) first = FNR
	table = /^\|/
	if ($0 ~ /`make [a-z]/) cites = 1
	text = $0
	gsub(/`[^`]*`/, "", text)
	gsub(/\([^)]*\.md\)/, "", text)
	if (text ~ /[0-9],[0-9][0-9][0-9]/ || text ~ /[0-9] ?%/ || text ~ /[0-9]\.[0-9]+ ?x/ || \
	    text ~ /[0-9] (million|M|instructions|ticks|cycles|seconds|minutes|s)([ ,.:;)]|$)/ || \
	    (table && text ~ /\| *[0-9][0-9.,]*[0-9]( M)? *\|/)) {
		measured = 1
		if (shown == "") shown = substr($0, 1, 100)
	}
}
END { flush(); exit bad > 0 }
