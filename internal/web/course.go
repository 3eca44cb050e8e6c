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

// course is the match as a line in time: what happened, the home team's above
// and the visitors' below, and how far it is.
func (s story) course(now string) node {
	halves := s.halves(now)
	whole := total(halves)
	share := func(n int) string { return percent(1000 * n / whole) }
	reached := s.reached(halves, now)
	kids := []any{
		el("rect", at{"class": "track", "y": 66, "width": "100%", "height": 4, "rx": 2}),
		el("rect", at{"class": "past", "y": 66, "width": share(reached), "height": 4, "rx": 2}),
	}
	before := 0
	for _, h := range halves {
		if before > 0 {
			kids = append(kids, el("rect", at{"class": "break", "x": share(before), "y": 58, "width": 2, "height": 20}))
		}
		for m := h.from + 15; m <= h.to; m += 15 {
			kids = append(kids, el("text", at{"class": "tick", "x": share(before + m - h.from), "y": 62, "text-anchor": "middle"}, when(strconv.Itoa(m))))
		}
		before += h.length
	}
	if now != "" {
		kids = append(kids, el("circle", at{"class": "now", "cx": share(reached), "cy": 68, "r": 6}))
	}
	return el("svg", at{"class": "line", "width": "100%", "height": 136, "role": "group", "aria-label": s.Say("course")},
		append(kids, s.moments(halves, whole)...)...)
}

// moments are the marks on the line: each leads to its row. Those that would
// lie upon each other stand further out.
func (s story) moments(halves []half, whole int) (marks []any) {
	gap := whole * 5 / 100
	at0 := 0
	var taken [2][3]int // up to where, by side and distance; 0: free
	for _, e := range s.entries {
		if e.Minute != "" {
			at0 = place(halves, e.Minute)
		}
		side := slices.Index(sides[:], e.side)
		if e.cancelled || side < 0 || !isMoment(e) {
			continue
		}
		level := slices.IndexFunc(taken[side][:], func(free int) bool { return free <= at0 })
		if level < 0 { // on a phone they touch
			level = slices.Index(taken[side][:], slices.Min(taken[side][:]))
		}
		taken[side][level] = at0 + gap
		y := 46 - 20*level
		if side == match.Visit {
			y = 72 + 20*level
		}
		label := strings.TrimSpace(when(e.Minute) + " " + words.Text(s.tell(e)))
		marks = append(marks, el("svg", at{"class": "moment " + e.icon() + " " + e.side, "x": percent(1000 * at0 / whole), "y": y, "overflow": "visible"},
			el("a", at{"href": "#e" + strconv.FormatInt(e.ID, 10), "aria-label": label},
				el("title", at{}, label),
				el("circle", at{"class": "ground", "cy": 9, "r": 9}),
				el("use", at{"href": "#i-" + e.icon(), "x": -8, "y": 1, "width": 16, "height": 16}))))
	}
	return marks
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
