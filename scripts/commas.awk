# SPDX-License-Identifier: GPL-2.0-or-later
#
# commas.awk - thousands told apart, for the tables of pages.

function commas(v, s, t) {
	s = sprintf("%.0f", v)
	for (t = ""; length(s) > 3; s = substr(s, 1, length(s) - 3)) t = "," substr(s, length(s) - 2) t
	return s t
}
