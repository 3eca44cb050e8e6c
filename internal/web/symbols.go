package web

import (
	"matchstream/internal/crest"
	"matchstream/internal/match"
)

// crests are the symbols of both teams: what they are, and what they wear.
func crests(teams [2]match.Team) (symbols []node) {
	of := [2]crest.Crest{crest.Of(teams[0]), crest.Of(teams[1])}
	shirts := crest.Shirts(of[0], of[1])
	for i, side := range sides {
		c, shield := of[i], of[i].Form.Outline()
		kids := []any{el("path", at{"d": shield, "fill": c.First})}
		if field := c.Division.Field(); field != "" {
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
		// What clips is no part of the symbol: not every browser finds it there.
		symbols = append(symbols, el("clipPath", at{"id": "shield-" + side}, el("path", at{"d": shield})),
			el("symbol", at{"id": "crest-" + side, "viewBox": "0 0 64 72"}, kids...),
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
