package web

import (
	"matchstream/internal/crest"
	"matchstream/internal/match"
)

// outlines are the shields, in a box of 64 by 72.
var outlines = map[crest.Form]string{
	crest.Heater: "M4 5h56v28c0 18-11 29-28 36C15 62 4 51 4 33Z",
	crest.French: "M5 5h54v46q0 9-9 9H40q-6 0-8 8-2-8-8-8H14q-9 0-9-9Z",
	crest.Round:  "M32 5a31 31 0 1 1 0 62 31 31 0 1 1 0-62Z",
	crest.Tall:   "M32 3q13 8 27 5c3 9 2 15 0 22-2 6-2 9-1 14 1 11-13 19-26 25C19 63 5 55 6 44c1-5 1-8-1-14-2-7-3-13 0-22q14 3 27-5Z",
}

// fields are where the second colour lies.
var fields = map[crest.Division]string{
	crest.Stripes:  "M13 0h9v72h-9zM28 0h9v72h-9zM43 0h9v72h-9z",
	crest.Halves:   "M32 0h32v72H32z",
	crest.Quarters: "M32 0h32v36H32zM0 36h32v36H0z",
	crest.Sash:     "M0 0h14l50 58v14H50L0 14z",
	crest.Hoops:    "M0 14h64v9H0zM0 32h64v9H0zM0 50h64v9H0z",
	crest.Chief:    "M0 0h64v21H0z",
	crest.Chevron:  "M32 22l32 30v16L32 38 0 68V52z",
}

// crests are the symbols of both teams: what they are, and what they wear.
func crests(teams [2]match.Team) (symbols []node) {
	of := [2]crest.Crest{crest.Of(teams[0]), crest.Of(teams[1])}
	shirts := crest.Shirts(of[0], of[1])
	for i, side := range sides {
		c, shield := of[i], outlines[of[i].Form]
		kids := []any{
			el("clipPath", at{"id": "shield-" + side}, el("path", at{"d": shield})),
			el("path", at{"d": shield, "fill": c.First}),
		}
		if field := fields[c.Division]; field != "" {
			kids = append(kids, el("path", at{"d": field, "fill": c.Second, "clip-path": "url(#shield-" + side + ")"}))
		} else {
			kids = append(kids, el("path", at{"d": shield, "fill": "none", "stroke": c.Second, "stroke-width": 11, "clip-path": "url(#shield-" + side + ")"}))
		}
		kids = append(kids,
			// Read on stripes, too: the letters have a rim of the field's colour.
			el("text", at{"x": 32, "y": 43, "text-anchor": "middle", "font-size": []int{30, 30, 26, 21}[len([]rune(c.Initials))], "font-weight": 800, "font-family": "system-ui,sans-serif",
				"fill": c.Ink, "stroke": c.First, "stroke-width": 7, "stroke-linejoin": "round", "paint-order": "stroke"}, c.Initials),
			el("path", at{"d": shield, "fill": "none", "stroke": "#fff", "stroke-width": 3.5}),
			el("path", at{"d": shield, "fill": "none", "stroke": "#0b1a12", "stroke-width": 1.2, "stroke-opacity": ".55"}))
		symbols = append(symbols, el("symbol", at{"id": "crest-" + side, "viewBox": "0 0 64 72"}, kids...),
			el("symbol", at{"id": "shirt-" + side, "viewBox": "0 0 32 32"},
				el("path", at{"d": "M11 3 2 8l3 8 3-1.5V29h16V14.5l3 1.5 3-8-9-5q-5 4-10 0Z", "fill": shirts[i], "stroke": "#0b1a12", "stroke-opacity": ".5", "stroke-linejoin": "round"})))
	}
	return symbols
}

// inks are the classes that say how the numbers on both shirts are read.
func inks(teams [2]match.Team) (classes string) {
	for i, c := range crest.Shirts(crest.Of(teams[0]), crest.Of(teams[1])) {
		if c.Ink() == crest.Black {
			classes += " dark-on-" + sides[i]
		}
	}
	return classes
}
