# SPDX-License-Identifier: GPL-2.0-or-later
#
# native.gp - each workload on the other systems, as multiples of native instructions.
H = rows * 33.0 + 170
load "style.inc"
set lmargin at screen room(1)
set rmargin at screen 0.97
set bmargin at screen 78 / H
set tmargin at screen 1 - 70 / H
set yrange [rows - 0.4 : -0.6]
set border 1
set ytics scale 0
set grid ytics
set errorbars 0
set logscale x 2
set xrange [0.92 : *]
set xtics ("1" 1, "1.5" 1.5, "2" 2, "3" 3, "4" 4, "6" 6, "8" 8, "12" 12, "16" 16)
set xlabel "instructions per operation, × native (log scale)" offset 0,0.2
set key at screen 0.5,0.99 center top horizontal maxrows 1 maxcols 3 width -3
set arrow from 1, graph 0 to 1, graph 1 nohead linewidth 1.2 linecolor rgb "#000000"
plot data using 2:0:ytic(1) with points pt MARK_3 ps 1.1*PS lw 2 linecolor rgb COLOR_3 title "NOPs", \
	"" using 3:0 with points pt MARK_1 ps 2.0*PS lw 2.2 linecolor rgb COLOR_1 title "XenoLinux", \
	"" using 6:0 with points pt MARK_2 ps 1.0*PS linecolor rgb COLOR_2 title "in-place VMM", \
	"" using 3:0:4:5 with xerrorbars pt 0 lw 1.5 linecolor rgb COLOR_1 notitle, \
	"" using 6:0:7:8 with xerrorbars pt 0 lw 1.5 linecolor rgb COLOR_2 notitle
