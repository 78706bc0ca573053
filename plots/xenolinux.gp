# SPDX-License-Identifier: GPL-2.0-or-later
#
# xenolinux.gp - the in-place VMM against XenoLinux, with the floor that is not the wedge's.
H = rows * 36.0 + 206
load "style.inc"
set lmargin at screen room(1)
set rmargin at screen 0.965
set bmargin at screen 78 / H
set tmargin at screen 1 - 108 / H
set yrange [rows - 0.4 : -0.6]
set border 1
set ytics scale 0
set xrange [0 : *]
set xlabel "in-place VMM, × XenoLinux" offset 0,0.2
set key at screen 0.5,0.99 center top horizontal maxrows 2 width 1
half = 0.36
set print $one
print sprintf("1\t-0.6\n1\t%g", rows - 0.4)
set print
plot data using (0):0:(0):3:($0 - half):($0 + half):ytic(1) with boxxyerror \
		fillstyle solid 1.0 border lt -1 linecolor rgb COLOR_KERNEL title "instructions: user, kernel, Xen", \
	"" using (0):0:3:2:($0 - half):($0 + half) with boxxyerror \
		fillstyle solid 1.0 border lt -1 linecolor rgb COLOR_WEDGE title "instructions: wedge", \
	$one using 1:2 with lines lw 1.5 dt 2 linecolor rgb "#000000" notitle, \
	data using (strcol(6) eq "-" ? NaN : $6):($0 - half - 0.09):(0):(2 * half + 0.18) with vectors nohead lw 7 linecolor rgb "#ffffff" notitle, \
	"" using (strcol(6) eq "-" ? NaN : $6):($0 - half - 0.09):(0):(2 * half + 0.18) with vectors nohead lw 3 linecolor rgb "#000000" title "goal for instructions", \
	"" using 4:0 with points pt 6 ps 1.6*PS lw 4.5 linecolor rgb "#ffffff" notitle, \
	"" using 4:0 with points pt 6 ps 1.6*PS lw 2.2 linecolor rgb "#000000" title "modelled cycles"
