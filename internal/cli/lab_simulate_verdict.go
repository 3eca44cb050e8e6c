package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/fleet"
	"matchstream/internal/lab/operator"
)

// simulateResult is what came of a run, as --json has it. Figures are those of lab.Figures:
// durations in seconds.
type simulateResult struct {
	OK          bool             `json:"ok"`     // all went as a user expects, and as --expect says
	Learnt      bool             `json:"learnt"` // something about the server, that is
	Interrupted bool             `json:"interrupted"`
	Verdict     string           `json:"verdict"`
	Plan        lab.Plan         `json:"plan"`
	Figures     lab.Figures      `json:"figures"`
	Errors      map[string]int64 `json:"errors"` // by code
	Own         map[string]int64 `json:"own"`    // the lab's, by code
	Findings    []lab.Finding    `json:"findings"`
	Failed      []string         `json:"failed"`          // what was expected and does not hold
	Suspect     []string         `json:"suspect"`         // how the lab itself may have changed the figures
	Parts       []fleet.Part     `json:"parts,omitempty"` // where users were carried
	CannotTell  []string         `json:"cannot-tell,omitempty"`

	tally *lab.Tally
}

const (
	// labLate is from when on the lab suspects itself of being late, if that is a good
	// part of the latency that one in a hundred deliveries had.
	labLate = 5 * time.Millisecond
	labPart = 4 // a quarter
	// labStarved is the share of the time that its threads had to wait for a processor.
	labStarved = 0.2
)

// judge compares what came with what was expected, and looks at the lab itself first.
func (s *simulation) judge(t *lab.Tally, expected []lab.Expected, interrupted bool) simulateResult {
	r := simulateResult{Plan: s.plan, Interrupted: interrupted, Figures: lab.Figures{}, Errors: t.Errors, Own: t.Own,
		Findings: t.Findings, Failed: []string{}, Suspect: []string{}, CannotTell: t.Generator.CannotTell, tally: t}
	if crowd, ok := s.crowd.(*fleet.Crowd); ok {
		r.Parts = crowd.Parts()
	}
	r.Figures.Tally(t, len(t.Arrivals), 0)
	r.operator(s.played)
	delete(r.Figures, "incomplete") // that needs a crowd of which nobody comes late, or leaves
	r.Failed = append(r.Failed, lab.Unmet(expected, r.Figures)...)
	if s.behind > 0 {
		r.Failed = append(r.Failed, fmt.Sprintf("%d users were not told the end of the match", s.behind))
	}
	if s.played != nil && s.played.Err != nil && !interrupted {
		r.Failed = append(r.Failed, "not all events could be made: "+s.played.Err.Error())
	}
	r.suspect(t, s.played)
	hard := len(r.Failed) > len(lab.Unmet(expected, r.Figures)) || slices.ContainsFunc(expected, func(e lab.Expected) bool {
		return !lab.IsDuration(e.Name) && e.Check(r.Figures) != nil
	})
	r.sentence(expected, hard)
	return r
}

// labRemedies say what to do where the lab lacked something.
var labRemedies = map[string]string{
	lab.NoPorts:       "More ports: more addresses to call from (--source), or more machines (--agents).",
	lab.NoDescriptors: "More descriptors: ulimit -n, or fewer at once (-c).",
	lab.NoMemory:      "The kernel lacked memory for sockets: fewer users here, more machines (--agents).",
}

// operator puts in what the operator has met.
func (r *simulateResult) operator(p *operator.Played) {
	if p == nil {
		return
	}
	r.Figures.Histogram("timers.operator", p.Timers)
	r.Figures.Histogram("operator.answer", p.Answer)
	r.Figures.Counts("operator.errors", p.Errors)
	r.Figures.Counts("own", p.Own)
	r.Own = maps.Clone(r.Own)
	for code, n := range p.Own {
		r.Own[code] += n
	}
	if n := sumOf(p.Errors); n > 0 {
		r.Errors = maps.Clone(r.Errors)
		r.Errors["operator"] = n
		r.Figures["errors"] += float64(n)
		r.Figures["errors.operator"] = float64(n)
	}
}

