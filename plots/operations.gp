# SPDX-License-Identifier: GPL-2.0-or-later
#
# operations.gp - the price of one execution of each operation, by strategy.
H = rows * 31.0 + 170
load "style.inc"
set lmargin at screen room(1)
set rmargin at screen 0.93
set bmargin at screen 78 / H
set tmargin at screen 1 - 66 / H
set yrange [rows - 0.4 : -0.6]
set border 1
set ytics scale 0 noenhanced
set grid ytics
set logscale x 10
set format x "10^{%T}"
set xtics ("1" 1, "10" 10, "100" 100, "1,000" 1000, "10,000" 10000, "100,000" 100000)
set xrange [0.7 : *]
set xlabel "instructions of one execution (log scale)" offset 0,0.2
set key at screen 0.5,0.99 center top horizontal maxrows 1 maxcols 4 width -2
plot data using 2:0:ytic(1) with points pt MARK_1 ps 2.0*PS lw 2.0 linecolor rgb COLOR_1 title "native", \
	"" using 3:0 with points pt MARK_2 ps 1.05*PS linecolor rgb COLOR_2 title "inline", \
	"" using 4:0 with points pt MARK_4 ps 1.5*PS lw 2 linecolor rgb COLOR_4 title "call", \
	"" using 5:0 with points pt MARK_3 ps 1.4*PS lw 2.4 linecolor rgb COLOR_3 title "trap"
