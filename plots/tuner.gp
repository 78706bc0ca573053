# SPDX-License-Identifier: GPL-2.0-or-later
#
# tuner.gp - what the tuner predicted against what was measured: whole runs, kinds of sites.
runs = int(system("grep -c '^whole' ".data))
top_h = runs * 32.0 + 20
H = 66 + top_h + 92 + 430 + 78
load "style.inc"
whole = "< grep '^whole' ".data
kinds = "< grep '^kind' ".data
set multiplot
set lmargin at screen 0.20
set rmargin at screen 0.95

set tmargin at screen 1 - 62 / H
set bmargin at screen 1 - (62 + top_h) / H
set border 1
set ytics scale 0 noenhanced
set grid ytics
set yrange [runs - 0.4 : -0.6]
set xrange [0.85 : 1.15]
set xtics 0.05
set xlabel "whole run: predicted / measured (grey: within 10 %)" offset 0,0.2
set key at screen 0.5,0.99 center top horizontal maxrows 1 maxcols 2 width -1
set object 1 rectangle from 0.9,graph 0 to 1.1,graph 1 behind fillstyle solid 1.0 noborder fillcolor rgb "#eef2f6"
set arrow 1 from 1, graph 0 to 1, graph 1 nohead linewidth 1.2 linecolor rgb "#000000"
is(set) = strcol(3) eq set
plot whole using (is("training") ? $5 / $6 : NaN):0:ytic(2) with points pt MARK_2 ps 1.5*PS linecolor rgb COLOR_2 title "trained on", \
	"" using (is("held-out") ? $5 / $6 : NaN):0 with points pt MARK_1 ps 1.7*PS lw 2.4 linecolor rgb COLOR_1 title "held out", \
	"" using (1.145):0:(sprintf("%.3f", $5 / $6)) with labels right font ",14" notitle

unset key
unset object 1
unset arrow 1
unset ytics
set border 3
set tmargin at screen (78 + 430) / H
set bmargin at screen 78 / H
set xrange [10 : 1e8]
set yrange [10 : 1e8]
set logscale xy 10
set format xy "10^{%T}"
set xtics autofreq offset 0,-0.2
set ytics autofreq nomirror scale 0.5 textcolor rgb "black"
set grid xtics ytics
set xlabel "sites of one kind: measured instructions (log scale)"
set ylabel "predicted instructions" offset 0.5,0
set label 1 "a mark: one kind in one workload" at graph 0.97,0.05 right font ",14"
f(x) = x
plot f(x) with lines lw 1.2 linecolor rgb "#000000" notitle, \
	kinds using (is("training") && $5 > 0 && $6 > 0 ? $6 : NaN):5 with points pt MARK_2 ps 0.9*PS linecolor rgb COLOR_2 notitle, \
	"" using (is("held-out") && $5 > 0 && $6 > 0 ? $6 : NaN):5 with points pt MARK_1 ps 1.2*PS lw 2 linecolor rgb COLOR_1 notitle, \
	"" using (($5 > 1e5 || $6 > 1e5) && abs(log10(($5 + 1) / ($6 + 1))) > 0.6 ? $6 : NaN):5:4 with labels left noenhanced offset 0.8,-0.3 font ",13" notitle
unset multiplot