// suspect says how the lab itself may be what was slow.
func (r *simulateResult) suspect(t *lab.Tally, p *operator.Played) {
	late, delivered := t.Generator.Lateness.Quantile(0.99), t.Latency.Quantile(0.99)
	if late > labLate && labPart*late > delivered {
		r.Suspect = append(r.Suspect, fmt.Sprintf("it was late itself: one in a hundred deliveries lay here for %s or more before it was read", shownDuration(late)))
	}
	timers := func(whose string, h *lab.Histogram) {
		if late := h.Quantile(0.99); late > labLate && labPart*late > delivered {
			r.Suspect = append(r.Suspect, fmt.Sprintf("%s timers were late, one in a hundred times by %s or more", whose, shownDuration(late)))
		}
	}
	timers("its", t.Generator.Timers)
	if p != nil {
		timers("its operator's", p.Timers)
	}
	if g := t.Generator; g.Wall > time.Second && g.RunDelay.Seconds() > labStarved*g.Wall.Seconds() {
		r.Suspect = append(r.Suspect, fmt.Sprintf("it had to wait for a processor for at least %.0f%% of the time", 100*g.RunDelay.Seconds()/g.Wall.Seconds()))
	}
}

// sentence is the verdict; hard says that something does not hold that a slow lab cannot
// be the cause of: it makes durations longer, and nothing else.
func (r *simulateResult) sentence(expected []lab.Expected, hard bool) {
	errors, own := sumOf(r.Errors), sumOf(r.Own)
	unexpected := map[string]int64{}
	for code, n := range r.Errors {
		if !lab.Excused(expected, code) {
			unexpected[code] = n
		}
	}
	wrong := sumOf(unexpected) > 0
	slow := len(r.Suspect) > 0 && len(r.Failed) > 0 && !hard && !wrong
	r.Learnt = !(own > 0 && errors == 0) && !slow
	r.OK = !wrong && own == 0 && len(r.Failed) == 0 && !r.Interrupted
	switch {
	case own > 0 && errors == 0:
		r.Verdict = "Nothing was learnt about the server: the lab itself was in trouble: " + counted(r.Own) + "."
	case !r.Learnt:
		r.Verdict = "Nothing was learnt about the server: " + strings.Join(r.Failed, "; ") + "; but the lab itself was slow: " + strings.Join(r.Suspect, "; ") + "."
	case wrong:
		r.Verdict = "Not as a user expects: " + counted(unexpected) + "."
	case len(r.Failed) > 0:
		r.Verdict = "Not as expected: " + strings.Join(r.Failed, "; ") + "."
	case r.Interrupted:
		r.Verdict = "Interrupted. Until then all went as a user expects."
	case errors > 0:
		r.Verdict = "As expected, with what went wrong: " + counted(r.Errors) + "."
	default:
		r.Verdict = "All went as a user expects."
	}
	if wrong && len(r.Failed) > 0 {
		r.Verdict += " Nor does this hold: " + strings.Join(r.Failed, "; ") + "."
	}
	if own > 0 && errors > 0 {
		r.Verdict += " The lab itself was in trouble, too, which may be the cause: " + counted(r.Own) + "."
	}
	for _, code := range sortedKeys(r.Own) {
		if remedy := labRemedies[code]; remedy != "" && r.Own[code] > 0 {
			r.Verdict += " " + remedy
		}
	}
	if r.Interrupted && (wrong || len(r.Failed) > 0 || !r.Learnt) {
		r.Verdict += " It was interrupted."
	}
}

// counted are counts by code, in words.
func counted(counts map[string]int64) string {
	var all []string
	for _, code := range sortedKeys(counts) {
		if counts[code] > 0 {
			all = append(all, fmt.Sprintf("%s %s", thousands(counts[code]), code))
		}
	}
	return strings.Join(all, ", ")
}
