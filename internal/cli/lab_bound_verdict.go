package cli

import (
	"fmt"
	"strings"

	"matchstream/internal/lab"
	"matchstream/internal/lab/bound"
)

// boundResult is what searches have come to, as --json has it.
type boundResult struct {
	Server      string            `json:"server"`
	Expected    []string          `json:"expected"`
	AtLeast     int               `json:"at-least,omitempty"`
	Found       []lab.Found       `json:"found"`
	Steps       []lab.Step        `json:"steps"`
	Compared    map[string]string `json:"compared,omitempty"` // by search: the last try that worked beside the first that did not
	Interrupted bool              `json:"interrupted"`
	Failed      []string          `json:"failed"`
	OK          bool              `json:"ok"`
	Verdict     string            `json:"verdict"`
}

// judge says whether what was found is what was asked for.
func (c *labBoundCommand) judge(o bound.Options, r bound.Result, err error) boundResult {
	out := boundResult{Server: o.Plan.Server, AtLeast: c.AtLeast, Found: r.Found, Steps: r.Steps, Compared: r.Compared, Interrupted: r.Interrupted, Failed: []string{}}
	for _, e := range o.Expected {
		out.Expected = append(out.Expected, e.Text)
	}
	var all []string
	for _, f := range r.Found {
		all = append(all, boundOutcome(f, r.Steps))
		switch {
		case f.Users == 0:
			out.Failed = append(out.Failed, f.Search+": nothing works")
		case f.Users < c.AtLeast:
			out.Failed = append(out.Failed, fmt.Sprintf("%s: %d users, at least %d were expected", f.Search, f.Users, c.AtLeast))
		case c.AtLeast == 0 && f.Limit != nil && f.Limit.Of == "generator":
			out.Failed = append(out.Failed, f.Search+": the lab met its own limit")
		}
	}
	if r.Interrupted {
		out.Failed = append(out.Failed, "interrupted: this is what was found until then")
		all = append(all, "It was interrupted: this is what was found until then.")
	}
	if err != nil {
		out.Failed = append(out.Failed, err.Error())
	}
	if r.Stopped {
		all = append(all, "It could not go on: this is what was found until then.")
	}
	if len(r.Found) == 0 {
		all = append([]string{"Nothing was found."}, all...)
	}
	out.OK = len(out.Failed) == 0 && len(r.Found) == len(o.Searches)
	out.Verdict = strings.Join(all, " ")
	return out
}

// boundOutcome is what one search has found, in a sentence or two; steps are the tries.
func boundOutcome(f lab.Found, steps []lab.Step) string {
	text := fmt.Sprintf("%s: %s work, %d at once", searchName(f.Search), someUsers(f.Users), f.AtOnce)
	if f.Users == 0 {
		text = searchName(f.Search) + ": no number of users works"
	}
	switch {
	case f.Failing == 0 && failedOnce(f, steps) > 0:
		return text + fmt.Sprintf("; %d failed once, and were not tried again.", failedOnce(f, steps))
	case f.Failing == 0:
		return text + "; more were not tried."
	case f.Limit != nil && f.Limit.Of == "generator":
		return text + fmt.Sprintf("; with %d the lab itself fails, not the server as far as is known.", f.Failing)
	}
	return text + fmt.Sprintf("; %d do not.", f.Failing)
}

// failedOnce is the number of users of the last try of a search, if that failed and was
// not repeated, since the search ended before; else 0.
func failedOnce(f lab.Found, steps []lab.Step) int {
	var last lab.Step
	for _, s := range steps {
		if s.Search == f.Search && s.Nodes == f.Nodes {
			last = s
		}
	}
	if last.OK {
		return 0
	}
	return last.Users
}

func searchName(name string) string {
	return map[string]string{bound.HTTP: "HTTP alone", bound.Streams: "Streams alone", bound.Both: "Both together"}[name]
}

func someUsers(n int) string {
	if n == 1 {
		return "1 user"
	}
	return thousands(int64(n)) + " users"
}

// end is the record's last line.
func (r *boundResult) end(at float64) lab.End {
	return lab.End{At: at, Interrupted: r.Interrupted, Failed: r.Failed, Verdict: r.Verdict}
}
