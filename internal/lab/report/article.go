package report

import (
	"fmt"
	"slices"
	"strings"

	"matchstream/internal/lab"
)

// Reference is a figure of "Scaling Erlang" (2011), the article that MatchStream and its
// lab come from.
type Reference struct {
	Text  string `json:"text"`
	Nodes int    `json:"nodes"`
	Users int    `json:"users"`
}

var article = []Reference{
	{"at the start", 1, 1_000},
	{"then", 1, 4_096},
	{"at last, on one node", 1, 64_000},
	{"on three nodes", 3, 75_000},
}

// atOnce is how many came at once in the article, at the start and at last.
var atOnce = []int{4, 8_000}

// Beside is one of the article's figures, and ours.
type Beside struct {
	What    string `json:"what"`
	Article string `json:"article"` // –: it has none
	Here    string `json:"here"`    // –: not looked for; several runs in their order
}

const nothing = "–"

// beside puts what these runs have found beside the article.
func beside(runs []*Run) []Beside {
	one, together := map[string][]string{}, map[string][]string{}
	var searches []string
	more := map[int][]string{} // by nodes
	most := 3                  // as the article has
	// The first of several nodes is told where none was looked at alone.
	alone := slices.ContainsFunc(runs, func(r *Run) bool {
		return slices.ContainsFunc(r.Found, func(f lab.Found) bool { return f.Nodes == 0 })
	})
	for _, r := range runs {
		for _, f := range r.Found {
			switch {
			case f.Nodes > 1:
				more[f.Nodes] = append(more[f.Nodes], carriedText(f))
				most = max(most, f.Nodes)
			case f.Nodes == 0 || !alone:
				if !slices.Contains(searches, f.Search) {
					searches = append(searches, f.Search)
				}
				one[f.Search] = append(one[f.Search], carriedText(f))
				together[f.Search] = append(together[f.Search], count(float64(f.AtOnce)))
			}
		}
	}
	all := []Beside{
		{"users, on one node", usersOf(1), bySearch(searches, one)},
		{"of these at once", inTurn(atOnce...), bySearch(searches, together)},
	}
	for n := 2; n <= min(most, 64); n++ {
		if len(more[n]) > 0 || usersOf(n) != nothing {
			all = append(all, Beside{fmt.Sprintf("users, on %d nodes", n), usersOf(n), or(strings.Join(more[n], ", then "))})
		}
	}
	return all
}

// carriedText is how many a search has found to work, and whether it found an end.
func carriedText(f lab.Found) string {
	text := count(float64(f.Users))
	if f.Failing == 0 {
		text += " (more were not tried)"
	}
	return text
}

// usersOf are the article's on so many nodes.
func usersOf(nodes int) string {
	var all []int
	for _, a := range article {
		if a.Nodes == nodes {
			all = append(all, a.Users)
		}
	}
	return inTurn(all...)
}

func inTurn(all ...int) string {
	var texts []string
	for _, n := range all {
		texts = append(texts, count(float64(n)))
	}
	return or(strings.Join(texts, ", then "))
}

// bySearch is streams 200, then 400; both 200.
func bySearch(searches []string, values map[string][]string) string {
	var all []string
	for _, s := range searches {
		all = append(all, strings.TrimSpace(s+" "+strings.Join(values[s], ", then ")))
	}
	return or(strings.Join(all, "; "))
}

func or(text string) string {
	if text == "" {
		return nothing
	}
	return text
}

func (r *Report) textArticle(p *paper) {
	p.heading("beside the article: Scaling Erlang (2011)")
	for _, b := range r.Beside {
		p.line("  " + b.What)
		p.hanging("    the article  ", strings.Repeat(" ", 17), b.Article)
		p.hanging("    here         ", strings.Repeat(" ", 17), b.Here)
	}
}
