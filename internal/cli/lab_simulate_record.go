package cli

import (
	"strings"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/record"
)

// simulateRecord keeps a run as it goes; nil keeps nothing. One goroutine at a time calls
// its methods.
type simulateRecord struct {
	to     *record.Writer
	before *lab.Tally         // as it stood when it was kept last
	since  time.Time          // which was then
	kept   map[[3]string]bool // findings, by code, who and when
	failed error              // the first
}

// prepare begins a record, where one is wanted.
func (s *simulation) prepare(w *world, expected []lab.Expected) error {
	if s.command.Out == "" {
		return nil
	}
	settings := record.Settings()
	settings.Server["address"] = s.plan.Server + strings.Join(s.plan.Lines, ",")
	begin := lab.Begin{Stage: "simulate", When: time.Now(), Args: w.args, Settings: settings}
	for _, e := range expected {
		begin.Expected = append(begin.Expected, e.Text)
	}
	to, err := record.Create(s.command.Out, begin)
	if err != nil {
		return usageError{err}
	}
	s.keep = &simulateRecord{to: to, before: lab.NewTally(), since: begin.When, kept: map[[3]string]bool{}}
	return nil
}

// second keeps how it stands, and what the last second, or a part of it, has brought.
func (r *simulateRecord) second(now *lab.Tally) {
	if r == nil {
		return
	}
	at, before := time.Now(), r.before
	f := lab.Figures{"users": float64(now.Ready), "asked": float64(now.Asked - before.Asked),
		"deliveries": float64(now.Events - before.Events), "bytes": float64(now.Bytes - before.Bytes),
		"generator.cpu": (now.Generator.CPU - before.Generator.CPU).Seconds(), "generator.memory": float64(now.Generator.Memory)}
	f.Counts("errors", less(now.Errors, before.Errors))
	f.Counts("own", less(now.Own, before.Own))
	earlier := histogramsOf(before)
	for name, h := range histogramsOf(now) {
		if h = h.Since(earlier[name]); h.Count() > 0 {
			f.Histogram(name, h)
			r.note(r.to.Histogram(record.Tag(0, name), h, r.since, at))
		}
	}
	r.note(r.to.Second(lab.Second{At: r.to.At(), Figures: f}))
	r.before, r.since = now, at
}

// histogramsOf a tally, by the names of their figures.
func histogramsOf(t *lab.Tally) map[string]*lab.Histogram {
	return map[string]*lab.Histogram{"connect": t.Connect, "enter": t.Enter, "latency": t.Latency,
		"lateness": t.Generator.Lateness, "timers": t.Generator.Timers}
}

// less is what has been counted since before.
func less(now, before map[string]int64) map[string]int64 {
	d := map[string]int64{}
	for code, n := range now {
		d[code] = n - before[code]
	}
	return d
}

// findings keeps those that are new.
func (r *simulateRecord) findings(t *lab.Tally) {
	if r == nil {
		return
	}
	for _, f := range t.Findings {
		// Of several processes they come in another order each time.
		which := [3]string{f.Code, f.Who, f.When.UTC().Format(time.RFC3339Nano)}
		if !r.kept[which] {
			r.kept[which] = true
			r.note(r.to.Finding(f))
		}
	}
}

// end keeps the rest; its error is the first of all.
func (r *simulateRecord) end(result simulateResult) error {
	if r == nil {
		return nil
	}
	if result.tally != nil {
		r.second(result.tally)
		step := lab.Step{Number: 1, Took: r.to.At(), Search: "streams", Users: result.Plan.Users, AtOnce: result.Plan.AtOnce,
			OK: result.OK, Failed: result.Failed, Figures: result.Figures}
		if !result.Learnt {
			step.Limit = &lab.Limit{Of: "generator", What: "lab", Text: result.Verdict, Evidence: result.Suspect}
		}
		r.note(r.to.Step(step))
	}
	r.note(r.to.End(lab.End{At: r.to.At(), Interrupted: result.Interrupted, Failed: result.Failed, Verdict: result.Verdict}))
	return r.failed
}

func (r *simulateRecord) note(err error) {
	if r.failed == nil {
		r.failed = err
	}
}
