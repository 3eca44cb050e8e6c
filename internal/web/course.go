package web

import (
	"slices"
	"strconv"
	"strings"

	"matchstream/internal/match"
	"matchstream/internal/words"
)

// half of a match on the time line: from and to in minutes, and how long it
// really is, with what was added.
type half struct{ from, to, length int }

// halves are those of the match, as long as its events say; now is the minute
// that runs, "" for none.
func (s story) halves(now string) []half {
	all := []half{{0, 45, 45}, {45, 90, 45}}
	if slices.ContainsFunc(s.entries, func(e entry) bool { return e.Kind == match.Extratime && !e.cancelled }) {
		all = append(all, half{90, 105, 15}, half{105, 120, 15})
	}
	stretch := func(minute string) {
		base, more := played(minute)
		for i := range all {
			if h := &all[i]; h.to == base {
				h.length = max(h.length, h.to-h.from+more)
			}
		}
	}
	for _, e := range s.entries {
		if !e.cancelled {
			stretch(e.Minute)
		}
	}
	stretch(now)
	return all
}

// played reads a minute: "45+2" is 45 and 2.
func played(minute string) (base, more int) {
	whole, added, _ := strings.Cut(minute, "+")
	base, _ = strconv.Atoi(whole)
	more, _ = strconv.Atoi(added)
	return base, more
}

// place is where a minute lies, in minutes from the beginning of the line.
func place(halves []half, minute string) int {
	base, more := played(minute)
	before := 0
	for _, h := range halves {
		if base <= h.to {
			return before + min(base-h.from+more, h.length)
		}
		before += h.length
	}
	return before
}

func total(halves []half) (n int) {
	for _, h := range halves {
		n += h.length
	}
	return n
}

// lane is how high a row of marks is; each side has room for one, for its crest.
const lane, lanes = 20, 3

// course is the match as a line in time: what happened, the home team's above
// and the visitors' below, and how far it is. It is as high as the lanes in use.
func (s story) course(now string) node {
	halves := s.halves(now)
	whole := total(halves)
	share := func(n int) string { return percent(1000 * n / whole) }
	reached := s.reached(halves, now)
	moments := s.moments(halves, whole)
	rows := [2]int{1, 1}
	for _, m := range moments {
		rows[m.side] = max(rows[m.side], m.level+1)
	}
	line := 6 + lane*rows[match.Home] // top of the track
	kids := []any{
		el("rect", at{"class": "track", "y": line, "width": "100%", "height": 4, "rx": 2}),
		el("rect", at{"class": "past", "y": line, "width": share(reached), "height": 4, "rx": 2}),
	}
	for i, y := range [2]int{line - 26, line + 6} {
		kids = append(kids, el("svg", at{"class": "crest", "x": -35, "y": y, "width": 22, "height": 24, "aria-hidden": "true"},
			el("use", at{"href": "#crest-" + sides[i]})))
	}
	before := 0
	for _, h := range halves {
		if before > 0 {
			kids = append(kids, el("rect", at{"class": "break", "x": share(before), "y": line - 8, "width": 2, "height": 20}))
		}
		for m := h.from + 15; m <= h.to; m += 15 {
			kids = append(kids, el("text", at{"class": "tick", "x": share(before + m - h.from), "y": line - 4, "text-anchor": "middle"}, when(strconv.Itoa(m))))
		}
		before += h.length
	}
	if now != "" {
		kids = append(kids, el("circle", at{"class": "now", "cx": share(reached), "cy": line + 2, "r": 6}))
	}
	for _, m := range moments {
		kids = append(kids, s.pin(m, whole, line))
	}
	return el("svg", at{"class": "line", "width": "100%", "height": line + 10 + lane*rows[match.Visit], "role": "group", "aria-label": s.Say("course")}, kids...)
}

// moment is an event with its place on the line.
type moment struct {
	entry
	side  int
	level int // lanes away from the line
	at    int // in minutes from the beginning of the line
}

// moments are what the line shows. Those that would lie upon each other stand
// further out.
func (s story) moments(halves []half, whole int) (all []moment) {
	gap := whole * 5 / 100
	at := 0
	var taken [2][lanes]int // up to where, by side and distance; 0: free
	for _, e := range s.entries {
		if e.Minute != "" {
			at = place(halves, e.Minute)
		}
		side := slices.Index(sides[:], e.side)
		if e.cancelled || side < 0 || !isMoment(e) {
			continue
		}
		level := slices.IndexFunc(taken[side][:], func(free int) bool { return free <= at })
		if level < 0 { // on a phone they touch
			level = slices.Index(taken[side][:], slices.Min(taken[side][:]))
		}
		taken[side][level] = at + gap
		all = append(all, moment{e, side, level, at})
	}
	return all
}

// pin is how a moment is drawn: it leads to its row.
func (s story) pin(m moment, whole, line int) node {
	y := line - lane*(m.level+1)
	if m.side == match.Visit {
		y = line + 6 + lane*m.level
	}
	label := strings.TrimSpace(when(m.Minute) + " " + words.Text(s.tell(m.entry)))
	return el("svg", at{"class": "moment " + m.icon() + " " + sides[m.side], "x": percent(1000 * m.at / whole), "y": y, "overflow": "visible"},
		el("a", at{"href": "#e" + strconv.FormatInt(m.ID, 10), "aria-label": label},
			el("title", at{}, label),
			el("circle", at{"class": "ground", "cy": 9, "r": 9}),
			el("use", at{"href": "#i-" + m.icon(), "x": -8, "y": 1, "width": 16, "height": 16})))
}

func isMoment(e entry) bool {
	switch e.Kind {
	case match.Goal, match.Miss:
		return !e.isKick()
	case match.Card, match.Substitution:
		return true
	}
	return false
}

// reached is how far the match is, in minutes from the beginning of the line.
func (s story) reached(halves []half, now string) int {
	if now != "" {
		return place(halves, now)
	}
	n := 0
	switch s.state.Period {
	case match.NotStarted:
		return 0
	case match.First, match.HalftimeBreak:
		n = 1
	case match.Last:
		n = 2
	case match.FirstExtra, match.HalftimeExtra:
		n = 3
	default:
		n = len(halves)
	}
	if isPlaying(s.state.Period) || s.state.Abandoned { // no clock: where something happened last
		for _, e := range slices.Backward(s.entries) {
			if e.Minute != "" && !e.cancelled {
				return place(halves, e.Minute)
			}
		}
		return 0
	}
	return total(halves[:min(n, len(halves))])
}

func isPlaying(p match.Period) bool {
	return p == match.First || p == match.Last || p == match.FirstExtra || p == match.LastExtra
}
