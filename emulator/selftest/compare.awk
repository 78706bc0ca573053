# SPDX-License-Identifier: GPL-2.0-or-later
# compare.awk - expected.txt, the guest's console and count.so's file, in that
# order: "<scenario> ok", or "<scenario> <what> is <n>, not <m>" for each difference.
function hex(s,    i, n)
{
	for (i = 1; i <= length(s); i++)
		n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return n
}
function differs(what, got, wanted)
{
	print s, what, "is", got ", not", wanted
	wrong++
}
FNR == 1 { file++ }
file == 1 && $2 == "tsc" { no_tsc[$1] = 1 }
file == 1 && $2 == "insns" { want[$1, $2 " " $3] = $4 }
file == 1 && $2 == "event" { want[$1, $2 " " $3 " " $4] = $5 }
file == 2 && $1 == "t" {
	sub(/\r/, "")
	name[++n] = $2
	tsc[n] = hex($3)
}
file == 3 && $1 == "snapshot" { code = $2 }
file == 3 && $1 == "insns" { now["insns " $2] = $3 }
file == 3 && $1 == "event" { now["event " $2 " " $3] = $4 }
file == 3 && $1 == "end" && code == 2 { for (k in now) start[k] = now[k] }
file == 3 && $1 == "end" && code == 3 {
	s = name[++scenario]
	wrong = total = 0
	for (k in now) {
		got = now[k] - start[k]
		if (k ~ /^insns/)
			total += got
		if (want[s, k] != "*" && got != want[s, k] + 0)
			differs(k, got, want[s, k] + 0)
	}
	for (k in want) {
		split(k, part, SUBSEP)
		if (part[1] == s && want[k] && !(part[2] in now))
			differs(part[2], 0, want[k])
	}
	if (!no_tsc[s] && tsc[scenario] - 3 != total)
		differs("the sum of instructions", total, tsc[scenario] - 3)
	if (!wrong)
		print s, "ok"
}
END {
	if (!n || scenario != n)
		print "the guest ran", n + 0, "scenarios, of which", scenario + 0, "are counted"
}
