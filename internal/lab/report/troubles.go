package report

import (
	"maps"
	"slices"
	"strings"

	"matchstream/internal/lab"
	"matchstream/internal/lab/record"
)

// Trouble is what went wrong in one way.
type Trouble struct {
	Code     string        `json:"code"`
	Own      bool          `json:"own"` // the lab's, and not the server's
	Meaning  string        `json:"meaning,omitempty"`
	Count    int64         `json:"count"`
	Held     int64         `json:"held"` // of these, in steps that held
	Examples []lab.Finding `json:"examples"`
}

// meanings are those of the codes in lab/tally.go.
var meanings = map[string]string{
	lab.Refused:       "the connection was refused, or reset before it was ready",
	lab.TimedOut:      "no connection, no answer or no status in time",
	lab.Answered:      "an answer that was not hoped for",
	lab.NoStatus:      "something else came before the status",
	lab.Malformed:     "a frame that is not whole, or not of the protocol",
	lab.Missing:       "an event was left out, or never came",
	lab.Doubled:       "an event came twice",
	lab.Reordered:     "an event came behind a later one",
	lab.CutOff:        "the service hung up before the end",
	lab.NoStop:        "it ended without a stop",
	lab.NotEnded:      "it did not end behind a stop",
	lab.Stray:         "an event that nobody has sent, or that belongs elsewhere",
	"canary":          "one more person, the canary, was turned away, cut off or told wrong things",
	"operator":        "events that could not be played",
	"http":            "requests that failed",
	lab.NoDescriptors: "the lab had no descriptors left",
	lab.NoPorts:       "the lab had no ports left",
	lab.NoMemory:      "the lab had no memory left for sockets",
	lab.OwnFailure:    "the lab failed in another way",
}

// troubles are what went wrong in a run, the server's before the lab's own, the most
// frequent first.
func troubles(run *record.Run) []Trouble {
	of := map[string]*Trouble{}
	at := func(code string) *Trouble {
		if of[code] == nil {
			of[code] = &Trouble{Code: code, Own: strings.HasPrefix(code, "own-"), Meaning: meaning(code)}
		}
		return of[code]
	}
	count := func(f lab.Figures, held bool) {
		for code, v := range troublesOf(f) {
			at(code).Count += int64(v)
			if held {
				at(code).Held += int64(v)
			}
		}
	}
	for _, s := range run.Steps {
		count(s.Figures, s.OK)
	}
	if len(run.Steps) == 0 {
		for _, s := range run.Seconds {
			count(s.Figures, false)
		}
	}
	for _, f := range run.Findings {
		t := at(f.Code)
		t.Examples = append(t.Examples, f)
	}
	var all []Trouble
	for _, code := range slices.Sorted(maps.Keys(of)) {
		t := of[code]
		t.Count = max(t.Count, int64(len(t.Examples))) // found, but of no step that ended
		all = append(all, *t)
	}
	slices.SortStableFunc(all, func(a, b Trouble) int {
		if a.Own != b.Own {
			if b.Own {
				return -1
			}
			return 1
		}
		return int(b.Count - a.Count)
	})
	return all
}

// troublesOf are the figures that count troubles, by code: errors.missing, own.ports. Those
// of answers (http.errors.refused) are among the others, where both are told.
func troublesOf(f lab.Figures) map[string]float64 {
	all := map[string]float64{}
	for name, v := range f {
		code, own := strings.CutPrefix(name, "own.")
		if own {
			code = "own-" + code
		} else if rest, ok := strings.CutPrefix(strings.TrimPrefix(name, "http."), "errors."); ok {
			code = rest
		} else {
			continue
		}
		if v > 0 {
			all[code] = max(all[code], v)
		}
	}
	return all
}

// meaning is what a code says to a person.
func meaning(code string) string {
	if status, ok := strings.CutPrefix(code, lab.StatusCode); ok {
		return "answers with status " + status + ", which are counted as " + lab.Answered
	}
	return meanings[code]
}
