package top

// paint is how parts of the screen look. Nothing is told by it alone: what is picked and
// what is wrong has a sign, too.
type paint struct{ title, head, picked, alarm, dim func(string) string }

// unpainted is text alone.
func unpainted() paint {
	as := func(s string) string { return s }
	return paint{title: as, head: as, picked: as, alarm: as, dim: as}
}

// painted is for terminals with 8 colours (ECMA-48, SGR). Where there are none, or
// NO_COLOR is set, bubbletea leaves the colours out; bold and reverse are left.
func painted() paint {
	as := func(sgr string) func(string) string {
		return func(s string) string { return "\x1b[" + sgr + "m" + s + "\x1b[m" }
	}
	return paint{title: as("1"), head: as("1;36"), picked: as("7"), alarm: as("31"), dim: as("2")}
}
