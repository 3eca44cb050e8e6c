package cli

import (
	"errors"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/record"
)

// httpRecord keeps a load as it goes. A nil one keeps nothing. One goroutine at a time
// calls its methods.
type httpRecord struct {
	to     *record.Writer
	load   lab.Load
	before *lab.Answers // as it stood a second ago
	since  time.Time
	failed error // the first
}

// record begins a record, where one is wanted.
func (c *labHTTPCommand) record(w *world, load lab.Load, expected []lab.Expected) (*httpRecord, error) {
	if c.Out == "" {
		return nil, nil
	}
	settings := record.Settings()
	settings.Server["address"] = c.Server
	begin := lab.Begin{Stage: "http", When: time.Now(), Args: w.args, Settings: settings}
	for _, e := range expected {
		begin.Expected = append(begin.Expected, e.Text)
	}
	to, err := record.Create(c.Out, begin)
	if err != nil {
		return nil, usageError{err}
	}
	return &httpRecord{to: to, load: load, before: lab.NewAnswers(), since: begin.When}, nil
}

// second keeps what the last second, or a part of it, has brought.
func (r *httpRecord) second(a *lab.Answers) {
	if r == nil {
		return
	}
	now := time.Now()
	latency := a.Latency.Since(r.before.Latency)
	f := lab.Figures{"http.requests": float64(a.Sent - r.before.Sent), "http.ok": float64(a.OK - r.before.OK),
		"http.errors": float64(a.Failed() - r.before.Failed()), "own": float64(sumOf(a.Own) - sumOf(r.before.Own)),
		"http.repeated": float64(a.Repeated - r.before.Repeated), "http.cpu": (a.CPU - r.before.CPU).Seconds()}
	f.Histogram("http", latency)
	f.Histogram("http.timers", a.Timers.Since(r.before.Timers))
	r.keep(r.to.Second(lab.Second{At: r.to.At(), Figures: f}))
	r.keep(r.to.Histogram("http", latency, r.since, now))
	r.before, r.since = a, now
}

// end keeps what came of it.
func (r *httpRecord) end(result httpResult) error {
	if r == nil {
		return nil
	}
	a := result.Answers
	if a != nil {
		r.second(a)
		from := r.since.Add(-a.Wall)
		for name, route := range a.Routes {
			r.keep(r.to.Histogram("http."+name, route.Latency, from, r.since))
		}
		r.keep(r.to.Histogram("http.timers", a.Timers, from, r.since))
		for _, f := range a.Findings {
			r.keep(r.to.Finding(f))
		}
		step := lab.Step{Number: 1, Took: a.Wall.Seconds(), Search: "http", Users: r.load.Users, AtOnce: r.load.AtOnce,
			OK: len(result.Failed) == 0 && result.Learnt, Failed: result.Failed, Figures: result.Figures}
		step.At = max(r.to.At()-step.Took, 0)
		if len(result.Own) > 0 && !result.Learnt {
			step.Limit = &lab.Limit{Of: "generator", What: "lab", Text: result.Verdict, Evidence: result.Own}
		}
		r.keep(r.to.Step(step))
	}
	err := r.to.End(lab.End{At: r.to.At(), Interrupted: result.Interrupted, Failed: result.Failed, Verdict: result.Verdict})
	return errors.Join(r.failed, err)
}

func (r *httpRecord) keep(err error) {
	if r.failed == nil {
		r.failed = err
	}
}
