package report

import (
	"fmt"
	"slices"
	"strings"

	"matchstream/internal/lab"
)

// search is one search of a run: its steps belong together.
type search struct {
	name  string // http, streams, both; ""
	nodes int
	steps []lab.Step
}

// searches are a run's, in the order in which they began.
func (r *Run) searches() []*search {
	var all []*search
next:
	for _, s := range r.Steps {
		for _, has := range all {
			if has.name == s.Search && has.nodes == s.Nodes {
				has.steps = append(has.steps, s)
				continue next
			}
		}
		all = append(all, &search{s.Search, s.Nodes, []lab.Step{s}})
	}
	return all
}

// title is the search for a person: streams, on 3 nodes.
func (s *search) title() string { return searchTitle(s.name, s.nodes) }

// "": there is but one, without a name.
func searchTitle(name string, nodes int) string {
	if nodes > 0 {
		name += " on " + many(nodes, "node")
	}
	return strings.TrimSpace(name)
}

// failed is what did not hold in which step, each once.
func (s *search) failed() (all []string) {
	for _, step := range s.steps {
		for _, f := range step.Failed {
			if text := "at " + tried(step) + ": " + f; !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
	}
	return all
}

// best is the step with the most users that held; where none did, the last. It is what
// the search is looked at by.
func (s *search) best() lab.Step {
	best, found := s.steps[len(s.steps)-1], false
	for _, step := range s.steps {
		if step.OK && (!found || step.Users > best.Users || step.Users == best.Users && step.AtOnce >= best.AtOnce) {
			best, found = step, true
		}
	}
	return best
}

// at says what a step was, and of which search.
func (s *search) at(step lab.Step) string { return behind(s.title(), tried(step)) }

// behind puts words behind others, if there are any.
func behind(first, rest string) string {
	if first == "" || rest == "" {
		return first + rest
	}
	return first + ", " + rest
}

// mainFigure is the name of the figures that a search is about, the first that there is.
func mainFigure(f lab.Figures) string {
	for _, name := range []string{"latency", "http", "complete", "enter", "connect"} {
		if _, ok := f[name+".p99"]; ok {
			return name
		}
	}
	return ""
}

// tried says what a step was: 2,048 users, 64 at once.
func tried(s lab.Step) string {
	text := many(s.Users, "user")
	if s.AtOnce > 0 {
		text += fmt.Sprintf(", %s at once", count(float64(s.AtOnce)))
	}
	return text
}
