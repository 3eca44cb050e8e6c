package bound

import (
	"fmt"
	"slices"
	"strings"

	"matchstream/internal/lab"
	"matchstream/internal/lab/suspects"
)

// judge puts a try's figures together, and says whether it is as expected.
func (t *try) judge() {
	f := lab.Figures{}
	if t.tally != nil {
		f.Tally(t.tally, t.last(), t.size.Users)
	}
	if t.answers != nil {
		f.Answers(t.answers)
	}
	t.felt.Put(f)
	if t.played != nil {
		f.Histogram("timers.operator", t.played.Timers)
		f.Histogram("operator.answer", t.played.Answer)
		f.Counts("operator.errors", t.played.Errors)
		f.Counts("own", t.played.Own)
	}
	// Whoever asks for no errors means all there are; those of requests are among them.
	for _, part := range []string{"canary", "operator"} {
		if n := f[part+".errors"]; n > 0 {
			f["errors"] += n
			f["errors."+part] = n
		}
	}
	e := t.evidence(f)
	e.Put(f)
	e.Implied = t.implied(f)
	t.step.Figures = f
	t.step.Failed = append(lab.Unmet(e.Expected, f), e.Implied...)
	if t.step.OK = len(t.step.Failed) == 0; !t.step.OK {
		limit := suspects.Judge(e)
		t.step.Limit = &limit
	}
}

// evidence of what may have been in the way.
func (t *try) evidence(f lab.Figures) suspects.Evidence {
	e := t.sampler.watched.Sum()
	e.Figures, e.Expected, e.Same, e.Apart = f, t.applicable(), t.Same, t.Apart
	e.Patience = min(t.Plan.Patience, t.Quiet).Seconds()
	e.Generator.Cores = t.cores()
	if t.tally == nil {
		return e
	}
	e.Users, e.Events = t.size.Users, t.last()
	g := t.tally.Generator
	if !t.Inside && e.Play > 0 {
		e.Generator.CPU += (t.after.Generator.CPU - t.before.Generator.CPU).Seconds() / e.Play
	}
	if g.Wall > 0 {
		e.Generator.Delay = g.RunDelay.Seconds() / g.Wall.Seconds()
	}
	e.CannotTell = append(e.CannotTell, g.CannotTell...)
	return e
}

// ofStreams and ofHTTP are the families of figures that only such a search has.
var (
	ofStreams = []string{"connect", "enter", "latency", "first", "complete", "lateness", "users", "asked", "deliveries", "repeated", "incomplete"}
	ofHTTP    = []string{"http"}
)

// applicable are the expectations that a search of this kind has figures for.
func (t *try) applicable() (all []lab.Expected) {
	for _, x := range t.Expected {
		if Applies(x, t.name) {
			all = append(all, x)
		}
	}
	return all
}

// Applies says whether a search has what is expected.
func Applies(x lab.Expected, search string) bool {
	first, rest, _ := strings.Cut(x.Name, ".")
	for _, f := range ofStreams {
		if first == f && search == HTTP {
			return false
		}
	}
	for _, f := range ofHTTP {
		if first == f && search == Streams {
			return false
		}
	}
	return !(first == "canary" && strings.HasPrefix(rest, "event") && search == HTTP)
}

// implied is what nobody has to ask for: that a try was one with so many users, and that
// all of them have each event, unless it is said how many may be incomplete.
func (t *try) implied(f lab.Figures) (failed []string) {
	if n := f["own"]; n > 0 {
		failed = append(failed, fmt.Sprintf("the lab itself: %.0f failures", n))
	}
	if t.tally != nil && t.tally.Been < t.size.Users {
		failed = append(failed, fmt.Sprintf("users=%d: %d", t.size.Users, t.tally.Been))
	}
	if n := f["incomplete"]; n > 0 && !slices.ContainsFunc(t.Expected, func(x lab.Expected) bool { return x.Name == "incomplete" }) {
		failed = append(failed, fmt.Sprintf("incomplete=0: %.0f", n))
	}
	if t.played != nil && t.played.Err != nil {
		failed = append(failed, fmt.Sprintf("events=%d: %d (%v)", t.Events, t.played.Sent, t.played.Err))
	}
	return failed
}
