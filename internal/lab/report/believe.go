package report

import (
	"strings"
)

// Belief is how far the lab itself may be believed.
type Belief struct {
	Verdict string   `json:"verdict"`
	Reasons []string `json:"reasons"` // sentences
}

// Verdicts about the lab itself.
const (
	Believed   = "yes"
	Partly     = "in part" // latencies are not the server's alone, or some steps met a limit of the lab's own
	Unbelieved = "no"
	CannotTell = "cannot tell"
)

// Doubt is a sentence to stand beside the verdict of the run, or "".
func (b Belief) Doubt() string {
	switch b.Verdict {
	case Unbelieved:
		return "The lab itself is not to be believed here: see below."
	case Partly:
		return "The lab was in its own way, in part: see below."
	case CannotTell:
		return "Whether the lab itself was late is not known."
	}
	return ""
}

// A lab that is late itself is not believed: when its own lateness is more than this share
// of what it measured, and more than what anybody would care for. Then what it measured is
// an upper bound at best: a step that held did hold.
const (
	tolerated      = 0.1
	toleratedAtAll = 0.001 // seconds
)

// More of the machine than this in the hands of others, in processors, is in the way of
// both, the lab and the server.
const others = 0.25

const notMeasured = "How late the lab itself was, was not measured."

// believe judges the lab by the steps that a run is looked at by, and tells of each that
// met a limit of the lab's own.
func believe(r *Run) Belief {
	b := Belief{Verdict: Believed}
	worst := func(v string) {
		order := map[string]int{Believed: 0, CannotTell: 1, Partly: 2, Unbelieved: 3}
		if order[v] > order[b.Verdict] {
			b.Verdict = v
		}
	}
	for _, s := range r.searches() {
		best := s.best()
		verdict, reasons := judge(best, r.Settings)
		worst(verdict)
		if len(reasons) > 0 {
			b.Reasons = append(b.Reasons, s.at(best)+": "+strings.Join(reasons, " "))
		}
		for _, step := range s.steps {
			if step.Limit != nil && step.Limit.Of == "generator" {
				worst(Partly)
				b.Reasons = append(b.Reasons, s.at(step)+": the lab met a limit of its own, and nothing was learnt there about the server. "+step.Limit.Text)
			}
		}
	}
	if len(b.Reasons) == 0 {
		return Belief{CannotTell, []string{notMeasured}}
	}
	return b
}
