package web

import (
	"slices"
	"strconv"

	"matchstream/internal/match"
)

// counted is the order of the statistics: kinds of the words' "counted".
var counted = []string{"goal", "shot", "save", "corner", "offside", "foul", "freekick", "penalty", "goalkick", "throwin", "substitution", "yellow", "red"}

// statistics are rows of a table: what was counted for both sides, as numbers
// and as bars that meet in the middle. What never happened is left out.
func (s story) statistics() (rows []node) {
	sum := map[string]*[2]int{}
	for _, c := range counted {
		sum[c] = &[2]int{}
	}
	for _, e := range s.entries {
		what := string(e.Kind)
		if e.Kind == match.Card {
			what = e.Card
		}
		if n, side := sum[what], slices.Index(sides[:], e.side); n != nil && side >= 0 && !e.cancelled && !e.isKick() {
			n[side]++
		}
	}
	for _, c := range counted {
		if n := *sum[c]; n[0]+n[1] > 0 {
			rows = append(rows, el("tr", at{"class": c},
				el("td", at{}, strconv.Itoa(n[0])),
				el("th", at{"scope": "row"}, s.Counted(c), bars(n)),
				el("td", at{}, strconv.Itoa(n[1]))))
		}
	}
	return rows
}

func bars(n [2]int) node {
	home, visit := 49*n[0]/(n[0]+n[1]), 49*n[1]/(n[0]+n[1])
	return el("svg", at{"class": "bars", "aria-hidden": "true"},
		el("rect", at{"class": "ground", "width": "49%", "height": "100%", "rx": 3}),
		el("rect", at{"class": "ground", "x": "51%", "width": "49%", "height": "100%", "rx": 3}),
		el("rect", at{"class": "home", "x": percent(10 * (49 - home)), "width": percent(10 * home), "height": "100%", "rx": 3}),
		el("rect", at{"class": "visit", "x": "51%", "width": percent(10 * visit), "height": "100%", "rx": 3}))
}

// percent is a number of thousandths, as SVG takes it.
func percent(thousandths int) string {
	return strconv.Itoa(thousandths/10) + "." + strconv.Itoa(thousandths%10) + "%"
}
