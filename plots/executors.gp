# SPDX-License-Identifier: GPL-2.0-or-later
#
# executors.gp - who executes what a byte of TCP costs, in modelled cycles and instructions.
half_rows = rows / 2		# two panels
# Workloads, a group of rows each, with their name above
per = int(system("grep -v '^#' ".data." | cut -f3 | sort -u | wc -l"))
panel_h = half_rows * 34 + 34 * (half_rows / per)
foot = 74
head = 62
H = head + 2.0 * (panel_h + foot)
load "style.inc"

y(i) = -i - int(i / per)
half = 0.37
sum(a, b, c, d) = a + b + c + d

# Room for the number behind the longest bar.
array limit[2]
do for [p = 0:1] {
	stats sprintf("< grep '^%s' %s", p ? "instructions" : "modelled", data) using (sum($4, $5, $6, $7)) nooutput
	limit[p + 1] = STATS_max * 1.18
}

set multiplot
set lmargin at screen room(3)
set rmargin at screen 0.965
set yrange [y(half_rows - 1) - 0.6 : 1.5]
set border 1
set ytics scale 0
do for [p = 0:1] {
	table = sprintf("< grep '^%s' %s", p ? "instructions" : "modelled", data)
	set bmargin at screen (foot + (1 - p) * (panel_h + foot)) / H
	set tmargin at screen (foot + (1 - p) * (panel_h + foot) + panel_h) / H
	set xlabel (p ? "instructions per byte" : "modelled cycles per byte (computed)") offset 0,0.2
	set xrange [0:limit[p + 1]]
	if (p) { unset key } else { set key at screen 0.5,0.99 center top horizontal maxrows 1 width 2 }
	plot table using (0):(y($0)):(0):4:(y($0) - half):(y($0) + half):ytic(3) with boxxyerror \
			fillstyle solid 1.0 border lt -1 linecolor rgb COLOR_USER title "user", \
		"" using (0):(y($0)):4:($4 + $5):(y($0) - half):(y($0) + half) with boxxyerror \
			fillstyle solid 1.0 border lt -1 linecolor rgb COLOR_KERNEL title "kernel", \
		"" using (0):(y($0)):($4 + $5):($4 + $5 + $6):(y($0) - half):(y($0) + half) with boxxyerror \
			fillstyle solid 1.0 border lt -1 linecolor rgb COLOR_WEDGE title "wedge", \
		"" using (0):(y($0)):($4 + $5 + $6):(sum($4, $5, $6, $7)):(y($0) - half):(y($0) + half) with boxxyerror \
			fillstyle solid 1.0 border lt -1 linecolor rgb COLOR_XEN title "Xen", \
		"" using (0):(y($0) + 0.95):(int($0) % per ? "" : "{/:Bold ".strcol(2)."}") with labels left offset 0.4,0 font ",15" notitle, \
	"" using (sum($4, $5, $6, $7)):(y($0)):(sprintf("%.2f", sum($4, $5, $6, $7))) with labels left offset 0.6,0 font ",15" notitle
}
unset multiplot
