package cli

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"matchstream/internal/lab"
)

// httpResult is what came of a load, as --json has it. Durations are nanoseconds,
// histograms HdrHistogram's (V2, compressed, base64), figures as in lab.Figures.
type httpResult struct {
	Server      string       `json:"server"`
	Match       string       `json:"match,omitempty"`
	Load        lab.Load     `json:"load"`
	Answers     *lab.Answers `json:"answers"`
	Figures     lab.Figures  `json:"figures"`
	Waited      int64        `json:"waited"` // users who were due while all connections were busy
	Own         []string     `json:"own"`    // troubles of the lab itself
	Failed      []string     `json:"failed"` // what was expected and does not hold
	Learnt      bool         `json:"learnt"` // something about the server, that is
	Interrupted bool         `json:"interrupted"`
	Verdict     string       `json:"verdict"`
}

const (
	// lateLab is from when on the lab suspects its own timers: for one in a hundred users
	// it was later than that, and that is a good part of what one in a hundred waited.
	lateLab   = 10 * time.Millisecond
	goodPart  = 4    // a quarter
	busyShare = 0.85 // of all processors: hardly anything was left for a server beside it
)

// judgeHTTP compares what came with what was expected, and looks first at the lab itself.
func judgeHTTP(load lab.Load, a *lab.Answers, expected []lab.Expected) httpResult {
	r := httpResult{Load: load, Answers: a, Figures: lab.Figures{}, Own: []string{}}
	r.Figures.Answers(a)
	r.Failed = append([]string{}, lab.Unmet(expected, r.Figures)...)
	r.Waited = max(a.Routes[load.Requests[0].Name].Sent-a.Timers.Count(), 0)

	late := a.Timers.Quantile(0.99)
	slow := late > lateLab && goodPart*late > a.Latency.Quantile(0.99)
	if slow {
		r.Own = append(r.Own, fmt.Sprintf("it was late: one in a hundred users came %s or more behind his time, with a connection free", shownDuration(late)))
	}
	if used := a.CPU.Seconds() / a.Wall.Seconds() / float64(runtime.GOMAXPROCS(0)); used > busyShare && a.Wall > time.Second {
		r.Own = append(r.Own, fmt.Sprintf("it used %.0f%% of this machine's processors itself", 100*used))
		slow = true
	}
	for _, code := range sortedKeys(a.Own) {
		r.Own = append(r.Own, ownTrouble(code, a.Own[code]))
	}
	// The lab's slowness makes latencies longer, never shorter, and makes no errors of
	// the server's; what is expected of them can be judged whatever the lab lacks.
	onlySlow := slow && !slices.ContainsFunc(expected, func(e lab.Expected) bool {
		return !lab.IsDuration(e.Name) && e.Check(r.Figures) != nil
	})
	ownOnly := len(a.Own) > 0 && a.Failed() == 0
	r.Learnt = !ownOnly && !(onlySlow && len(r.Failed) > 0) && a.Sent > 0
	r.Verdict = r.sentence()
	return r
}

// sentence is the verdict.
func (r *httpResult) sentence() string {
	a := r.Answers
	switch {
	case !r.Learnt && len(r.Own) > 0:
		return "Nothing was learnt about the server: the lab was in trouble itself: " + strings.Join(r.Own, "; ") + "."
	case a.Sent == 0:
		return "Nothing was learnt about the server: nothing was asked."
	case len(r.Failed) > 0:
		text := "Not as expected: " + strings.Join(r.Failed, ", ") + "."
		if len(a.Own) > 0 {
			text += " The lab was in trouble, too, and what it lacked is not in these figures."
		}
		return text
	case len(a.Own) > 0:
		return "What was asked is as expected, but the lab could not ask for all of it."
	}
	text := fmt.Sprintf("As expected: %d of %d requests were answered, half of them within %s, 99%% within %s.", a.OK, a.Sent,
		shownDuration(a.Latency.Quantile(0.5)), shownDuration(a.Latency.Quantile(0.99)))
	if len(r.Own) > 0 {
		text += " The lab itself has made answers seem slower than they were."
	}
	return text
}

// ownTrouble says what the lab lacked, and what to do.
func ownTrouble(code string, n int64) string {
	what := map[string]string{
		lab.NoDescriptors: "users had no descriptor left here: ulimit -n, or a smaller -c",
		lab.NoPorts:       "users had no port left here: each keeps his for a minute; a wider net.ipv4.ip_local_port_range, or fewer users",
		lab.NoMemory:      "users had no memory for sockets here: a smaller -c",
	}[code]
	if what == "" {
		what = "users failed here for another reason, see below"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func shownDuration(d time.Duration) string { return lab.Show("max", d.Seconds()) }
