# SPDX-License-Identifier: GPL-2.0-or-later
#
# sites.gp - where the instructions of one workload go, by site, stacked by executor.
row = 50.0
H = rows * row + 130
load "style.inc"
sum(a, b, c, d) = a + b + c + d
stats data using (sum($2, $3, $4, $5)) nooutput
set lmargin at screen 0.03
set rmargin at screen 0.97
set bmargin at screen 78 / H
set tmargin at screen 1 - 44 / H
set yrange [rows - 0.35 : -0.65]
set border 1
unset ytics
set xrange [0 : STATS_max * 1.22]
set format x "%.0s%c"
if (STATS_max > 4e4) { set xtics 20000 * ceil(STATS_max / 1e5) }
set xlabel system("sed -n '1s/^# \\(Instructions per operation of [^ ]*\\) .*/\\l\\1 under the wedge/p' ".data) offset 0,0.2
set key at screen 0.5,0.99 center top horizontal maxrows 1 maxcols 4 width -1
top = 0.02
low = 0.44
plot data using (0):0:(0):2:($0 + top):($0 + low) with boxxyerror \
		fillstyle solid 1.0 border lt -1 linecolor rgb COLOR_USER title "user", \
	"" using (0):0:2:($2 + $3):($0 + top):($0 + low) with boxxyerror \
		fillstyle solid 1.0 border lt -1 linecolor rgb COLOR_KERNEL title "kernel", \
	"" using (0):0:($2 + $3):($2 + $3 + $4):($0 + top):($0 + low) with boxxyerror \
		fillstyle solid 1.0 border lt -1 linecolor rgb COLOR_WEDGE title "wedge", \
	"" using (0):0:($2 + $3 + $4):(sum($2, $3, $4, $5)):($0 + top):($0 + low) with boxxyerror \
		fillstyle solid 1.0 border lt -1 linecolor rgb COLOR_XEN title "Xen", \
	"" using (0):($0 - 0.22):1 with labels left noenhanced font ",15" notitle, \
	"" using (sum($2, $3, $4, $5)):($0 + 0.23):(sprintf("%.1f %%", 100 * $6)) with labels left offset 0.6,0 font ",14" notitle
