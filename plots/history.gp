# SPDX-License-Identifier: GPL-2.0-or-later
#
# history.gp - a ratio over the commits that changed the committed results.
H = 620.0
load "style.inc"
names = system("awk -F'\\t' '!/^#/ && !seen[$2]++ { print $2 }' ".data)
commits = system("awk -F'\\t' '!/^#/ && !seen[$1]++ { print $1 }' ".data)
title = system("sed -n '1s/^# \\(.*\\) of \\(.*\\), over .*/\\1: \\2/p' ".data)
n = words(commits)
set lmargin at screen 0.12
set rmargin at screen 0.80
set bmargin at screen (n > 5 ? 150 : 84) / H
set tmargin at screen 1 - 30 / H
set xrange [0.9 : n + 0.12]
set yrange [0 : *]
set border 3
set grid ytics
unset key
set xtics ()
do for [i = 1:n] { set xtics add (word(commits, i) i) }
set xtics rotate by (n > 5 ? 60 : 0) right
if (n <= 5) { set xtics rotate by 0 center }
set xlabel "commit"
set ylabel title offset 0.8,0
set arrow from graph 0, first 1 to first n, first 1 nohead lw 1.2 dt 2 linecolor rgb "#000000"
array colors = [COLOR_1, COLOR_2, COLOR_3, COLOR_4, 0x7a5195, 0x2e7d32]
marks = "6 5 2 8 4 7 12 10"
pos(c) = sum [i = 1:n] (word(commits, i) eq c ? i : 0)
of(i) = sprintf("< awk -F'\\t' '$2 == \"%s\"' %s", word(names, i), data)
# Names stand behind the last points, pushed apart where these are near each other.
ends = sprintf("< awk -F'\\t' '!/^#/ { v[$2] = $3; if ($3 > max) max = $3 } END { for (w in v) print v[w] \"\\t\" w \"\\t\" max }' %s | sort -g | awk -F'\\t' '{ y = $1; if (NR > 1 && y < last + 0.055 * $3) y = last + 0.055 * $3; last = y; print y \"\\t\" $2 }'", data)
plot for [i = 1:words(names)] of(i) using (pos(strcol(1))):3 with linespoints \
		pt int(word(marks, (i - 1) % 8 + 1)) ps 1.5*PS lw 1.6 dt int((i - 1) % 5 + 1) linecolor rgb colors[(i - 1) % 6 + 1], \
	ends using (n):1:2 with labels left offset 1,0 font ",15"
